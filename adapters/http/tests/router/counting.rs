use crate::stage::{Lines, NOW, Stage, pdf, staff};
use axum::body::Body;
use desktop_delivery::desk::TermsChange;
use desktop_delivery::ledger::DeliveryKey;
use desktop_delivery::{AttachmentNo, Policy, Terms};
use http::{Method, StatusCode};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn only_a_claim_counts() {
    let stage = Stage::shipped().await;
    let (link, claim) = (stage.link(), format!("{}/1/claim", stage.link()));
    let ticket = stage.ticket(1).await;
    assert_eq!(stage.left().await, 4);
    let free: &[(Method, &str, Lines<'_>, u16)] = &[
        (Method::GET, &link, &[], 200),
        (Method::HEAD, &link, &[], 200),
        (Method::OPTIONS, &link, &[], 405),
        (Method::GET, &link, &[("sec-purpose", "prefetch;prerender")], 200),
        (Method::GET, &link, &[("x-moz", "prefetch")], 200),
        (Method::GET, &link, &[("accept", "application/json")], 200),
        (Method::POST, &link, &[FORM], 405),
        (Method::GET, &claim, &[], 303),
        (Method::HEAD, &claim, &[], 303),
        (Method::OPTIONS, &claim, &[], 405),
        (Method::PUT, &claim, &[FORM], 405),
        (Method::GET, &ticket, &[], 200),
        (Method::HEAD, &ticket, &[], 200),
        (Method::OPTIONS, &ticket, &[], 405),
        (Method::POST, &ticket, &[FORM], 405),
        (Method::GET, &ticket, &[("range", "bytes=0-")], 206),
        (Method::GET, &ticket, &[("range", "bytes=1-")], 206),
        (Method::GET, &ticket, &[("range", "bytes=-1")], 206),
        (Method::GET, &ticket, &[("range", "bytes=5-9")], 206),
        (Method::GET, &ticket, &[("range", "bytes=0-1,3-4")], 200),
        (Method::GET, &ticket, &[("range", "bytes=999999999-")], 416),
        (Method::GET, &ticket, &[("if-none-match", "*")], 304),
        (Method::GET, &ticket, &[("if-match", "\"x\"")], 412),
    ];
    for (method, path, headers, status) in free {
        let answer = stage.ask(method.clone(), path, headers, Body::empty()).await;
        assert_eq!(answer.status.as_u16(), *status, "{method} {path} {headers:?}");
        assert_eq!(stage.left().await, 4, "{method} {path} {headers:?} is free");
    }
}

/// The states of a link, with the status of a claim in each.
const STATES: [(&str, u16); 9] = [
    ("not shipped", 409),
    ("open", 303),
    ("its ticket has ended", 303),
    ("used up", 403),
    ("expired", 410),
    ("not yet valid", 403),
    ("revoked", 410),
    ("withdrawn", 410),
    ("removed", 410),
];

/// Returns a link in the given state, with the ticket of its first claim and the ordinal of the
/// next.
async fn stage_in(state: &str) -> (Stage, String, u32) {
    if state == "not shipped" {
        let stage = Stage::pending(Policy::illume()).await;
        stage.attach("ice-ages.pdf", pdf(100)).await;
        return (stage.linked().await, "/t/none".to_owned(), 1);
    }
    let stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    let (desk, handle, lender) = (&stage.desk, stage.handle, staff("CA-OTU"));
    let (article, mut next) = (AttachmentNo::new(1), 2);
    match state {
        "its ticket has ended" => stage.clock.advance(7_200),
        "used up" => {
            for ordinal in 2..=5 {
                stage.ticket(ordinal).await;
            }
            next = 6;
        }
        "expired" => stage.clock.set(NOW.plus_days(91)),
        "not yet valid" => {
            let terms = Terms::new(5, 90).with_not_before(NOW.plus_days(7));
            let change = TermsChange::new(article, terms, "embargo");
            desk.change_terms(handle, &lender, &change).await.expect("the terms change");
        }
        "revoked" => {
            let link = desk.open_link(&stage.token).await.expect("the link opens").link;
            desk.revoke_link(handle, &lender, link).await.expect("the link is revoked");
        }
        "withdrawn" => desk.withdraw(handle, &lender, "").await.expect("the request is withdrawn"),
        "removed" => desk.remove(handle, &lender, article).await.expect("the file is removed"),
        _ => assert_eq!(state, "open"),
    }
    (stage, ticket, next)
}

/// Returns the downloads counted, read from the ledger since not every link can be opened.
async fn used(stage: &Stage) -> u32 {
    let found = stage.desk.delivery(DeliveryKey::Handle(stage.handle)).await;
    let delivery = found.expect("the ledger answers").expect("the request exists");
    delivery.usage.budgets.iter().map(|budget| budget.used).sum()
}

#[tokio::test]
async fn in_every_state_only_a_claim_counts_and_only_once() {
    let headers: [Lines<'_>; 10] = [
        &[],
        &[("accept", "application/json")],
        &[("sec-purpose", "prefetch;prerender")],
        &[("range", "bytes=0-")],
        &[("range", "bytes=0-0")],
        &[("range", "bytes=-1")],
        &[("range", "bytes=0-1,3-4")],
        &[("if-none-match", "*")],
        &[("if-match", "\"x\"")],
        &[("range", "bytes=1-"), ("if-range", "\"x\"")],
    ];
    for (state, status) in STATES {
        let (stage, ticket, next) = stage_in(state).await;
        let before = used(&stage).await;
        let claim = format!("{}/1/claim", stage.link());
        for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT] {
            for path in [&stage.link(), &claim, &ticket] {
                for lines in headers {
                    let answer = stage.ask(method.clone(), path, lines, Body::empty()).await;
                    assert!(!answer.status.is_server_error(), "{state}: {method} {path} {lines:?}");
                    assert_eq!(used(&stage).await, before, "{state}: {method} {path} {lines:?}");
                }
            }
        }
        let counted = u32::from(status == 303);
        for tab in 1..=2 {
            let answer = stage.claim(next).await;
            assert_eq!(answer.status.as_u16(), status, "{state}, tab {tab}: {}", answer.text());
            assert_eq!(used(&stage).await, before + counted, "{state}, tab {tab}");
        }
    }
}

#[tokio::test]
async fn a_form_sent_twice_or_from_a_second_tab_is_one_claim() {
    let stage = Stage::shipped().await;
    let first = stage.ticket(1).await;
    for _ in 0..3 {
        assert_eq!(stage.ticket(1).await, first, "the same ticket");
    }
    assert_eq!(stage.left().await, 4);
    let second = stage.ticket(2).await;
    assert_ne!(second, first);
    assert_eq!(stage.left().await, 3);
    assert_eq!(stage.claim(7).await.status, StatusCode::CONFLICT, "an invented ordinal");
    assert_eq!(stage.left().await, 3);
}

#[tokio::test]
async fn repeating_a_claim_after_its_ticket_ended_is_refused_and_not_counted() {
    let stage = Stage::shipped().await;
    stage.ticket(1).await;
    stage.clock.advance(7_200);
    let answer = stage.claim(1).await;
    assert_eq!(answer.status, StatusCode::GONE);
    assert!(answer.text().contains("This download has ended"));
    assert_eq!(stage.left().await, 4);
}

#[tokio::test]
async fn an_incomplete_claim_is_refused_and_not_counted() {
    let stage = Stage::shipped().await;
    let claim = format!("{}/1/claim", stage.link());
    let bodies = [
        ("", 400),
        ("ordinal=1", 422),
        ("ordinal=1&acknowledged=no", 422),
        ("ordinal=1&acknowledged=", 422),
        ("acknowledged=yes", 400),
        ("ordinal=-1&acknowledged=yes", 400),
        ("ordinal=4294967296&acknowledged=yes", 400),
        ("ordinal=0&acknowledged=yes", 409),
        ("ordinal=%FF", 400),
    ];
    for (body, status) in bodies {
        let answer = stage.ask(Method::POST, &claim, &[FORM], body).await;
        assert_eq!(answer.status.as_u16(), status, "{body:?}");
        assert!(answer.text().starts_with("<!DOCTYPE html>"), "browsers get a page: {body:?}");
        assert_eq!(stage.left().await, 5, "{body:?}");
    }
    let huge = "x".repeat(100_000);
    let answer = stage.ask(Method::POST, &claim, &[FORM], huge).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text().starts_with("<!DOCTYPE html>"), "browsers get a page");
    let unknown = format!("{}/2/claim", stage.link());
    let answer = stage.ask(Method::POST, &unknown, &[FORM], "ordinal=1&acknowledged=yes").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(stage.left().await, 5);
}

#[tokio::test]
async fn a_program_claims_with_an_idempotency_key() {
    let stage = Stage::shipped().await;
    let claim = format!("{}/1/claim", stage.link());
    let accept = ("accept", "application/json");
    let by = |key: &'static str| [JSON, accept, ("idempotency-key", key)];
    let yes = r#"{"acknowledged":true}"#;
    let first = stage.ask(Method::POST, &claim, &by("one"), yes).await;
    assert_eq!(first.status, StatusCode::OK);
    let again = stage.ask(Method::POST, &claim, &by("one"), yes).await;
    assert_eq!(again.json()["url"], first.json()["url"]);
    assert_eq!(
        (&first.json()["is_repeat"], &again.json()["is_repeat"]),
        (&false.into(), &true.into())
    );
    assert_eq!(stage.left().await, 4);
    stage.ask(Method::POST, &claim, &by("two"), yes).await;
    assert_eq!(stage.left().await, 3);
    let url = first.json()["url"].as_str().map(str::to_owned).expect("the response has the ticket");
    let path =
        url.strip_prefix("https://ill.example.org/delivery").expect("the address is absolute");
    assert_eq!(stage.get(path).await.status, StatusCode::OK);
    let refused = stage.ask(Method::POST, &claim, &by("three"), "{}").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(refused.json()["code"], "unacknowledged");
    assert_eq!(stage.left().await, 3);
}
