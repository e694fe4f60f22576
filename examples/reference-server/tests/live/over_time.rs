//! Statements about a document that remain true when the document, a day or a library changes.

use crate::support::caller::Caller;
use crate::support::desk::Desk;
use crate::support::documents::by_ghostscript;
use crate::support::sample::Sample;
use crate::support::until;
use serde_json::{Value, json};

/// Creates a request of Vancouver to Toronto with this document; returns its handle and API path.
async fn attached(here: &Sample, lender: &Caller, name: &str) -> (String, String) {
    let news = json!({
        "reference": "2026-00900", "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "On Moraines", "patron": "p-2041", "status": "pending",
    });
    let known = here.host.post("/api/v1/requests", news).await.expect(200).json();
    let handle = known["handle"].as_str().expect("it is text").to_owned();
    let request = format!("/api/v1/requests/{handle}");
    lender.upload(&request, name, by_ghostscript()).await.expect(201);
    (handle, request)
}

/// Returns the file names that events of a kind concern.
fn named(events: &[Value], kind: &str) -> Vec<(u64, String)> {
    let of_kind = events.iter().filter(|event| event["event"] == kind);
    let document = |event: &Value| {
        let document = &event["document"];
        let name = document["file_name"].as_str().unwrap_or_default().to_owned();
        (document["version"].as_u64().unwrap_or_default(), name)
    };
    of_kind.map(document).collect()
}

#[tokio::test]
async fn events_keep_the_version_they_are_about() {
    let here = Sample::start();
    let lender = here.lender("m-7").await;
    let (handle, request) = attached(&here, &lender, "draft.pdf").await;
    lender
        .upload(&request, "second.pdf?replaces=1&reason=other", by_ghostscript())
        .await
        .expect(201);
    lender.post(&format!("{request}/ship"), json!({})).await.expect(204);
    let borrower = here.staff("CA-BVAU", "m-8").await;
    let claim = json!({ "acknowledged": true });
    let claims = format!("{request}/files/1/claim");
    let claimed = borrower.request(reqwest::Method::POST, &claims);
    let claimed = claimed.header("idempotency-key", "one").json(&claim);
    crate::support::caller::send(claimed).await.expect(200);
    lender
        .patch(&format!("{request}/files/1"), json!({ "description": "Part 1" }))
        .await
        .expect(204);
    let third = "third.pdf?replaces=1&reason=wrong-document";
    lender.upload(&request, third, by_ghostscript()).await.expect(201);

    let expected = [
        ("attached", vec![(1, "draft.pdf")]),
        ("replaced", vec![(2, "second.pdf"), (3, "third.pdf")]),
        ("claimed", vec![(2, "second.pdf")]),
        ("described", vec![(2, "second.pdf")]),
    ];
    let events = here.host.get(&format!("{request}/events")).await.expect(200).json();
    let by_command = Desk::on(&here.data).json("events 2026-00900");
    for events in [&events["events"], &by_command["events"]] {
        let events = events.as_array().expect("it is a list");
        for (kind, names) in &expected {
            let names: Vec<_> = names.iter().map(|(n, name)| (*n, (*name).to_owned())).collect();
            assert_eq!(named(events, kind), names, "{kind}: {events:?}");
        }
    }
    // Both libraries' pages mention the wrong document.
    for (user, path, english, french) in [
        (
            "vancouver",
            format!("/borrow/{handle}"),
            "The lending library sent the wrong document and replaced it on",
            "La bibliothèque prêteuse s’est trompée de document et l’a remplacé le",
        ),
        (
            "toronto",
            format!("/supply/{handle}"),
            "A wrong document was replaced on",
            "Un document envoyé par erreur a été remplacé le",
        ),
        (
            "toronto",
            format!("/supply/{handle}/files/1"),
            "A wrong document was replaced on",
            "Un document envoyé par erreur a été remplacé le",
        ),
    ] {
        let cookie = here.cookie(user).await;
        for (language, said) in [("en", english), ("fr", french)] {
            let page = here.get(&path, &cookie, language).await.expect(200).text();
            assert!(page.contains(said), "{path}: {page}");
        }
    }
    // The borrowing library never saw the draft, which was replaced before it was shipped.
    let theirs = borrower.get(&format!("{request}/events")).await.expect(200).json();
    let theirs = theirs["events"].as_array().expect("it is a list").clone();
    assert_eq!(named(&theirs, "attached"), [(0, String::new())]);
    assert_eq!(named(&theirs, "claimed"), [(2, "second.pdf".to_owned())]);

    let lending = here.cookie("toronto").await;
    for file in ["history", "history.csv", "history.json"] {
        let path = format!("/supply/{handle}/{file}");
        let text = here.get(&path, &lending, "en").await.expect(200).text();
        for said in [
            "Uploaded document 1 (draft.pdf)",
            "document 1 (second.pdf, version 2)",
            "document 1 (third.pdf, version 3)",
            "Part 1",
        ] {
            assert!(text.contains(said), "{file}: {said}: {text}");
        }
        assert!(!text.contains("(third.pdf, version 2)"), "{file}: {text}");
    }
    let borrowing = here.cookie("vancouver").await;
    let text = here.get(&format!("/borrow/{handle}/history"), &borrowing, "fr").await.text();
    assert!(text.contains("second.pdf, version 2") && !text.contains("draft.pdf"), "{text}");
    // The page offers only the third one, and no way to resume earlier downloads.
    let text = here.get(&format!("/borrow/{handle}"), &borrowing, "en").await.expect(200).text();
    assert!(text.contains("third.pdf") && !text.contains("second.pdf"), "{text}");
    assert!(!text.contains("/t/"), "{text}");
    // A removed document keeps its name in the history.
    lender.delete(&format!("{request}/files/1")).await.expect(204);
    let text = here.get(&format!("/supply/{handle}/history"), &lending, "en").await.text();
    assert!(text.contains("Removed document 1 (third.pdf, version 3)"), "{text}");
}

#[tokio::test]
async fn the_last_day_is_one_day_in_the_borrowing_librarys_zone() {
    let here = Sample::start();
    for (id, name, zone) in [
        ("CA-OTU", "Toronto University Library", "America/Toronto"),
        ("CA-BVAU", "Vancouver University Library", "America/Vancouver"),
    ] {
        let email = format!("ill@{}.example.org", id.to_lowercase());
        let library = json!({ "name": name, "email": email, "zone": zone, "channel": "account" });
        here.host.put(&format!("/api/v1/participants/{id}"), library).await.expect(204);
    }
    let lender = here.lender("m-7").await;
    let (handle, request) = attached(&here, &lender, "on-moraines.pdf").await;
    let staff = here.cookie("toronto").await;
    let page = format!("/supply/{handle}/files/1");
    let view = async || lender.get(&request).await.expect(200).json()["files"][0].clone();
    // In 40 days, late in the evening: the next day in Toronto.
    let day = view().await["attached_at"].as_str().expect("it is text").to_owned();
    let day: time::Date =
        time::Date::parse(&day[..10], &time::format_description::well_known::Iso8601::DATE)
            .expect("it is a day");
    let in_words = |days: i64| {
        let day = day + time::Duration::days(days);
        format!("{}\u{a0}{},\u{a0}{}", day.month(), day.day(), day.year())
    };
    let until = (day + time::Duration::days(40)).to_string();
    let edit = format!("{page}/edit");
    let fields =
        [("downloads", "3"), ("days", "90"), ("until", until.as_str()), ("description", "")];
    here.submit(&page, &edit, &staff, &fields).await.expect(303);
    for (path, language) in [(page.as_str(), "en"), (&format!("/supply/{handle}"), "en")] {
        let text = here.get(path, &staff, language).await.expect(200).text();
        assert!(text.contains(&in_words(40)), "{path}: {text}");
        assert!(!text.contains(&in_words(41)) && !text.contains(&in_words(39)), "{path}: {text}");
    }
    let text = here.get(&page, &staff, "en").await.text();
    assert!(text.contains(&format!("value=\"{until}\"")), "the field shows the day: {text}");
    assert_eq!(view().await["last_day"], until.as_str(), "before it is shipped");
    let shown = Desk::on(&here.data).run("request show 2026-00900").expect(0).out;
    assert!(shown.contains(&until), "{shown}");
    let history = here.get(&format!("/supply/{handle}/history"), &staff, "en").await.text();
    assert!(history.contains(&in_words(40)) && !history.contains(&in_words(41)), "{history}");

    // A day in the past is refused at its field, which keeps the entered value; nothing changes.
    let past = (day - time::Duration::days(2)).to_string();
    let fields =
        [("downloads", "4"), ("days", "90"), ("until", past.as_str()), ("description", "Part 1")];
    let told = here.submit(&page, &edit, &staff, &fields).await.expect(422).text();
    let field = told.split("id=\"until\"").nth(1).expect("there is the field");
    let field = &field[..field.find("</div>").expect("it ends")];
    assert!(field.contains("aria-invalid=\"true\"") && field.contains(&in_words(-2)), "{field}");
    assert!(field.contains(&format!("value=\"{past}\"")) && told.contains("value=\"Part 1\""));
    let kept = view().await;
    assert_eq!((&kept["max_downloads"], &kept["last_day"]), (&json!(3), &json!(until)));
    let terms = json!({ "max_downloads": 3, "last_day": past, "why": "" });
    let refused = lender.patch(&format!("{request}/files/1"), json!({ "terms": terms })).await;
    assert_eq!(refused.expect(422).json()["code"], "past-end");
    let words = format!("extend 2026-00900 --file 1 --until {past} --why late");
    Desk::on(&here.data).run(&words).expect(2);

    let later = (day + time::Duration::days(50)).to_string();
    let terms = json!({ "max_downloads": 3, "last_day": later, "why": "" });
    lender.patch(&format!("{request}/files/1"), json!({ "terms": terms })).await.expect(204);
    lender.post(&format!("{request}/ship"), json!({})).await.expect(204);
    assert_eq!(view().await["last_day"], later.as_str());
    let text = here.get(&format!("/supply/{handle}"), &staff, "en").await.text();
    assert!(text.contains(&in_words(50)) && !text.contains(&in_words(51)), "{text}");
}

#[tokio::test]
async fn staff_are_warned_before_and_after_if_a_patron_has_no_address() {
    let here = Sample::start();
    let lender = here.lender("m-7").await;
    let (handle, request) = attached(&here, &lender, "on-moraines.pdf").await;
    let news = json!({
        "reference": "2026-00900", "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "On Moraines", "patron": "p-77", "status": "shipped",
    });
    here.host.post("/api/v1/requests", news).await.expect(200);
    let staff = here.cookie("vancouver").await;
    let page = format!("/borrow/{handle}");
    let text = here.get(&page, &staff, "en").await.expect(200).text();
    assert!(
        text.contains(
            "No email will be sent when you mark the request as received. Give the patron"
        ),
        "{text}"
    );
    let said = "The patron cannot be emailed, because there is no email address on record";
    assert_eq!(text.matches(said).count(), 1, "{text}");
    assert!(!text.contains("we email the link to the patron"), "{text}");
    assert!(!text.contains(&format!("{page}/notify")), "nothing can be sent: {text}");
    let french = here.get(&page, &staff, "fr").await.text();
    assert!(french.contains("comme reçue. Remettez vous-même le lien"), "{french}");

    let done = here.submit(&page, &format!("{page}/receive"), &staff, &[]).await;
    let flash = done.header("set-cookie").split(';').next().unwrap_or_default();
    let text = here.get(&page, &format!("{staff}; {flash}"), "en").await.expect(200).text();
    assert!(text.contains("marked as received. The patron was not emailed"), "{text}");
    assert!(!text.contains("Will be sent shortly"), "nobody waits for it: {text}");
    assert!(text.contains("Not sent: there is no email address on record"), "{text}");
    assert_eq!(text.contains("Copy the link below"), text.contains("id=\"url\""), "{text}");
    let text = here.get(&page, &staff, "en").await.text();
    assert!(
        text.contains("The patron cannot be emailed, because there is no email address on record"),
        "{text}"
    );
    let borrower = here.staff("CA-BVAU", "m-8").await;
    let told = borrower.post(&format!("{request}/notices"), json!({ "to": "patron" })).await;
    assert_eq!(told.expect(409).json()["code"], "no-recipient");
    let by_command = Desk::on(&here.data).run("receive 2026-00900").expect(0);
    assert!(by_command.err.contains("No email address is known"), "{}", by_command.err);

    // With an address, the mail can be sent: again, where the first try has failed by now.
    let path = "/api/v1/participants/CA-BVAU/patrons/p-77";
    here.host.put(path, json!({ "email": "paul@example.org" })).await.expect(204);
    let text = here.get(&page, &staff, "en").await.text();
    assert!(!text.contains("The patron cannot be emailed"), "{text}");
    borrower.post(&format!("{request}/notices"), json!({ "to": "patron" })).await.expect(200);
    until("the mail", || async { (here.mails_with("paul@example.org") == 1).then_some(()) }).await;
}
