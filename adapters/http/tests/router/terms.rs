//! Refusals of downloads and days, which contain the field, its value and the limit.

use crate::stage::{NOW, Stage, pdf};
use axum::body::Body;
use http::{Method, StatusCode};
use serde_json::json;

const LENDER: (&str, &str) = ("x-actor", "CA-OTU");

#[tokio::test]
async fn terms_beyond_the_profile_are_refused_with_field_value_and_limit() {
    let stage = Stage::shipped().await;
    let file = format!("/api/v1/requests/{}/files/1", stage.handle);
    // Shipped on November 23, 2026, in the borrowing library's time zone. The profile allows 5
    // downloads and 90 days.
    let cases = [
        (
            json!({"max_downloads": 9, "days": 30}),
            "`terms.max_downloads` is 9; expected a whole number from 1 to 5",
        ),
        (
            json!({"max_downloads": 5, "days": 400}),
            "`terms.days` is 400; expected a whole number from 0 to 90",
        ),
        (
            json!({"max_downloads": 5, "last_day": "2099-12-31"}),
            "`terms.last_day` is 2099-12-31; expected 2027-02-21 or earlier",
        ),
        (
            json!({"max_downloads": 5, "expires_at": "2099-12-31T00:00:00Z"}),
            "`terms.expires_at` is 2099-12-31T00:00:00Z; expected 2027-02-22T07:00:00Z or earlier",
        ),
        (
            json!({"max_downloads": 5, "last_day": "2026-01-01"}),
            "`terms.last_day` is 2026-01-01; expected 2026-11-23 or later",
        ),
        (
            json!({"max_downloads": 5, "expires_at": "2026-01-01T00:00:00Z"}),
            &format!(
                "`terms.expires_at` is 2026-01-01T00:00:00Z; expected a time after {NOW}, the current time"
            ),
        ),
        (
            json!({"max_downloads": 5, "days": 3, "not_before": "2027-01-01T00:00:00Z"}),
            "`terms.not_before` is 2027-01-01T00:00:00Z; expected a time before the end of the terms",
        ),
    ];
    for (terms, title) in cases {
        let body = json!({ "terms": terms }).to_string();
        let answer = stage.ask(Method::PATCH, &file, &[LENDER], Body::from(body)).await;
        let problem = answer.json();
        assert!(matches!(problem["code"].as_str(), Some("over-limit" | "past-end")), "{problem}");
        assert_eq!(problem["title"], *title, "{terms}");
    }
}

#[tokio::test]
async fn an_upload_beyond_the_profile_is_refused_with_its_parameter() {
    let stage = Stage::shipped().await;
    for (query, title) in [
        ("downloads=6", "`downloads` is 6; expected a whole number from 1 to 5"),
        ("days=91", "`days` is 91; expected a whole number from 0 to 90"),
    ] {
        let path = format!("/api/v1/requests/{}/uploads/b.pdf?{query}", stage.handle);
        let answer = stage.ask(Method::PUT, &path, &[LENDER], pdf(500)).await;
        assert_eq!(answer.json()["title"], title);
    }
}

#[tokio::test]
async fn an_empty_or_excessive_extension_is_refused_with_field_value_and_limit() {
    let stage = Stage::shipped().await;
    let path = format!("/api/v1/requests/{}/files/1/grant", stage.handle);
    for (grant, status, title) in [
        (
            json!({"downloads": 99}),
            StatusCode::UNPROCESSABLE_ENTITY,
            "`downloads` is 99; all extensions together may add at most 5 downloads",
        ),
        (
            json!({"days": 91}),
            StatusCode::UNPROCESSABLE_ENTITY,
            "`days` is 91; expected a whole number from 0 to 90",
        ),
        (
            json!({"downloads": 0, "days": 0}),
            StatusCode::BAD_REQUEST,
            "`downloads` and `days` are 0 or missing; expected at least one above 0",
        ),
        (
            json!({}),
            StatusCode::BAD_REQUEST,
            "`downloads` and `days` are 0 or missing; expected at least one above 0",
        ),
    ] {
        let mut body = grant;
        body["audience"] = json!("patron");
        let answer = stage.ask(Method::POST, &path, &[LENDER], body.to_string()).await;
        assert_eq!(answer.json()["title"], title);
        assert_eq!(answer.status, status, "{title}");
    }
}

#[tokio::test]
async fn days_that_move_no_end_are_no_extension() {
    let stage = Stage::shipped().await;
    let path = format!("/api/v1/requests/{}/files/1/grant", stage.handle);
    let grant = json!({"audience": "patron", "days": 5}).to_string();
    let answer = stage.ask(Method::POST, &path, &[LENDER], grant).await;
    let title = "`days` is 5, but the terms already end later, on 2027-02-21; expected more";
    assert_eq!((answer.status, &answer.json()["title"]), (StatusCode::BAD_REQUEST, &json!(title)));
    let grant = json!({"audience": "patron", "days": 5, "downloads": 1}).to_string();
    let answer = stage.ask(Method::POST, &path, &[LENDER], grant).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "it adds a download");
}

#[tokio::test]
async fn a_reason_and_a_note_that_are_too_long_are_named_as_they_were_sent() {
    let stage = Stage::shipped().await;
    let long = |n: usize| "x".repeat(n);
    let file = format!("/api/v1/requests/{}/files/1", stage.handle);
    let withdraw = format!("/api/v1/requests/{}/withdraw", stage.handle);
    let terms = json!({"terms": {"max_downloads": 5, "days": 5, "why": long(501)}});
    for (method, path, body, title) in [
        (Method::PATCH, file.clone(), terms, "`terms.why` is longer than 500 bytes"),
        (Method::POST, withdraw, json!({"why": long(501)}), "`why` is longer than 500 bytes"),
    ] {
        let answer = stage.ask(method, &path, &[LENDER], body.to_string()).await;
        assert_eq!(answer.json()["title"], title, "{path}");
    }
    let report = json!({"kind": "other", "note": long(1_001)}).to_string();
    let borrower = [("x-actor", "CA-BVAU")];
    let answer = stage.ask(Method::POST, &format!("{file}/problem"), &borrower, report).await;
    assert_eq!(answer.json()["title"], "`note` is longer than 1000 bytes");
}
