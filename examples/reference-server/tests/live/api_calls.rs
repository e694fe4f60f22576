//! Calls of the JSON API: repeated, limited, and from scripts of other websites.

use crate::support::caller::{Answer, Caller, send};
use crate::support::server::{Launch, Server};
use reqwest::Method;
use serde_json::json;

const CATALOG: &str = "https://catalog.example.org";

fn host(server: &Server) -> Caller {
    Caller::new(&server.address, Some(&server.printed_word("API key of the host")))
}

#[tokio::test]
async fn a_repeated_call_gets_its_first_answer_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let launch = Launch::new(folder.path());
    let server = launch.start();
    let key = server.printed_word("API key of the host");
    let library = json!({ "name": "A library", "email": "ill@example.org" });
    let made = json!({ "role": "host", "note": "catalog" });
    let update = json!({ "reference": "2026-00417", "requester": "CA-OTU", "supplier": "CA-OTU",
        "title": "On Ice Ages", "status": "pending" });
    let call =
        async |server: &Server, path: &str, name: &str, body: &serde_json::Value| -> Answer {
            let method = if path.contains("participants") { Method::PUT } else { Method::POST };
            let caller = Caller::new(&server.address, Some(&key));
            let request = caller.request(method, path).header("idempotency-key", name);
            send(request.json(body)).await
        };
    let paths = ["/api/v1/participants/CA-OTU", "/api/v1/requests", "/api/v1/keys"];
    call(&server, paths[0], "library", &library).await.expect(204);
    let first = call(&server, paths[1], "update", &update).await.expect(200);
    assert_eq!(first.json()["outcome"], "created");
    call(&server, paths[2], "key", &made).await.expect(201);
    server.kill();

    let server = launch.start();
    let again = call(&server, paths[0], "library", &library).await.expect(204);
    assert_eq!(again.header("idempotent-replayed"), "true");
    let again = call(&server, paths[1], "update", &update).await.expect(200);
    assert_eq!(again.json(), first.json());
    let again = call(&server, paths[2], "key", &made).await.expect(409);
    assert_eq!(again.json()["code"], "already-done");
    let keys = Caller::new(&server.address, Some(&key)).get("/api/v1/keys").await.expect(200);
    let named = keys.json().as_array().unwrap().iter().filter(|it| it["note"] == "catalog").count();
    assert_eq!(named, 1, "no second key was made");
}

#[tokio::test]
async fn only_configured_websites_may_call_the_api() {
    let folder = tempfile::tempdir().unwrap();
    let origins = format!("{CATALOG}, http://localhost:5173");
    let server = Launch::new(folder.path()).with("API_ORIGINS", origins).start();
    let host = host(&server);
    let preflight = async |path: &str, origin: &str| {
        let request = host.request(Method::OPTIONS, path).header("origin", origin);
        let request = request
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,idempotency-key,if-match");
        send(request).await
    };
    let allowed = preflight("/api/v1/requests", CATALOG).await.expect(200);
    assert_eq!(allowed.header("access-control-allow-origin"), CATALOG);
    assert!(allowed.header("access-control-allow-headers").contains("idempotency-key"));
    assert_eq!(allowed.header("access-control-allow-credentials"), "");
    let other = preflight("/api/v1/keys", "http://localhost:5173").await;
    assert_eq!(other.header("access-control-allow-origin"), "http://localhost:5173");
    for (path, origin) in [
        ("/api/v1/requests", "https://evil.example.org"),
        ("/d/some-token", CATALOG),
        ("/t/some-ticket", CATALOG),
        ("/sign-in", CATALOG),
    ] {
        let refused = preflight(path, origin).await;
        assert_eq!(refused.header("access-control-allow-origin"), "", "{path} {origin}");
        let read = send(host.request(Method::GET, path).header("origin", origin)).await;
        assert_eq!(read.header("access-control-allow-origin"), "", "{path} {origin}");
    }
    let nobody = Caller::new(&server.address, None);
    let nobody = nobody.request(Method::GET, "/api/v1/requests").header("origin", CATALOG);
    let problem = send(nobody).await.expect(401);
    assert_eq!(problem.header("access-control-allow-origin"), CATALOG, "scripts can read it");
    assert!(problem.header("access-control-expose-headers").contains("etag"));
}

#[tokio::test]
async fn no_website_may_call_the_api_by_default_and_a_wrong_origin_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let launch = Launch::new(folder.path());
    let server = launch.start();
    let read = host(&server).request(Method::GET, "/api/v1/requests").header("origin", CATALOG);
    let read = send(read).await.expect(200);
    assert_eq!(read.header("access-control-allow-origin"), "");
    drop(server);
    let (code, said) = launch.with("API_ORIGINS", "https://catalog.example.org/search").fail();
    assert_eq!(code, Some(2));
    assert!(said.contains("api_origins"), "{said}");
}

#[tokio::test]
async fn calls_are_limited_per_key_and_responses_report_the_remaining_calls() {
    let folder = tempfile::tempdir().unwrap();
    let server = Launch::new(folder.path()).with("LIMITS__API_CALLS_PER_MINUTE", 30).start();
    let host = host(&server);
    let first = host.get("/api/v1/requests").await.expect(200);
    assert_eq!(first.header("ratelimit-policy"), "\"calls\";q=30;w=60");
    assert!(first.header("ratelimit").starts_with("\"calls\";r="), "{:?}", first.headers);
    // Long enough to exceed the limit even if a minute ends in between.
    let mut refused = None;
    for _ in 0..70 {
        let answer = host.get("/api/v1/requests").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("the limit was reached");
    assert_eq!(refused.json()["code"], "too-many");
    assert!(refused.header("ratelimit").starts_with("\"calls\";r=0;t="));
    let wait: u32 = refused.header("retry-after").parse().expect("a number");
    assert!((1..=60).contains(&wait), "{wait}");
    // Others are not affected.
    let nobody = Caller::new(&server.address, None);
    nobody.get("/api/v1/requests").await.expect(401);
    // Invented keys share the quota of their client address.
    let mut statuses = Vec::new();
    for number in 0..70 {
        let guess = Caller::new(&server.address, Some(&format!("ddk_{number:043}")));
        statuses.push(guess.get("/api/v1/requests").await.status);
    }
    assert!(statuses.contains(&401) && statuses.contains(&429), "{statuses:?}");
    nobody.get("/healthz").await.expect(200);
}

#[tokio::test]
async fn every_operation_refuses_parameters_and_preconditions_that_it_does_not_have() {
    let folder = tempfile::tempdir().unwrap();
    let server = Launch::new(folder.path()).start();
    let host = host(&server);
    let document = host.get("/api/v1/openapi.json").await.expect(200).json();
    let (mut operations, mut unconditional) = (0, 0);
    for (path, methods) in document["paths"].as_object().expect("the document has paths") {
        let segment =
            |segment: &str| if segment.starts_with('{') { "1" } else { segment }.to_owned();
        let path = path.split('/').map(segment).collect::<Vec<_>>().join("/");
        for method in ["DELETE", "GET", "PATCH", "POST", "PUT"] {
            if !path.starts_with("/api/") || methods[method.to_lowercase()].is_null() {
                continue;
            }
            let parameters = methods[method.to_lowercase()]["parameters"].to_string();
            let has_if_match = parameters.contains("IfMatch");
            let method: Method = method.parse().expect("it is a method");
            let request = host.request(method.clone(), &format!("{path}?dry_run=true"));
            let refused = send(request).await.expect(422).json();
            assert_eq!(refused["code"], "unknown-field", "{path}: {refused}");
            assert!(refused["title"].to_string().contains("dry_run"), "{path}: {refused}");
            operations += 1;
            if method != Method::GET && !has_if_match {
                let request = host.request(method, &path).header("if-match", "\"1\"");
                let refused = send(request).await.expect(412).json();
                assert_eq!(refused["code"], "precondition-unsupported", "{path}: {refused}");
                unconditional += 1;
            }
        }
    }
    assert!(operations >= 35 && unconditional >= 12, "{operations} {unconditional}");
}
