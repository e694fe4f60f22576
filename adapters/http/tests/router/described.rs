//! Tests of what the OpenAPI document says about every operation.

use crate::stage::{Answer, Stage};
use axum::body::Body;
use desktop_delivery_http::{Route, openapi, routes};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");

/// Returns the operations below `/api`: their route and their description.
fn operations() -> Vec<(Route, Value)> {
    let document = openapi();
    let operations = routes().into_iter().filter(|route| route.operation.is_some());
    let described = |route: Route| {
        let operation = &document["paths"][&route.path][route.method.as_str().to_lowercase()];
        let operation = operation.clone();
        (route, operation)
    };
    operations.map(described).collect()
}

fn filled(path: &str, stage: &Stage) -> String {
    let path = path.replace("{handle}", &stage.handle.to_string());
    path.replace("{no}", "1").replace("{file_name}", "a.pdf")
}

/// Returns the actor for whom the rules accept a call.
fn actor(path: &str) -> &'static str {
    match path.rsplit('/').next() {
        Some("claim" | "problem" | "receive" | "cancel") => "CA-BVAU",
        Some("requests" | "batch") => "host",
        _ => "CA-OTU",
    }
}

#[tokio::test]
async fn a_body_is_required_where_the_document_says_so() {
    let (mut required, mut optional) = (0, 0);
    for (route, operation) in operations() {
        if operation["requestBody"]["content"]["application/json"].is_null() {
            continue;
        }
        let stage = Stage::shipped().await;
        let path = filled(&route.path, &stage);
        let headers = [("x-actor", actor(&route.path)), ("idempotency-key", "k"), JSON];
        let answer = stage.ask(route.method.clone(), &path, &headers, "").await;
        let is_refused = answer.status == StatusCode::BAD_REQUEST;
        let is_required = operation["requestBody"]["required"] == json!(true);
        assert_eq!(is_refused, is_required, "{} {path}: {}", route.method, answer.text());
        *(if is_required { &mut required } else { &mut optional }) += 1;
    }
    assert!(required >= 9 && optional >= 4, "{required} {optional}");
}

#[tokio::test]
async fn a_change_under_a_precondition_that_is_not_documented_is_refused() {
    let stage = Stage::shipped().await;
    let mut unconditional = Vec::new();
    for (route, operation) in operations() {
        let path = filled(&route.path, &stage);
        let send = async |name: &str, value: &str| {
            let headers = [("x-actor", "CA-QMU"), JSON, (name, value)];
            stage.ask(route.method.clone(), &path, &headers, "{}").await
        };
        let code = |answer: &Answer| answer.json()["code"].as_str().map(str::to_owned);
        let is_refused = |answer: &Answer| {
            answer.status == StatusCode::PRECONDITION_FAILED
                && code(answer).as_deref() == Some("precondition-unsupported")
        };
        let parameters = operation["parameters"].as_array();
        let reference = json!({"$ref": "#/components/parameters/IfMatch"});
        let has_if_match = parameters.is_some_and(|all| all.contains(&reference));
        let is_change = !route.method.is_safe();
        for value in ["\"1\"", "*", ""] {
            let answer = send("if-match", value).await;
            assert_eq!(is_refused(&answer), is_change && !has_if_match, "{path} {}", answer.text());
        }
        assert_eq!(is_refused(&send("if-none-match", "*").await), is_change, "{path}");
        if is_change && !has_if_match {
            unconditional.push(route.path.clone());
        }
    }
    assert_eq!(unconditional, ["/api/v1/requests", "/api/v1/requests/batch"]);
    let list = stage.ask(Method::GET, "/api/v1/requests", &[("x-actor", "host")], "").await;
    let mut own = list.json()["requests"].as_array().expect("a list").len();
    let update = json!({"reference": "x", "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "On Ice Ages", "status": "pending"});
    let headers = [("x-actor", "host"), JSON, ("if-none-match", "*")];
    let update = stage.ask(Method::POST, "/api/v1/requests", &headers, update.to_string()).await;
    assert_eq!(update.json()["code"], "precondition-unsupported");
    let list = stage.ask(Method::GET, "/api/v1/requests", &[("x-actor", "host")], "").await;
    own -= list.json()["requests"].as_array().expect("a list").len();
    assert_eq!(own, 0, "nothing was created");
}

/// The headers that callers act on.
const HEADERS: [&str; 11] = [
    "accept-ranges",
    "content-disposition",
    "content-range",
    "etag",
    "idempotent-replayed",
    "last-modified",
    "location",
    "ratelimit",
    "ratelimit-policy",
    "retry-after",
    "www-authenticate",
];

/// Fails unless the document describes the status of a response and its headers.
fn check(document: &Value, method: &str, path: &str, answer: &Answer) {
    let status = answer.status.as_str();
    let mut response = &document["paths"][path][method]["responses"][status];
    assert!(response.is_object(), "{method} {path} {status} is not described");
    if let Some(reference) = response["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#'));
        response = target.expect("the reference has a target");
    }
    let described = response["headers"].as_object();
    let described = described.into_iter().flatten().map(|(name, _)| name.to_lowercase());
    let described: Vec<_> = described.collect();
    for name in HEADERS.iter().filter(|name| answer.headers.contains_key(**name)) {
        let is_described = described.iter().any(|known| known == name);
        assert!(is_described, "{method} {path} {status}: {name} is not described");
    }
}

#[tokio::test]
async fn the_headers_of_responses_are_documented() {
    let stage = Stage::shipped().await;
    let document = openapi();
    let request = format!("/api/v1/requests/{}", stage.handle);
    let lender = ("x-actor", "CA-OTU");
    let one = "/api/v1/requests/{handle}";
    let read = stage.ask(Method::GET, &request, &[lender], "").await;
    check(&document, "get", one, &read);
    let etag = read.header("etag").to_owned();
    let same = stage.ask(Method::GET, &request, &[lender, ("if-none-match", &etag)], "").await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
    check(&document, "get", one, &same);
    let nobody = stage.ask(Method::GET, &request, &[], "").await;
    assert_eq!(nobody.header("www-authenticate"), "Bearer");
    check(&document, "get", one, &nobody);
    let (content, path) =
        (format!("{request}/files/1/content"), format!("{one}/files/{{no}}/content"));
    for (range, status) in [("bytes=0-9", 206), ("bytes=999999999-", 416), ("", 200)] {
        let headers: &[_] = &[lender, ("range", range)];
        let headers = &headers[..if range.is_empty() { 1 } else { 2 }];
        let answer = stage.ask(Method::GET, &content, headers, "").await;
        assert_eq!(answer.status.as_u16(), status);
        check(&document, "get", &path, &answer);
    }
    let repeated = [("x-actor", "host"), ("idempotency-key", "k"), JSON];
    let links = format!("{request}/links");
    for _ in 0..2 {
        let body = r#"{"audience": "patron"}"#;
        let answer = stage.ask(Method::POST, &links, &repeated, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        check(&document, "post", &format!("{one}/links"), &answer);
    }
    let ticket = stage.ticket(1).await;
    check(&document, "get", "/t/{ticket}", &stage.get(&ticket).await);
    check(&document, "get", "/d/{token}", &stage.get(&format!("{}.", stage.link())).await);
    check(&document, "post", "/d/{token}/{attachment}/claim", &stage.claim(2).await);
}

/// Returns every schema in the document with its place, without those of a whole component.
fn visit(value: &Value, place: &str, found: &mut Vec<String>) {
    if let Value::Object(fields) = value {
        for (name, inner) in fields {
            let place = format!("{place}/{name}");
            let is_list = name == "properties";
            for (name, schema) in inner.as_object().into_iter().flatten().filter(|_| is_list) {
                check_type(schema, &format!("{place}/{name}"), found);
            }
            if ["items", "schema"].contains(&name.as_str()) {
                check_type(inner, &place, found);
            }
            visit(inner, &place, found);
        }
    } else if let Value::Array(values) = value {
        for (at, value) in values.iter().enumerate() {
            visit(value, &format!("{place}/{at}"), found);
        }
    }
}

fn check_type(schema: &Value, place: &str, found: &mut Vec<String>) {
    let has_type = ["$ref", "allOf", "anyOf", "oneOf", "type"]
        .iter()
        .any(|keyword| schema.get(keyword).is_some());
    let is_open = schema["type"] == "object" && schema.get("properties").is_none();
    if !has_type || is_open {
        found.push(place.to_owned());
    }
}

#[test]
fn every_value_has_a_type() {
    let mut found = Vec::new();
    visit(&openapi(), "", &mut found);
    assert_eq!(found, [""; 0]);
}

#[tokio::test]
async fn an_answer_to_a_problem_must_have_a_text() {
    let stage = Stage::shipped().await;
    let request = format!("/api/v1/requests/{}/files/1/problem", stage.handle);
    let borrower = [("x-actor", "CA-BVAU"), JSON];
    let reported = stage.ask(Method::POST, &request, &borrower, r#"{"kind": "other"}"#).await;
    assert_eq!(reported.status, StatusCode::NO_CONTENT);
    let lender = [("x-actor", "CA-OTU"), JSON];
    for (body, status, code) in [
        (json!({}), 400, "malformed"),
        (json!({"note": ""}), 422, "invalid"),
        (json!({"note": " \u{200b}\n"}), 422, "invalid"),
    ] {
        let answer = format!("{request}/answer");
        let answer = stage.ask(Method::POST, &answer, &lender, Body::from(body.to_string())).await;
        assert_eq!(answer.status.as_u16(), status, "{body}: {}", answer.text());
        assert_eq!(answer.json()["code"], code, "{body}");
    }
    let view = format!("/api/v1/requests/{}", stage.handle);
    let view = stage.ask(Method::GET, &view, &[("x-actor", "CA-OTU")], "").await.json();
    assert_eq!(view["problems"][0]["answer"], Value::Null);
}
