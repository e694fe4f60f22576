//! Requests whose patron changes or is removed: the link of the first patron is closed.

use crate::support::desk::Desk;
use crate::support::documents::by_ghostscript;
use crate::support::installation::{Installation, PATRON_ADDRESS};
use serde_json::{Value, json};

/// Sends an update of the shipped request with this patron.
async fn name(here: &Installation, patron: Value) {
    let news = json!({
        "reference": "2026-00417", "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "On Ice Ages", "patron": patron, "status": "shipped",
    });
    here.host.post("/api/v1/requests", news).await.expect(200);
}

#[tokio::test]
async fn the_link_of_a_patron_is_closed_when_the_request_names_another_one() {
    let here = Installation::start().await;
    let (request, first) = here.shipped(&by_ghostscript()).await;
    let ticket = first.ticket(1, "one").await;
    first.fetch(&ticket).await.expect(200);

    name(&here, Value::Null).await;
    let closed = first.page().await.expect(410).text();
    assert!(closed.contains("This link no longer works"), "{closed}");
    first.fetch(&ticket).await.expect(410);
    first.claim(1, "two").await.expect(410);
    // The same key does not work a second time.
    first.claim(1, "one").await.expect(410);

    // A link without a patron could be in anyone's hands.
    let links = format!("{request}/links");
    let refused = here.borrower.post(&links, json!({ "audience": "patron" })).await.expect(409);
    assert_eq!(refused.json()["code"], "no-recipient");

    name(&here, json!("p-7")).await;
    let second = here.patron(&request).await;
    assert_ne!(second.link, first.link);
    // The same number as sent by a database with fixed-width columns.
    name(&here, json!(" p-7\u{a0}  ")).await;
    second.page().await.expect(200);
    second.page().await.expect(200);
    first.page().await.expect(410);
    // Downloads of the first patron count: the document has one budget here.
    assert_eq!(second.view().await["files"][0]["left"], 4);

    name(&here, json!("p-2041")).await;
    let again = here.patron(&request).await;
    assert!(again.link != first.link && again.link != second.link);
    for (gone, status) in [(&first, 410), (&second, 410), (&again, 200)] {
        gone.page().await.expect(status);
    }
    let links = here.view(&request).await["links"].clone();
    let open = links.as_array().unwrap().iter().filter(|link| link["revoked_at"].is_null());
    assert_eq!(open.count(), 1, "{links}");
}

#[tokio::test]
async fn erasing_a_patron_by_api_or_command_closes_their_links() {
    let here = Installation::start().await;
    let (request, first) = here.shipped(&by_ghostscript()).await;
    let ticket = first.ticket(1, "one").await;
    let path = "/api/v1/participants/CA-BVAU/patrons/p-2041";
    here.host.delete(path).await.expect(204);
    first.page().await.expect(410);
    first.fetch(&ticket).await.expect(410);
    let history = here.borrower.get(&format!("{request}/events")).await.expect(200).json();
    let kinds: Vec<_> = history["events"].as_array().unwrap().iter().map(|e| &e["event"]).collect();
    assert!(kinds.contains(&&json!("forgotten")) && kinds.contains(&&json!("link-revoked")));
    // The next patron with this number does not get the request.
    let other = json!({ "email": "other@example.org" });
    here.host.put("/api/v1/participants/CA-BVAU/patrons/%20p-2041%20", other).await.expect(204);
    let told = json!({ "to": "patron" });
    here.borrower.post(&format!("{request}/notices"), told).await.expect(409);
    // The host sends the patron again, and the link is a new one.
    name(&here, json!("p-2041")).await;
    let second = here.patron(&request).await;
    assert_ne!(second.link, first.link);

    let forgotten = Desk::on(&here.data).json("patron forget CA-BVAU p-2041");
    assert_eq!(forgotten, json!({ "forgotten": true, "requests": 1 }));
    second.page().await.expect(410);
    let again = Desk::on(&here.data).run("patron forget CA-BVAU p-2041").expect(0);
    assert!(
        again.out.contains("was not stored") && again.out.contains("from 0 requests"),
        "{}",
        again.out
    );
    assert!(!again.out.contains(PATRON_ADDRESS));
}
