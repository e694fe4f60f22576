//! Tests of `Idempotency-Key`.

use crate::stage::{Answer, NOW, Stage};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::routing::{post, put};
use desktop_delivery::projections::{NewRow, RowKey, RowRange};
use desktop_delivery::{Policy, Projections};
use desktop_delivery_http::{IdempotencyKeys, honor_idempotency_keys};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use tower::ServiceExt as _;

const HOST: &str = "host";
const LENDER: &str = "CA-OTU";
const BORROWER: &str = "CA-BVAU";

async fn keyed(
    stage: &Stage,
    actor: &str,
    key: &str,
    method: Method,
    path: &str,
    body: Value,
) -> Answer {
    let headers = [("x-actor", actor), ("idempotency-key", key)];
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    stage.ask(method, path, &headers, body).await
}

fn code(answer: &Answer) -> (u16, String) {
    let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), code)
}

fn is_replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

async fn granted(stage: &Stage) -> u64 {
    let path = format!("/api/v1/requests/{}", stage.handle);
    let shown = stage.ask(Method::GET, &path, &[("x-actor", LENDER)], Body::empty()).await;
    shown.json()["files"][0]["budgets"][0]["limit"].as_u64().expect("a limit")
}

#[tokio::test]
async fn a_repeated_grant_is_granted_once() {
    let stage = Stage::shipped().await;
    let before = granted(&stage).await;
    let path = format!("/api/v1/requests/{}/files/1/grant", stage.handle);
    let grant = json!({"audience": "patron", "downloads": 1});
    for repeat in [false, true, true] {
        let answer = keyed(&stage, LENDER, "\"g-1\"", Method::POST, &path, grant.clone()).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
        assert_eq!((is_replayed(&answer), answer.body.len()), (repeat, 0));
    }
    let bare = keyed(&stage, LENDER, "g-1", Method::POST, &path, grant.clone()).await;
    assert!(is_replayed(&bare), "quotation marks make no difference");
    assert_eq!(granted(&stage).await, before + 1);

    let more = json!({"audience": "patron", "downloads": 2});
    let other = keyed(&stage, LENDER, "g-1", Method::POST, &path, more).await;
    assert_eq!(code(&other), (422, "idempotency-key-reused".into()));
    let elsewhere = format!("/api/v1/requests/{}/receive", stage.handle);
    let other = keyed(&stage, LENDER, "g-1", Method::POST, &elsewhere, grant.clone()).await;
    assert_eq!(code(&other), (422, "idempotency-key-reused".into()));
    assert_eq!(granted(&stage).await, before + 1);

    // Each caller has keys of its own.
    let host = keyed(&stage, HOST, "g-1", Method::POST, &path, grant.clone()).await;
    assert_eq!((host.status, is_replayed(&host)), (StatusCode::NO_CONTENT, false));
    assert_eq!(granted(&stage).await, before + 2);

    stage.clock.advance(86_400);
    let next_day = keyed(&stage, LENDER, "g-1", Method::POST, &path, grant).await;
    assert_eq!((next_day.status, is_replayed(&next_day)), (StatusCode::NO_CONTENT, false));
    assert_eq!(granted(&stage).await, before + 3);
}

#[tokio::test]
async fn a_repeated_update_gets_the_first_answer() {
    let stage = Stage::pending(Policy::illume()).await;
    let update = json!({
        "reference": "2026-00500", "requester": BORROWER, "supplier": LENDER,
        "title": "Bees", "status": "pending",
    });
    let send = || keyed(&stage, HOST, "u-1", Method::POST, "/api/v1/requests", update.clone());
    let (first, again) = (send().await, send().await);
    assert_eq!(first.json()["outcome"], "created");
    assert_eq!((first.json(), first.status), (again.json(), again.status));
    assert_eq!(again.header("content-type"), "application/json");
    assert!(!is_replayed(&first) && is_replayed(&again));
}

#[tokio::test]
async fn a_repeated_link_is_signed_again_and_never_stored() {
    let stage = Stage::shipped().await;
    let path = format!("/api/v1/requests/{}/links", stage.handle);
    let patron = json!({"audience": "patron"});
    let send = || keyed(&stage, HOST, "l-1", Method::POST, &path, patron.clone());
    let (first, again) = (send().await, send().await);
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_eq!(first.json(), again.json());
    assert!(is_replayed(&again));
    let range = RowRange::all("idempotency-key");
    let rows = stage.projections.range(&range, 9, NOW).await.expect("a read succeeds").rows;
    assert_eq!(rows.len(), 1);
    let stored = format!("{} {}", rows[0].key, String::from_utf8_lossy(&rows[0].value));
    let url = first.json()["url"].as_str().unwrap_or_default().to_owned();
    let token = url.rsplit('/').next().expect("a token").to_owned();
    assert!(token.len() > 20 && !stored.contains(&token), "{stored}");
    assert!(!stored.contains("l-1") && !stored.contains("patron"), "{stored}");

    let no = first.json()["no"].clone();
    let revoked = format!("{path}/{no}");
    keyed(&stage, HOST, "l-2", Method::DELETE, &revoked, Value::Null).await;
    assert_eq!(code(&send().await), (410, "revoked".into()), "a repeat issues no other link");
}

#[tokio::test]
async fn a_refused_request_can_be_repeated_with_the_same_key() {
    let stage = Stage::pending(Policy::illume()).await;
    let path = format!("/api/v1/requests/{}/ship", stage.handle);
    let ship = || keyed(&stage, LENDER, "s-1", Method::POST, &path, Value::Null);
    assert_eq!(code(&ship().await), (409, "nothing-attached".into()));
    stage.attach("ice-ages.pdf", crate::stage::pdf(500)).await;
    let shipped = ship().await;
    assert_eq!((shipped.status, is_replayed(&shipped)), (StatusCode::NO_CONTENT, false));
    let again = ship().await;
    assert_eq!((again.status, is_replayed(&again)), (StatusCode::NO_CONTENT, true));
}

#[tokio::test]
async fn uploads_and_servers_without_projections_refuse_the_header() {
    let stage = Stage::pending(Policy::illume()).await;
    let at = |rest: &str| format!("/api/v1/requests/{}/{rest}", stage.handle);
    for (method, path) in [(Method::PUT, at("uploads/a.pdf")), (Method::POST, at("files"))] {
        let refused = keyed(&stage, LENDER, "k", method, &path, json!("%PDF-1.7")).await;
        assert_eq!(code(&refused), (400, "idempotency-key-unsupported".into()), "{path}");
    }
    let stage = stage.without_projections();
    let path = format!("/api/v1/requests/{}/cancel", stage.handle);
    let refused = keyed(&stage, BORROWER, "k", Method::POST, &path, Value::Null).await;
    assert_eq!(code(&refused), (400, "idempotency-key-unsupported".into()));
    let read = format!("/api/v1/requests/{}", stage.handle);
    let read = keyed(&stage, BORROWER, "k", Method::GET, &read, Value::Null).await;
    assert_eq!(read.status, StatusCode::OK, "safe methods ignore the header");
}

#[tokio::test]
async fn a_claim_keeps_its_own_meaning_of_the_key() {
    let stage = Stage::shipped().await;
    let path = format!("/api/v1/requests/{}/files/1/claim", stage.handle);
    let yes = json!({"acknowledged": true});
    let first = keyed(&stage, BORROWER, "c-1", Method::POST, &path, yes.clone()).await;
    let again = keyed(&stage, BORROWER, "c-1", Method::POST, &path, yes).await;
    assert_eq!(again.json()["is_repeat"], true);
    assert_eq!(first.json()["url"], again.json()["url"]);
    assert!(!is_replayed(&again));
}

#[tokio::test]
async fn keys_and_bodies_are_read_only_after_authorization() {
    let stage = Stage::shipped().await;
    let path = format!("/api/v1/requests/{}/receive", stage.handle);
    let nobody = stage.ask(Method::POST, &path, &[("idempotency-key", "k")], "{}").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let stranger = keyed(&stage, "CA-QMM", "k", Method::POST, &path, json!({"x": 1})).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    for key in ["", "a b", "\"a"] {
        let malformed = keyed(&stage, BORROWER, key, Method::POST, &path, Value::Null).await;
        assert_eq!(code(&malformed), (400, "malformed".into()), "{key:?}");
    }
    let long = Body::from(vec![b' '; 65_537]);
    let headers = [("x-actor", BORROWER), ("idempotency-key", "k")];
    let long = stage.ask(Method::POST, &path, &headers, long).await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// A host's own routes, whose handlers wait for a permit and count how often they ran.
#[derive(Clone)]
struct Slow {
    permits: Arc<Semaphore>,
    runs: Arc<AtomicUsize>,
}

async fn slow(State(slow): State<Slow>) -> (StatusCode, &'static str) {
    slow.permits.acquire().await.expect("it is open").forget();
    slow.runs.fetch_add(1, Ordering::Relaxed);
    (StatusCode::CREATED, "a secret")
}

async fn broken(State(slow): State<Slow>) -> StatusCode {
    slow.runs.fetch_add(1, Ordering::Relaxed);
    StatusCode::INTERNAL_SERVER_ERROR
}

fn own_routes(stage: &Stage) -> (Router, Slow) {
    let state = Slow { permits: Arc::new(Semaphore::new(0)), runs: Arc::default() };
    let projections = Arc::clone(&stage.projections) as Arc<dyn Projections>;
    let keys =
        IdempotencyKeys::new(Arc::clone(&stage.desk), Stage::authorizer(), Some(projections));
    let app = Router::new()
        .route("/api/v1/slow", post(slow))
        .route("/api/v1/broken", post(broken).put(broken))
        .route("/api/v1/other", put(slow))
        .layer(from_fn_with_state(keys, honor_idempotency_keys))
        .with_state(state.clone());
    (app, state)
}

fn request(method: Method, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    let request = request.header("x-actor", HOST).header("idempotency-key", "k");
    request.body(Body::empty()).expect("the request is valid")
}

async fn problem(app: &Router, method: Method, path: &str) -> (u16, String) {
    let response = app.clone().oneshot(request(method, path)).await.expect("it never fails");
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("it is whole");
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_request_is_completed_after_its_caller_disconnects_and_its_secret_is_withheld() {
    let stage = Stage::shipped().await;
    let (app, state) = own_routes(&stage);
    let first = tokio::spawn(app.clone().oneshot(request(Method::POST, "/api/v1/slow")));
    let row = async || {
        let range = RowRange::all("idempotency-key");
        stage.projections.range(&range, 9, NOW).await.expect("a read succeeds").rows.pop()
    };
    while row().await.is_none() {
        tokio::task::yield_now().await;
    }
    let repeat = problem(&app, Method::POST, "/api/v1/slow").await;
    assert_eq!(repeat, (409, "idempotency-key-in-progress".into()));
    first.abort();
    assert!(first.await.is_err(), "the caller left");
    let version = row().await.expect("it is in progress").version;
    state.permits.add_permits(1);
    while row().await.is_some_and(|row| row.version == version) {
        tokio::task::yield_now().await;
    }
    let repeat = problem(&app, Method::POST, "/api/v1/slow").await;
    assert_eq!(repeat, (409, "already-done".into()));
    assert_eq!(state.runs.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_unknown_outcome_is_repeated_only_by_idempotent_methods() {
    let stage = Stage::shipped().await;
    let (app, state) = own_routes(&stage);
    assert_eq!(problem(&app, Method::POST, "/api/v1/broken").await.0, 500);
    let at_once = problem(&app, Method::POST, "/api/v1/broken").await;
    assert_eq!(at_once, (409, "idempotency-key-in-progress".into()));
    stage.clock.advance(60);
    let later = problem(&app, Method::POST, "/api/v1/broken").await;
    assert_eq!(later, (409, "outcome-unknown".into()));
    assert_eq!(state.runs.load(Ordering::Relaxed), 1);

    stage.clock.advance(86_400);
    assert_eq!(problem(&app, Method::PUT, "/api/v1/broken").await.0, 500);
    stage.clock.advance(60);
    assert_eq!(problem(&app, Method::PUT, "/api/v1/broken").await.0, 500);
    assert_eq!(state.runs.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn an_entry_that_cannot_be_read_is_an_error_and_not_a_first_use() {
    let stage = Stage::shipped().await;
    let (app, state) = own_routes(&stage);
    state.permits.add_permits(9);
    assert_eq!(problem(&app, Method::PUT, "/api/v1/other").await.0, 201);
    let range = RowRange::all("idempotency-key");
    let page = stage.projections.range(&range, 9, NOW).await.expect("a read succeeds");
    let row = page.rows.into_iter().next().expect("a row");
    let key = RowKey::new("idempotency-key", &row.key).expect("a key");
    let damaged = NewRow::new(key, "{").expect("a row");
    stage.projections.write(&damaged, row.version, NOW).await.expect("a write succeeds");
    assert_eq!(problem(&app, Method::PUT, "/api/v1/other").await, (500, "internal".into()));
    assert_eq!(state.runs.load(Ordering::Relaxed), 1);
}
