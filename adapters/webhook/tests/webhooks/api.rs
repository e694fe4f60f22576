//! The JSON API.

use super::receiver::Receiver;
use super::stage::Stage;
use async_trait::async_trait;
use axum::body::Body;
use desktop_delivery::{Actor, StaffId, StoreError};
use desktop_delivery_http::Authorizer;
use desktop_delivery_webhook::{webhook_api, webhook_openapi};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt as _;

/// Authorizes the actor in the header `X-Actor`.
#[derive(Debug)]
struct ByHeader;

#[async_trait]
impl Authorizer for ByHeader {
    async fn authorize(&self, request: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        let actor = request.headers.get("x-actor").and_then(|value| value.to_str().ok());
        Ok(actor.map(|name| match name {
            "host" => Actor::Host,
            _ => Actor::staff(
                super::stage::agency(name),
                StaffId::new("m-7").expect("the id is valid"),
            ),
        }))
    }
}

struct Client(axum::Router);

impl Client {
    fn new(stage: &Stage) -> Self {
        let projections = Some(stage.projections.clone());
        Self(webhook_api(stage.webhooks.clone(), Arc::new(ByHeader), projections))
    }

    async fn send(&self, request: http::request::Builder, body: &Value) -> (StatusCode, Value) {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let response = self
            .0
            .clone()
            .oneshot(request.body(body).expect("the request is valid"))
            .await
            .expect("routers do not fail");
        let status = response.status();
        let bytes = response.into_body().collect().await.expect("the body is complete").to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let uri = format!("/api/v1/webhooks{path}");
        let request = Request::builder().method(method).uri(uri).header("x-actor", "host");
        self.send(request, &body).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_made_listed_changed_tested_and_removed() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    let client = Client::new(&stage);
    let new = json!({
        "url": receiver.url(), "events": ["shipped", "created"], "agency": "CA-OTU",
        "description": "the catalog",
    });
    let (status, made) = client.call("POST", "", new).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!((&made["state"], &made["agency"]), (&json!("active"), &json!("CA-OTU")));
    assert_eq!(made["events"], json!(["created", "shipped"]));
    let path = format!("/{}", made["id"].as_str().unwrap());

    let (status, listed) = client.call("GET", "", Value::Null).await;
    assert_eq!((status, listed.as_array().map(Vec::len)), (StatusCode::OK, Some(1)));
    assert!(!listed.to_string().contains("whsec_"));
    let (_, shown) = client.call("GET", &path, Value::Null).await;
    assert!(!shown.to_string().contains("whsec_"));
    assert_eq!(shown["delivery"]["failures"], json!([]));

    let edit = json!({"agency": null, "events": [], "description": ""});
    let (status, edited) = client.call("PATCH", &path, edit).await;
    assert_eq!((status, &edited["agency"]), (StatusCode::OK, &Value::Null));
    assert_eq!((&edited["events"], &edited["url"]), (&json!([]), &json!(receiver.url())));

    let (status, tested) = client.call("POST", &format!("{path}/test"), Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{tested}");
    assert_eq!((&tested["delivered"], &tested["status"]), (&json!(true), &json!(204)));
    assert!(tested["milliseconds"].is_u64());

    let (status, rotated) = client.call("POST", &format!("{path}/secret"), Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(rotated["secret"], made["secret"]);
    assert!(rotated["previous_until"].is_string());

    stage.events(1, 2).await;
    let (_, shown) = client.call("GET", &path, Value::Null).await;
    let replay = json!({"after": shown["delivery"]["position"]});
    for (operation, body) in [
        ("replay", replay),
        ("replay", json!({"after": "beginning"})),
        ("resume", Value::Null),
        ("resume", json!({"from": "latest"})),
    ] {
        let (status, body) = client.call("POST", &format!("{path}/{operation}"), body).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{operation}: {body}");
    }
    assert_eq!(client.call("DELETE", &path, Value::Null).await.0, StatusCode::NO_CONTENT);
    for method in ["DELETE", "GET"] {
        assert_eq!(client.call(method, &path, Value::Null).await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_are_refused_with_the_field() {
    let stage = Stage::in_memory();
    let client = Client::new(&stage);
    let (_, made) = client.call("POST", "", json!({"url": "https://hooks.example.org/"})).await;
    let path = format!("/{}", made["id"].as_str().unwrap());
    let (resume, replay) = (format!("{path}/resume"), format!("{path}/replay"));
    for (method, path, body, status, code, said) in [
        ("POST", "", json!({"url": "https://a.org/", "x": 1}), 422, "unknown-field", "`x`"),
        ("POST", "", json!({"url": "ftp://a.org/"}), 422, "invalid", "`url`"),
        ("POST", "", json!({"url": "https://10.0.0.1/"}), 422, "invalid", "`url`"),
        ("POST", "", json!({"url": "https://a:b@a.org/"}), 422, "invalid", "`url`"),
        ("POST", "", json!({}), 400, "malformed", "`url`"),
        ("POST", "", json!({"url": "https://a.org/", "events": ["x"]}), 400, "malformed", "events"),
        ("POST", "", json!({"url": "https://a.org/", "agency": ""}), 422, "invalid", "agency"),
        (
            "POST",
            "",
            json!({"url": "https://a.org/", "description": "x".repeat(201)}),
            422,
            "invalid",
            "description",
        ),
        ("PATCH", &path, json!({"secret": "x"}), 422, "unknown-field", "`secret`"),
        ("PATCH", &path, json!({"url": "https://127.0.0.2:x/"}), 422, "invalid", "`url`"),
        ("POST", &resume, json!({"from": "now"}), 400, "malformed", "from"),
        ("POST", &replay, json!({"after": "17"}), 400, "malformed", "`after`"),
        (
            "POST",
            &replay,
            json!({"after": "5a1f00c0ffee0417.1042.9c3e11d0"}),
            410,
            "feed-reset",
            "",
        ),
        ("GET", "?x=1", Value::Null, 422, "unknown-field", "`x`"),
        ("GET", "/wh_0000000000000000", Value::Null, 404, "unknown", ""),
        ("GET", "/x", Value::Null, 404, "unknown", ""),
    ] {
        let (found, problem) = client.call(method, path, body.clone()).await;
        assert_eq!(found.as_u16(), status, "{body}: {problem}");
        assert_eq!(problem["code"], code, "{body}: {problem}");
        let title = problem["title"].as_str().unwrap();
        assert!(title.contains(said), "{body}: {title}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_host_may_manage_webhooks() {
    let stage = Stage::in_memory();
    let client = Client::new(&stage);
    let request = || Request::builder().uri("/api/v1/webhooks");
    let staff = request().header("x-actor", "CA-OTU");
    assert_eq!(client.send(staff, &Value::Null).await.0, StatusCode::FORBIDDEN);
    assert_eq!(client.send(request(), &Value::Null).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_with_the_same_key_makes_nothing_and_keeps_no_secret() {
    let stage = Stage::in_memory();
    let client = Client::new(&stage);
    let body = json!({"url": "https://hooks.example.org/"});
    let send = async || {
        let request = Request::builder().method("POST").uri("/api/v1/webhooks");
        let request = request.header("x-actor", "host").header("idempotency-key", "k-1");
        client.send(request, &body).await
    };
    let (status, made) = send().await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, repeated) = send().await;
    assert_eq!((status, &repeated["code"]), (StatusCode::CONFLICT, &json!("already-done")));
    assert_eq!(stage.webhooks.list().await.unwrap().len(), 1);
    let range = desktop_delivery::projections::RowRange::all("idempotency-key");
    let page = stage.projections.range(&range, 9, stage.desk.now()).await.unwrap();
    let stored = String::from_utf8(page.rows[0].value.to_vec()).unwrap();
    assert!(!stored.contains("whsec_") && !stored.contains(made["id"].as_str().unwrap()));
}

#[test]
fn the_document_describes_the_operations_and_the_deliveries() {
    let document = webhook_openapi();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 6, "{:?}", paths.keys());
    let schema = "/requestEvent/post/requestBody/content/application~1json/schema/$ref";
    let reference = document["webhooks"].pointer(schema).unwrap().as_str().unwrap();
    let name = reference.strip_prefix("#/components/schemas/").unwrap();
    assert!(document["components"]["schemas"][name]["properties"]["data"].is_object());
    assert!(document["components"]["schemas"]["FeedEntryJson"].is_object());
}
