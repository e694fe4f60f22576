//! Every response loads the request once, however many files it shows.

use crate::stage::{Stage, pdf, staff};
use desktop_delivery::{Policy, Shipment};
use http::StatusCode;

const FILES: usize = 4;

/// Returns a shipped request with several files, and a ticket for the first.
async fn stage() -> (Stage, String) {
    let stage = Stage::pending(Policy::illume()).await;
    for number in 0..FILES {
        stage.attach(&format!("part-{number}.pdf"), pdf(5_000 + number)).await;
    }
    let shipped = stage.desk.ship(stage.handle, &staff("CA-OTU"), Shipment::WithFiles).await;
    shipped.expect("the request can be shipped");
    let stage = stage.linked().await;
    let ticket = stage.ticket(1).await;
    (stage, ticket)
}

/// Sends a GET request, and returns how often it loaded the request from the ledger.
async fn loads_of(
    stage: &Stage,
    path: &str,
    headers: &[(&str, &str)],
    expected: StatusCode,
) -> u64 {
    let before = stage.ledger.loads();
    let answer = stage.ask(http::Method::GET, path, headers, axum::body::Body::empty()).await;
    assert_eq!(answer.status, expected, "{path}");
    stage.ledger.loads() - before
}

#[tokio::test]
async fn a_link_page_and_a_ticket_load_the_request_once() {
    let (stage, ticket) = stage().await;
    let link = stage.link();
    let json = [("accept", "application/json")];
    assert_eq!(loads_of(&stage, &link, &[], StatusCode::OK).await, 1, "the page");
    assert_eq!(loads_of(&stage, &link, &json, StatusCode::OK).await, 1, "the JSON");
    assert_eq!(loads_of(&stage, &ticket, &[], StatusCode::OK).await, 1, "the file");
}

#[tokio::test]
async fn closed_links_and_tickets_load_the_request_once() {
    let (stage, ticket) = stage().await;
    let withdrawn = stage.desk.withdraw(stage.handle, &staff("CA-OTU"), "sent by mistake").await;
    withdrawn.expect("the request can be withdrawn");
    let link = stage.link();
    assert_eq!(loads_of(&stage, &link, &[], StatusCode::GONE).await, 1, "the page");
    assert_eq!(loads_of(&stage, &ticket, &[], StatusCode::GONE).await, 1, "the ticket");
    let forged = stage.link().replace('A', "B");
    assert_eq!(loads_of(&stage, &forged, &[], StatusCode::NOT_FOUND).await, 0, "a forged token");
}
