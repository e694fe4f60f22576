//! Every answer costs one load of the request, however many files it shows.

use crate::stage::{Stage, pdf, staff};
use desktop_delivery::{Policy, Shipment};
use http::StatusCode;

const FILES: usize = 4;

/// A shipped request of several files, each with an open ticket by its link.
async fn stage() -> (Stage, String) {
    let stage = Stage::pending(Policy::illume()).await;
    for number in 0..FILES {
        stage.attach(&format!("part-{number}.pdf"), pdf(5_000 + number)).await;
    }
    let shipped = stage.desk.ship(stage.handle, &staff("CA-OTU"), Shipment::WithFiles).await;
    shipped.expect("it can be shipped");
    let stage = stage.linked().await;
    let ticket = stage.ticket(1).await;
    (stage, ticket)
}

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
async fn a_link_page_and_a_ticket_cost_one_load() {
    let (stage, ticket) = stage().await;
    let link = stage.link();
    let json = [("accept", "application/json")];
    assert_eq!(loads_of(&stage, &link, &[], StatusCode::OK).await, 1, "the page");
    assert_eq!(loads_of(&stage, &link, &json, StatusCode::OK).await, 1, "for programs");
    assert_eq!(loads_of(&stage, &ticket, &[], StatusCode::OK).await, 1, "the bytes");
}

#[tokio::test]
async fn a_link_and_a_ticket_that_were_closed_cost_one_load() {
    let (stage, ticket) = stage().await;
    let withdrawn = stage.desk.withdraw(stage.handle, &staff("CA-OTU"), "sent by mistake").await;
    withdrawn.expect("it is shipped");
    let link = stage.link();
    assert_eq!(loads_of(&stage, &link, &[], StatusCode::GONE).await, 1, "the page");
    assert_eq!(loads_of(&stage, &ticket, &[], StatusCode::GONE).await, 1, "the ticket");
    let forged = stage.link().replace('A', "B");
    assert_eq!(loads_of(&stage, &forged, &[], StatusCode::NOT_FOUND).await, 0, "a forged one");
}
