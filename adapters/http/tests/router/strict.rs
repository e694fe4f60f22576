//! Tests of unknown fields and parameters, entity tags, and lists by reference.

use crate::stage::{Answer, Stage};
use axum::body::Body;
use desktop_delivery::Policy;
use http::{Method, StatusCode};
use serde_json::{Value, json};

const HOST: &str = "host";
const LENDER: &str = "CA-OTU";
const BORROWER: &str = "CA-BVAU";

async fn call(
    stage: &Stage,
    actor: &str,
    headers: &[(&str, &str)],
    method: Method,
    path: &str,
    body: Value,
) -> Answer {
    let headers = [&[("x-actor", actor)], headers].concat();
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    stage.ask(method, path, &headers, body).await
}

fn problem(answer: &Answer) -> (u16, String, String) {
    let json = answer.json();
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), text("code"), text("title"))
}

#[tokio::test]
async fn unknown_fields_and_parameters_are_named() {
    let stage = Stage::shipped().await;
    let at = |rest: &str| format!("/api/v1/requests/{}{rest}", stage.handle);
    let none = "expected none".to_owned();
    let cases = [
        (Method::GET, at("?lang=fr"), Value::Null, "lang", none.clone()),
        (Method::GET, at("/events?limit=3&kind=x"), Value::Null, "kind", "cursor, limit".into()),
        (Method::GET, "/api/v1/requests?page=2".into(), Value::Null, "page", "reference".into()),
        (Method::POST, at("/receive?now=1"), Value::Null, "now", none.clone()),
        (Method::POST, at("/receive"), json!({"note": "x"}), "note", none.clone()),
        (Method::POST, at("/cancel"), json!({"why": "x"}), "why", none.clone()),
        (
            Method::POST,
            at("/ship"),
            json!({"without_files": true}),
            "without_files",
            "without_file".into(),
        ),
        (Method::DELETE, at("/links/1?force=true"), Value::Null, "force", none),
        (
            Method::PATCH,
            at("/files/1"),
            json!({"terms": {"max_downloads": 1, "days": 1, "hours": 2}}),
            "terms.hours",
            "max_downloads".into(),
        ),
        (
            Method::PUT,
            at("/uploads/a.pdf?downloads=1&notify=1"),
            Value::Null,
            "notify",
            "days".into(),
        ),
    ];
    for (method, path, body, name, expected) in cases {
        let answer = call(&stage, HOST, &[], method.clone(), &path, body).await;
        let (status, code, title) = problem(&answer);
        assert_eq!((status, code.as_str()), (422, "unknown-field"), "{method} {path}: {title}");
        assert!(title.starts_with(&format!("`{name}` is not a known field; ")), "{title}");
        assert!(title.contains(&expected), "{title}");
    }
    let secret = at("?hush%20hush=1");
    let (_, _, title) = problem(&call(&stage, HOST, &[], Method::GET, &secret, Value::Null).await);
    assert!(title.starts_with("a field with another name"), "{title}");
    let page = stage.get(&format!("{}?utm_source=mail", stage.link())).await;
    assert_eq!(page.status, StatusCode::OK, "mail programs add parameters to links");
}

#[tokio::test]
async fn the_router_is_as_strict_when_a_host_nests_it() {
    let stage = Stage::shipped().await;
    let nested = axum::Router::new().nest("/delivery", stage.app.clone());
    let stage = Stage { app: nested, ..stage };
    let path = format!("/delivery/api/v1/requests/{}?lang=fr", stage.handle);
    let answer = call(&stage, HOST, &[], Method::GET, &path, Value::Null).await;
    assert_eq!(problem(&answer).0, 422);
    let path = format!("/delivery/api/v1/requests/{}/uploads/a.pdf", stage.handle);
    let key = [("idempotency-key", "k")];
    let answer = call(&stage, HOST, &key, Method::PUT, &path, Value::Null).await;
    assert_eq!(problem(&answer).1, "idempotency-key-unsupported");
}

#[tokio::test]
async fn a_change_can_be_limited_to_the_revision_that_was_read() {
    let stage = Stage::shipped().await;
    let path = format!("/api/v1/requests/{}", stage.handle);
    let read = async |headers: &[(&str, &str)]| {
        call(&stage, LENDER, headers, Method::GET, &path, Value::Null).await
    };
    let first = read(&[]).await;
    let etag = first.header("etag").to_owned();
    assert_eq!(etag, format!("\"{}\"", first.json()["revision"]));
    let known = read(&[("if-none-match", &etag)]).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(known.header("etag"), etag);

    let grant = format!("{path}/files/1/grant");
    let body = json!({"audience": "patron", "downloads": 1});
    let send = async |headers: &[(&str, &str)]| {
        call(&stage, LENDER, headers, Method::POST, &grant, body.clone()).await
    };
    assert_eq!(send(&[("if-match", &etag)]).await.status, StatusCode::NO_CONTENT);
    let stale = send(&[("if-match", &etag)]).await;
    assert_eq!(problem(&stale).0, 412);
    assert_eq!(problem(&stale).1, "precondition-failed");
    for other in ["\"999\"", "W/\"3\"", "nonsense"] {
        assert_eq!(send(&[("if-match", other)]).await.status, StatusCode::PRECONDITION_FAILED);
    }
    assert_eq!(send(&[("if-match", "*")]).await.status, StatusCode::NO_CONTENT);
    assert_eq!(send(&[]).await.status, StatusCode::NO_CONTENT, "428 is never sent");
    let changed = read(&[("if-none-match", &etag)]).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_eq!(changed.json()["files"][0]["budgets"][0]["limit"], 8, "three grants in all");
    assert_eq!(read(&[("if-match", &etag)]).await.status, StatusCode::PRECONDITION_FAILED);
}

#[tokio::test]
async fn every_change_of_a_request_honors_if_match() {
    let stage = Stage::shipped().await;
    let at = |rest: &str| format!("/api/v1/requests/{}{rest}", stage.handle);
    let form = "multipart/form-data; boundary=x";
    let part = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.pdf\"\r\n\r\n%PDF-1.7 b\r\n--x--\r\n";
    call(&stage, BORROWER, &[], Method::POST, &at("/files/1/problem"), json!({"kind": "other"}))
        .await;
    call(&stage, BORROWER, &[], Method::POST, &at("/cancel"), Value::Null).await;
    let changes = [
        (BORROWER, Method::POST, at("/receive"), Value::Null),
        (LENDER, Method::POST, at("/cancel/answer"), json!({"accept": false})),
        (LENDER, Method::PUT, at("/order"), json!({"order": [1]})),
        (LENDER, Method::PATCH, at("/files/1"), json!({"description": "Better"})),
        (LENDER, Method::PATCH, at("/files/1"), json!({"terms": {"max_downloads": 2, "days": 9}})),
        (BORROWER, Method::POST, at("/files/1/problem"), json!({"kind": "other"})),
        (LENDER, Method::POST, at("/files/1/problem/answer"), json!({"note": "x"})),
        (LENDER, Method::POST, at("/files/1/grant"), json!({"audience": "patron", "downloads": 1})),
        (BORROWER, Method::POST, at("/notices"), json!({"to": "patron"})),
        (BORROWER, Method::POST, at("/links"), json!({"audience": "patron"})),
        (LENDER, Method::DELETE, at("/links/1"), Value::Null),
        (LENDER, Method::PUT, at("/uploads/a.pdf"), json!("%PDF-1.7 a")),
        (LENDER, Method::POST, at("/withdraw"), json!({"why": "wrong"})),
        (LENDER, Method::DELETE, at("/files/1"), Value::Null),
    ];
    for (actor, method, path, body) in changes {
        let old = [("if-match", "\"1\"")];
        let answer = call(&stage, actor, &old, method.clone(), &path, body).await;
        let (status, code, title) = problem(&answer);
        assert_eq!(
            (status, code.as_str()),
            (412, "precondition-failed"),
            "{method} {path}: {title}"
        );
    }
    let headers = [("x-actor", LENDER), ("content-type", form), ("if-match", "\"1\"")];
    let answer = stage.ask(Method::POST, &at("/files"), &headers, part).await;
    assert_eq!(problem(&answer).0, 412, "{}", answer.text());
    let claim = [("if-match", "\"1\""), ("idempotency-key", "k")];
    let yes = json!({"acknowledged": true});
    let answer = call(&stage, BORROWER, &claim, Method::POST, &at("/files/1/claim"), yes).await;
    assert_eq!(problem(&answer).0, 412);
    assert_eq!(stage.left().await, 5, "nothing was claimed");
    // A stranger does not learn that the request exists.
    let old = [("if-match", "\"1\"")];
    let answer = call(&stage, "CA-QMM", &old, Method::POST, &at("/receive"), Value::Null).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn shipping_honors_if_match() {
    let stage = Stage::pending(Policy::illume()).await;
    stage.attach("ice-ages.pdf", crate::stage::pdf(500)).await;
    let path = format!("/api/v1/requests/{}", stage.handle);
    let ship = format!("{path}/ship");
    let old = [("if-match", "\"1\"")];
    let answer = call(&stage, LENDER, &old, Method::POST, &ship, Value::Null).await;
    assert_eq!(problem(&answer).0, 412);
    let read = call(&stage, LENDER, &[], Method::GET, &path, Value::Null).await;
    let current = [("if-match", read.header("etag"))];
    let answer = call(&stage, LENDER, &current, Method::POST, &ship, Value::Null).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
}

#[tokio::test]
async fn a_list_finds_one_request_by_its_reference() {
    let stage = Stage::shipped().await;
    let update = json!({
        "reference": "2026-00500", "requester": BORROWER, "supplier": LENDER,
        "title": "Bees", "status": "pending",
    });
    call(&stage, HOST, &[], Method::POST, "/api/v1/requests", update).await;
    for (actor, query, count) in [
        (HOST, "reference=2026-00417", 1),
        (HOST, "reference=2026-00500&role=any", 1),
        (LENDER, "reference=2026-00417", 1),
        (LENDER, "reference=2026-00417&role=requester", 0),
        (BORROWER, "reference=2026-00417&role=requester", 1),
        (LENDER, "reference=2026-00417&status=pending", 0),
        (LENDER, "reference=2026-0041", 0),
        ("CA-QMM", "reference=2026-00417", 0),
    ] {
        let path = format!("/api/v1/requests?{query}");
        let answer = call(&stage, actor, &[], Method::GET, &path, Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
        let listed = answer.json()["requests"].as_array().map_or(0, Vec::len);
        assert_eq!(listed, count, "{actor} {query}");
        assert_eq!(answer.json()["next"], Value::Null, "{actor} {query}");
    }
    let empty = call(&stage, HOST, &[], Method::GET, "/api/v1/requests?reference=", Value::Null);
    let empty = empty.await;
    assert_eq!((empty.status.as_u16(), &empty.json()["field"]), (422, &json!("reference")));
}

#[tokio::test]
async fn lists_contain_the_pending_actions_of_both_libraries() {
    let stage = Stage::pending(Policy::illume()).await;
    stage.attach("ice-ages.pdf", crate::stage::pdf(500)).await;
    let at = |rest: &str| format!("/api/v1/requests/{}{rest}", stage.handle);
    let actions = async || {
        let list = "/api/v1/requests?reference=2026-00417";
        let answer = call(&stage, LENDER, &[], Method::GET, list, Value::Null).await;
        answer.json()["requests"][0]["actions"].clone()
    };
    let one = |by: &str, action: &str| json!({"by": by, "action": action});
    assert_eq!(actions().await, json!([one("supplier", "ship")]));
    call(&stage, LENDER, &[], Method::POST, &at("/ship"), Value::Null).await;
    assert_eq!(actions().await, json!([one("requester", "receive")]));
    call(&stage, BORROWER, &[], Method::POST, &at("/cancel"), Value::Null).await;
    let problem = json!({"kind": "missing-page"});
    call(&stage, BORROWER, &[], Method::POST, &at("/files/1/problem"), problem).await;
    let all = [
        one("supplier", "answer-cancellation"),
        one("supplier", "answer-problem"),
        one("requester", "receive"),
    ];
    assert_eq!(actions().await, json!(all));
}
