//! Reported problems, resent notices, and library settings on the link page.

use crate::stage::{Answer, NOW, Stage, pdf, staff};
use axum::body::Body;
use desktop_delivery::Policy;
use desktop_delivery::Shipment;
use desktop_delivery::events::EventKind;
use desktop_delivery::participants::Logo;
use http::{Method, StatusCode};
use serde_json::{Value, json};

const LENDER: &str = "CA-OTU";
const BORROWER: &str = "CA-BVAU";

async fn post(stage: &Stage, actor: &str, rest: &str, body: Value) -> Answer {
    let path = format!("/api/v1/requests/{}{rest}", stage.handle);
    let headers = [("x-actor", actor), ("content-type", "application/json")];
    stage.ask(Method::POST, &path, &headers, Body::from(body.to_string())).await
}

async fn request(stage: &Stage, actor: &str) -> Value {
    let path = format!("/api/v1/requests/{}", stage.handle);
    stage.ask(Method::GET, &path, &[("x-actor", actor)], Body::empty()).await.json()
}

#[tokio::test]
async fn a_problem_is_reported_and_answered() {
    let stage = Stage::shipped().await;
    let report = json!({ "kind": "missing-page", "note": "page 7" });
    for (actor, path, body, status) in [
        (LENDER, "/files/1/problem", report.clone(), 403),
        (BORROWER, "/files/2/problem", report.clone(), 404),
        (BORROWER, "/files/1/problem", json!({ "kind": "nonsense" }), 400),
        (BORROWER, "/files/1/problem", json!({ "kind": "other", "note": "x".repeat(1_001) }), 422),
        (LENDER, "/files/1/problem/answer", json!({ "note": "so it is" }), 409),
        (BORROWER, "/files/1/problem", report, 204),
        (BORROWER, "/files/1/problem/answer", json!({ "note": "so it is" }), 403),
    ] {
        let answer = post(&stage, actor, path, body.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{actor} {path} {body}: {}", answer.text());
    }
    let problem = &request(&stage, LENDER).await["problems"][0];
    assert_eq!((&problem["kind"], &problem["note"]), (&json!("missing-page"), &json!("page 7")));
    assert_eq!((&problem["by"], &problem["answer"]), (&json!("s-17"), &Value::Null));
    let answer = post(&stage, LENDER, "/files/1/problem/answer", json!({ "note": "so it is" }));
    assert_eq!(answer.await.status, StatusCode::NO_CONTENT);
    let problem = &request(&stage, BORROWER).await["problems"][0];
    assert_eq!(problem["answer"]["note"], "so it is");
}

#[tokio::test]
async fn a_notice_can_be_resent_up_to_its_limit() {
    let stage = Stage::shipped().await;
    for (actor, to, status) in [
        (LENDER, "patron", 403),
        (BORROWER, "partner", 403),
        (LENDER, "partner", 409),
        (BORROWER, "nobody", 400),
    ] {
        let answer = post(&stage, actor, "/notices", json!({ "to": to })).await;
        assert_eq!(answer.status.as_u16(), status, "{actor} {to}: {}", answer.text());
    }
    for waited in [false, true] {
        let sent = post(&stage, BORROWER, "/notices", json!({ "to": "patron" })).await;
        assert_eq!(sent.json(), json!({ "no": 1, "waited": waited }));
    }
    assert_eq!(request(&stage, BORROWER).await["notices"][0]["asked_for"], true);
    // The limit is the first email and 3 resends.
    for no in 2..=5 {
        stage.desk.run_due().await.expect("the ledger answers");
        stage.clock.advance(60);
        let sent = post(&stage, BORROWER, "/notices", json!({ "to": "patron" })).await;
        if no < 5 {
            assert_eq!(sent.json(), json!({ "no": no, "waited": false }));
            continue;
        }
        assert_eq!(sent.status.as_u16(), 429, "{}", sent.text());
        assert_eq!(sent.header("retry-after"), (3_600 - 180).to_string());
        let problem = sent.json();
        assert_eq!(problem["code"], "too-many-resends");
        assert_eq!(problem["from"], NOW.plus_seconds(3_660).to_string());
        assert!(problem["remedy"].as_str().is_some_and(|text| text.contains("wait")));
    }
}

#[tokio::test]
async fn a_page_shows_the_librarys_logo_and_claims_record_its_notice_version() {
    let address = "data:image/png;base64,iVBORw0KGgo=";
    let stage = Stage::pending_for(Policy::illume(), |library| {
        library
            .with_logo(Logo::new(address).expect("the logo is valid"))
            .with_copyright_notice("For private study.")
            .with_copyright_notice_version(7)
    })
    .await;
    stage.attach("ice-ages.pdf", pdf(100)).await;
    stage
        .desk
        .ship(stage.handle, &staff(LENDER), Shipment::WithFiles)
        .await
        .expect("the request can be shipped");
    let stage = stage.linked().await;
    let page = stage.get(&stage.link()).await;
    let logo = format!("<img class=\"logo\" src=\"{address}\" alt=\"Vancouver Library\">");
    assert!(page.text().contains(&logo), "{}", page.text());
    assert!(page.header("content-security-policy").contains("img-src data:"));
    assert!(page.text().contains("name=\"copyright_version\" value=\"7\""));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = "ordinal=1&acknowledged=yes&copyright_version=7";
    let path = format!("{}/1/claim", stage.link());
    let claimed = stage.ask(Method::POST, &path, &form, body).await;
    assert_eq!(claimed.status, StatusCode::SEE_OTHER);
    let events = stage.desk.events(stage.handle, &staff(LENDER), None, 100).await;
    let read = events.expect("the ledger answers").into_iter().any(|recorded| {
        matches!(recorded.event.kind, EventKind::Claimed { copyright_version: Some(7), .. })
    });
    assert!(read, "the history has the version");
}

#[tokio::test]
async fn a_page_without_a_logo_shows_the_librarys_name_and_the_built_in_notice() {
    let stage = Stage::shipped().await;
    let page = stage.get(&stage.link()).await;
    assert!(
        page.text().contains("<span class=\"library\"><bdi>Vancouver Library</bdi></span>")
            && !page.text().contains("<img")
    );
    assert!(page.text().contains("name=\"copyright_version\" value=\"0\""));
}
