//! Calls of the JSON API that are repeated.

use crate::support::caller::{Answer, Caller, send};
use crate::support::server::{Launch, Server};
use reqwest::Method;
use serde_json::json;

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
