//! Checks the description of the JSON API: thousands of generated calls get no undocumented
//! response and no server error.

use crate::support::caller::Caller;
use crate::support::server::Launch;
use crate::support::tool;
use desktop_delivery_http::Route;
use desktop_delivery_identity::administration_routes;
use desktop_delivery_webhook::webhook_routes;
use serde_json::Value;
use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

/// Validates the document that a server publishes.
async fn validate(address: &str, folder: &Path) -> Value {
    let caller = Caller::new(address, None);
    let document = caller.get("/api/v1/openapi.json").await.expect(200).text();
    let file = folder.join("openapi.json");
    std::fs::write(&file, &document).expect("the folder is ours");
    let output = Command::new(tool("python/bin/openapi-spec-validator"))
        .args(["--errors", "all", "--schema", "3.1"])
        .arg(&file)
        .output()
        .expect("it is installed");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&document).expect("it is JSON")
}

#[tokio::test]
async fn the_description_is_valid_openapi_and_has_every_route() {
    let folder = tempfile::tempdir().unwrap();
    let public = "https://ill.example.org/delivery";
    // The server prints its public address only.
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let listen = free.to_string();
    let launch = Launch::new(folder.path()).with("LISTEN", &listen).with("ADDRESS", public);
    let server = launch.start();
    let document = validate(&format!("http://{listen}"), folder.path()).await;
    drop(server);
    assert_eq!(document["servers"][0]["url"], public);
    let routes = desktop_delivery_http::routes().into_iter().chain(administration_routes());
    let routes = routes.chain(webhook_routes());
    for Route { method, path, .. } in routes.filter(|route| route.path != "/api/v1/openapi.json") {
        let operation = &document["paths"][&path][method.as_str().to_lowercase()];
        assert!(operation["operationId"].is_string(), "{method} {path} is not described");
    }
    let operations = document["paths"].as_object().unwrap().values();
    let ids = operations.flat_map(|path| path.as_object().unwrap().values());
    let ids: Vec<_> = ids.filter_map(|one| one["operationId"].as_str()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
}

#[test]
fn every_response_is_in_the_description() {
    let folder = tempfile::tempdir().unwrap();
    let server = Launch::new(folder.path()).with_sample_data().start();
    let key = server.printed_word("API key of the host");
    // A call with invalid data may concern a request that accepts none, such as a cancelled one,
    // and is then refused before its body is read.
    let config = "checks.negative_data_rejection.expected-statuses = [\"4xx\"]\n";
    std::fs::write(folder.path().join("schemathesis.toml"), config).unwrap();
    let output = Command::new(tool("python/bin/schemathesis"))
        .arg("run")
        .arg(format!("{}/api/v1/openapi.json", server.address))
        .args(["--header", &format!("Authorization: Bearer {key}")])
        // Valid calls that the state of a request does not permit are refused with 4xx.
        .args(["--exclude-checks", "positive_data_acceptance"])
        // Links and tickets need a token that nobody can generate.
        .args(["--include-path-regex", "^/api/"])
        // It would revoke its own key.
        .args(["--exclude-path", "/api/v1/keys/{id}"])
        .args(["--max-examples", "20", "--seed", "417", "--continue-on-failure", "--no-color"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let tested = said.lines().find(|line| line.contains("Tested: ")).expect("it says so");
    let tested: u32 = tested.rsplit(' ').next().and_then(|n| n.parse().ok()).expect("a number");
    assert!(tested >= 19, "{said}");
    drop(server);
}
