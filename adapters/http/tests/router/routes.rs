//! Tests of every route in the list that the router and the OpenAPI document are made from.

use crate::stage::Stage;
use axum::body::Body;
use desktop_delivery_http::{Route, openapi, routes};
use http::{Method, StatusCode, header};
use std::collections::{BTreeMap, BTreeSet};

const METHODS: [Method; 8] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::TRACE,
];

/// Returns the routes that need a caller whom the host authorizes.
fn operations() -> Vec<Route> {
    let operations: Vec<_> = routes().into_iter().filter(|it| it.operation.is_some()).collect();
    assert!(operations.len() >= 22, "{}", operations.len());
    operations
}

/// Returns a path with its parameters filled in.
fn filled(path: &str, stage: &Stage, token: &str) -> String {
    let path = path
        .replace("{handle}", &stage.handle.to_string())
        .replace("{no}", "1")
        .replace("{file_name}", "a.pdf")
        .replace("{attachment}", "1")
        .replace("{token}", token)
        .replace("{ticket}", token);
    assert!(!path.contains('{'), "{path} has a parameter that no test fills in");
    path
}

/// Returns the methods of each path, as the `Allow` header lists them.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let mut allowed: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for Route { method, path, .. } in routes() {
        let methods = allowed.entry(path).or_default();
        if method == Method::GET {
            methods.insert(Method::HEAD.to_string());
        }
        methods.insert(method.to_string());
    }
    allowed
}

/// Whether the path is the address of a form, which may also be opened, with GET.
fn is_form(path: &str) -> bool {
    path.starts_with("/d/{token}/")
}

#[test]
fn no_route_is_listed_twice() {
    let listed = routes();
    for (at, one) in listed.iter().enumerate() {
        let same = |other: &&Route| (&other.method, &other.path) == (&one.method, &one.path);
        assert_eq!(listed.iter().position(|other| same(&other)), Some(at), "{one:?}");
    }
}

#[test]
fn the_document_describes_every_route_of_the_api() {
    let document = openapi();
    let mut described = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().expect("the document has paths") {
        for (method, operation) in operations.as_object().expect("the path has operations") {
            let id = operation["operationId"].as_str().expect("the operation has an id");
            described.insert((method.to_uppercase(), path.clone(), id.to_owned()));
        }
    }
    let mut listed = BTreeSet::new();
    for Route { method, path, operation, .. } in routes() {
        if path == "/api/v1/openapi.json" {
            assert_eq!(operation, None, "{path}");
            continue;
        }
        if path.starts_with("/api/") {
            assert!(operation.is_some(), "{path} is an operation of the document");
        }
        let known =
            |(its, at, _): &&(String, String, String)| its == method.as_str() && *at == path;
        let (_, _, id) = described.iter().find(known).expect("the route is described").clone();
        assert_eq!(operation.unwrap_or_else(|| id.clone()), id);
        listed.insert((method.to_string(), path, id));
    }
    assert_eq!(listed, described);
    let ids: BTreeSet<_> = described.iter().map(|(_, _, id)| id).collect();
    assert_eq!(ids.len(), described.len(), "operation ids are unique");
}

#[tokio::test]
async fn every_path_answers_its_methods_and_no_other() {
    let stage = Stage::shipped().await;
    for (path, mut methods) in allowed() {
        if is_form(&path) {
            methods.extend(["GET".to_owned(), "HEAD".to_owned()]);
        }
        let filled = filled(&path, &stage, "not-a-token");
        for method in METHODS {
            let answer = stage.ask(method.clone(), &filled, &[], Body::empty()).await;
            if methods.contains(method.as_str()) {
                assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
                continue;
            }
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            let stated = answer.header(header::ALLOW).split(',').map(str::to_owned);
            assert_eq!(stated.collect::<BTreeSet<_>>(), methods, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_slash_after_the_path_reaches_no_handler() {
    let stage = Stage::shipped().await;
    for Route { method, path, .. } in routes() {
        let filled = filled(&path, &stage, &stage.token) + "/";
        let headers = [("x-actor", "host"), ("content-type", "application/json")];
        let answer = stage.ask(method.clone(), &filled, &headers, "{}").await;
        // A slash after a link is damage, which is repaired.
        let is_repaired = path == "/d/{token}";
        let expected = if is_repaired { StatusCode::SEE_OTHER } else { StatusCode::NOT_FOUND };
        assert_eq!(answer.status, expected, "{method} {path}");
    }
    assert_eq!(stage.left().await, 5);
}

#[tokio::test]
async fn every_operation_requires_authorization() {
    let stage = Stage::shipped().await;
    let document = openapi();
    for Route { method, path, .. } in operations() {
        let operation = &document["paths"][&path][method.as_str().to_lowercase()];
        let filled = filled(&path, &stage, "");
        let answer = stage.ask(method.clone(), &filled, &[], "{}").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let headers = [("x-actor", "CA-QMU"), ("content-type", "application/json")];
        let stranger = stage.ask(method.clone(), &filled, &headers, "{}").await;
        let documented = operation["responses"].as_object().expect("the responses are documented");
        assert!(
            documented.contains_key(stranger.status.as_str()),
            "{method} {path}: {}",
            stranger.status
        );
    }
    let request = format!("/api/v1/requests/{}", stage.handle);
    let shown = stage.ask(Method::GET, &request, &[("x-actor", "CA-QMU")], Body::empty()).await;
    assert_eq!(shown.status, StatusCode::NOT_FOUND, "another library cannot see the request");
}

#[tokio::test]
async fn every_route_with_a_token_requires_a_genuine_one() {
    let stage = Stage::shipped().await;
    let mut tried = 0;
    for Route { method, path, .. } in routes() {
        if !path.contains("{token}") && !path.contains("{ticket}") {
            continue;
        }
        let filled = filled(&path, &stage, "EQEAAQIDBAUGBwABbVkqACJqsAbevWhQM2UwIdOtIa5D");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let answer = stage.ask(method.clone(), &filled, &form, "ordinal=1&acknowledged=yes").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
        tried += 1;
    }
    assert_eq!(tried, 4);
}
