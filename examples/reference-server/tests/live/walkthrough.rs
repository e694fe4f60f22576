//! The page about the JSON API does what it says.

use crate::support::caller::Caller;
use crate::support::documents::by_ghostscript;
use crate::support::server::Launch;
use std::path::Path;
use std::process::{Command, Stdio};

#[tokio::test]
async fn the_commands_of_the_page_run_as_they_stand() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/http-api.md");
    let page = std::fs::read_to_string(page).unwrap();
    let blocks: Vec<&str> = page
        .split("\n```sh\n")
        .skip(1)
        .map(|rest| rest.split_once("\n```").expect("every block ends").0)
        .collect();
    assert!(blocks.len() >= 8, "the page has commands");
    for program in ["bash", "curl", "jq"] {
        let found = Command::new(program).arg("--version").stdout(Stdio::null()).status();
        assert!(found.is_ok(), "{program} is needed: apt-get install {program}");
    }

    let folder = tempfile::tempdir().unwrap();
    let (data, here) = (folder.path().join("data"), folder.path().join("here"));
    std::fs::create_dir(&here).unwrap();
    std::fs::write(here.join("article.pdf"), by_ghostscript()).unwrap();
    let server = Launch::new(&data).start();
    let key = server.printed_word("API key of the host");
    let script = blocks.join("\n");
    let output = Command::new("bash")
        .args(["-euxo", "pipefail", "-c", &script])
        .current_dir(&here)
        .env("ADDRESS", &server.address)
        .env("HOST_KEY", &key)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{told}");

    // What the page says has happened, happened.
    let host = Caller::new(&server.address, Some(&key));
    let list = host.get("/api/requests?status=shipped").await.expect(200).json();
    let handle = list["requests"][0]["handle"].as_str().unwrap();
    let request = host.get(&format!("/api/requests/{handle}")).await.expect(200).json();
    assert_eq!(request["facts"]["reference"], "2026-00417");
    assert_eq!(request["files"][0]["budgets"][0]["used"], 3);
    assert_eq!(request["files"][0]["budgets"][0]["limit"], 3);
}

#[tokio::test]
async fn every_route_of_the_description_is_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let server = Launch::new(folder.path()).start();
    let stranger = Caller::new(&server.address, None);
    let description = stranger.get("/api/openapi.json").await.expect(200).json();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/http-api.md");
    let table = std::fs::read_to_string(page).unwrap();
    let table = table.split("## Routes").nth(1).unwrap().split("## ").next().unwrap().to_owned();
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.len() > 10);
    for (path, operations) in paths {
        let short = path.strip_prefix("/api/requests/{handle}").unwrap_or(path);
        let short = short.trim_start_matches('/').replace("{file_name}", "{name}");
        for method in operations.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            let route = [format!("{method} {short}"), format!("{method} /{short}")];
            let route = route.map(|route| format!("`{}`", route.trim_end()));
            assert!(
                route.iter().any(|route| table.contains(route)),
                "{route:?} is not on the page"
            );
        }
    }
}
