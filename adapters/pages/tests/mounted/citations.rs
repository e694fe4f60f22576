//! The citation of a request on the pages of both libraries and the patron.

use crate::host::{Host, agency, send};
use desktop_delivery::{Citation, Facts, PatronId, RequestReference, Status, Terms};
use desktop_delivery_pages::Templates;
use http::Request;

fn cited() -> Facts {
    let reference = RequestReference::new("2026-00417").expect("it is valid");
    let mut citation = Citation::default();
    citation.authors = vec!["Hallam, S.".to_owned(), "Okafor & Sons".to_owned()];
    citation.container_title = "Annals of Glaciology".to_owned();
    (citation.volume, citation.issue) = ("60".to_owned(), "79".to_owned());
    citation.issn = "0260-3055".to_owned();
    Facts::new(reference, agency("CA-BVAU"), agency("CA-OTU"), "On Ice Ages")
        .with_patron(PatronId::new("p-2041").expect("it is valid"))
        .with_citation(citation)
        .with_copyright_compliance("US-CCL")
}

/// Returns a page in French without the markup.
async fn page(host: &Host, path: &str, header: &str, (who, library): (&str, &str)) -> String {
    let request = Request::get(path).header(header, who).header("x-library", library);
    let shown = send(&host.app, request.header("accept-language", "fr"), "").await;
    assert!(shown.status.is_success(), "{path}: {}", shown.text);
    let mut text = String::new();
    let mut is_tag = false;
    for c in shown.text.chars() {
        is_tag = c == '<' || (is_tag && c != '>');
        if !is_tag && c != '>' {
            text.push(c);
        }
    }
    text
}

#[tokio::test]
async fn staff_read_every_part_and_others_one_line() {
    let host = Host::new(Templates::default()).await;
    host.desk.sync(cited(), Status::Pending, None).await.expect("it is valid");
    host.ship(Terms::new(5, 90)).await;
    let base = "/ill/delivery";
    for (side, library) in [("supply", "CA-OTU"), ("borrow", "CA-BVAU")] {
        let path = format!("{base}/{side}/{}", host.handle);
        let text = page(&host, &path, "x-user", ("m.ito", library)).await;
        for part in [
            "AuteursHallam, S.; Okafor &amp; Sons",
            "Revue ou livreAnnals of Glaciology",
            "Volume60",
            "Numéro79",
            "ISSN0260-3055",
            "CCL\u{a0}: conforme à d’autres dispositions",
        ] {
            assert!(text.contains(part), "{side}: {part} in {text}");
        }
        assert!(!text.contains("ISBN"), "an empty part has no row: {text}");
        let list = page(&host, &format!("{base}/{side}"), "x-user", ("m.ito", library)).await;
        assert!(list.contains("Annals of Glaciology, 60(79)"), "{list}");
    }
    let tracked = format!("{base}/track/requests/{}", host.handle);
    let list = format!("{base}/track/requests");
    for path in [&tracked, &list, &host.link] {
        let text = page(&host, path, "x-card", ("p-2041", "CA-BVAU")).await;
        assert!(text.contains("Annals of Glaciology, 60(79)"), "{path}: {text}");
        assert!(!text.contains("CCL"), "the statement is for staff: {text}");
    }
}

#[tokio::test]
async fn an_unknown_code_of_a_statement_is_shown_as_it_is() {
    let host = Host::new(Templates::default()).await;
    let facts = cited().with_copyright_compliance("AU-CopyrightActS49");
    host.desk.sync(facts, Status::Pending, None).await.expect("it is valid");
    let path = format!("/ill/delivery/supply/{}", host.handle);
    let text = page(&host, &path, "x-user", ("m.ito", "CA-OTU")).await;
    assert!(text.contains("AU-CopyrightActS49"), "{text}");
}
