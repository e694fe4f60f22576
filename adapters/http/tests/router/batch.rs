//! Tests of batches of updates.

use crate::stage::{Answer, Stage};
use desktop_delivery::Policy;
use http::{Method, StatusCode};
use serde_json::{Value, json};

async fn send(stage: &Stage, actor: &str, updates: Vec<Value>) -> Answer {
    let body = json!({ "updates": updates }).to_string();
    let headers = [("x-actor", actor), ("idempotency-key", "batch-1")];
    stage.ask(Method::POST, "/api/v1/requests/batch", &headers, body).await
}

fn update(reference: &str, status: &str) -> Value {
    json!({
        "reference": reference, "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "Bees of the Okanagan", "status": status,
    })
}

#[tokio::test]
async fn each_update_of_a_batch_has_its_own_outcome() {
    let stage = Stage::pending(Policy::illume()).await;
    let mut unknown = update("2026-00502", "pending");
    unknown["requester"] = json!("CA-UNKNOWN");
    let updates = vec![
        update("2026-00501", "pending"),
        unknown,
        update("2026-00503", "shipped"),
        update("", "pending"),
    ];
    let answer = send(&stage, "host", updates.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let outcomes = answer.json()["outcomes"].clone();
    assert_eq!(outcomes[0]["result"]["outcome"], "created");
    assert_eq!(outcomes[1]["problem"]["code"], "invalid");
    assert_eq!(outcomes[1]["problem"]["field"], "requester");
    assert_eq!(outcomes[2]["result"]["status"], "shipped");
    assert_eq!(outcomes[3]["problem"]["field"], "reference");
    assert_eq!(outcomes.as_array().map(Vec::len), Some(4));
    let again = send(&stage, "host", updates).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.json()["outcomes"], outcomes);
    let staff = send(&stage, "CA-OTU", vec![update("2026-00504", "pending")]).await;
    assert_eq!(staff.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_batch_whose_outcomes_are_too_long_to_keep_is_not_applied_again() {
    let stage = Stage::pending(Policy::illume()).await;
    let unknown = |number: usize| {
        let mut update = update(&format!("2026-{number:05}"), "pending");
        update["requester"] = json!("CA-UNKNOWN");
        update
    };
    let mut updates: Vec<Value> = (1_000..1_499).map(unknown).collect();
    updates.push(update("2026-00500", "pending"));
    let answer = send(&stage, "host", updates.clone()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert!(answer.body.len() > 60_000, "{}", answer.body.len());
    assert_eq!(answer.json()["outcomes"][499]["result"]["outcome"], "created");
    // Without `as_of`, the updates would be dated later and could undo newer ones.
    let again = send(&stage, "host", updates).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text());
    assert_eq!(again.json()["code"], "already-done");
}

#[tokio::test]
async fn updates_of_one_reference_are_applied_in_order() {
    let stage = Stage::pending(Policy::illume()).await;
    let updates = ["pending", "shipped", "received"].map(|status| update("2026-00501", status));
    let outcomes = send(&stage, "host", updates.to_vec()).await.json()["outcomes"].clone();
    let of = |at: usize| {
        (outcomes[at]["result"]["outcome"].clone(), outcomes[at]["result"]["status"].clone())
    };
    assert_eq!(of(0), (json!("created"), json!("pending")));
    assert_eq!(of(1), (json!("updated"), json!("shipped")));
    assert_eq!(of(2), (json!("updated"), json!("received")));
}

#[tokio::test]
async fn a_batch_may_have_500_updates_and_2_mib() {
    let stage = Stage::pending(Policy::illume()).await;
    let long = |number: usize| {
        let mut update = update(&format!("2026-{number:05}"), "pending");
        update["source"] = json!("x".repeat(400));
        update
    };
    let answer = send(&stage, "host", (1_000..1_500).map(long).collect()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let created = answer.json()["outcomes"]
        .as_array()
        .map_or(0, |all| all.iter().filter(|one| one["result"]["outcome"] == "created").count());
    assert_eq!(created, 500);
    let headers = [("x-actor", "host")];
    let path = "/api/v1/requests/batch";
    let many = json!({"updates": (0..501).map(long).collect::<Vec<_>>()}).to_string();
    let answer = stage.ask(Method::POST, path, &headers, many).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    let huge = stage.ask(Method::POST, path, &headers, " ".repeat(2_097_153)).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
    let other = stage.ask(Method::POST, "/api/v1/requests", &headers, " ".repeat(65_537)).await;
    assert_eq!(other.status, StatusCode::PAYLOAD_TOO_LARGE, "other bodies are as small as before");
}
