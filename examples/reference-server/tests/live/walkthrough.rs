//! Runs the code on the pages of the book.

use crate::support::caller::Caller;
use crate::support::documents::by_ghostscript;
use crate::support::pages::{blocks, page};
use crate::support::server::{Launch, Server};
use desktop_delivery_http::Route;
use desktop_delivery_identity::administration_routes;
use desktop_delivery_pages::window_api_routes;
use desktop_delivery_webhook::webhook_routes;
use serde_json::json;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A server, and a folder to run a page's commands in.
struct Walk {
    server: Server,
    folder: TempDir,
}

impl Walk {
    fn start(settings: impl FnOnce(Launch) -> Launch) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let here = folder.path().join("here");
        std::fs::create_dir(&here).expect("it is ours");
        std::fs::write(here.join("article.pdf"), by_ghostscript()).expect("it is ours");
        let server = settings(Launch::new(&folder.path().join("data"))).start();
        Self { server, folder }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn host(&self) -> Caller {
        let key = self.server.printed_word("API key of the host");
        Caller::new(&self.server.address, Some(&key))
    }

    /// Runs a page's code as one program; returns its output.
    fn run(&self, program: &str, arguments: &[&str], script: &[String]) -> String {
        assert!(script.len() >= 4, "the page has code");
        let here = self.folder.path().join("here");
        let file = here.join("walk");
        std::fs::write(&file, script.join("\n")).expect("it is ours");
        let mut command = Command::new(program);
        command.args(arguments).arg(&file).current_dir(&here);
        command.env("ADDRESS", &self.server.address);
        let keys = [("HOST_KEY", "API key of the host"), ("LENDER_KEY", "API key of the lending")];
        for (name, printed) in keys {
            if self.server.printed.iter().any(|line| line.trim_start().starts_with(printed)) {
                command.env(name, self.server.printed_word(printed));
            }
        }
        let output =
            command.output().unwrap_or_else(|error| panic!("{program} is needed: {error}"));
        let said = String::from_utf8_lossy(&output.stderr);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}\n{told}");
        told
    }

    /// Asserts the outcome described on the pages.
    async fn expect_three_claims(&self) {
        let host = self.host();
        let list = host.get("/api/v1/requests?status=shipped").await.expect(200).json();
        let handle = list["requests"][0]["handle"].as_str().expect("it is text");
        let request = host.get(&format!("/api/v1/requests/{handle}")).await.expect(200).json();
        assert_eq!(request["facts"]["reference"], "2026-00417");
        assert_eq!(request["files"][0]["budgets"][0]["used"], 3);
        assert_eq!(request["files"][0]["budgets"][0]["limit"], 3);
    }
}

#[tokio::test]
async fn the_shell_commands_of_the_page_run() {
    let walk = Walk::start(|launch| launch);
    walk.run("bash", &["-euxo", "pipefail"], &blocks(&page("how-to/http-api.md"), "sh"));
    walk.expect_three_claims().await;
}

#[tokio::test]
async fn the_python_of_the_page_runs() {
    let walk = Walk::start(|launch| launch);
    let told = walk.run(
        "/usr/bin/python3",
        &["-W", "error"],
        &blocks(&page("how-to/http-api-python.md"), "python"),
    );
    assert!(told.contains("claimed 3 times"), "{told}");
    walk.expect_three_claims().await;
}

#[tokio::test]
async fn the_perl_of_the_page_runs() {
    let walk = Walk::start(|launch| launch);
    let told = walk.run("/usr/bin/perl", &[], &blocks(&page("how-to/http-api-perl.md"), "perl"));
    assert!(told.contains("claimed 3 times"), "{told}");
    walk.expect_three_claims().await;
}

#[tokio::test]
async fn the_java_of_the_page_runs() {
    let jars = ["annotations", "core", "databind"];
    let jars = jars.map(|part| format!("/usr/share/java/jackson-{part}.jar")).join(":");
    let walk = Walk::start(|launch| launch);
    let told = walk.run(
        "/usr/bin/java",
        &["--source", "17", "-Xmx64m", "-cp", &jars],
        &blocks(&page("how-to/http-api-java.md"), "java"),
    );
    assert!(told.contains("claimed 3 times"), "{told}");
    assert_eq!(told.matches("Received request.shipped").count(), 1, "{told}");
    walk.expect_three_claims().await;
}

#[tokio::test]
async fn the_first_delivery_needs_only_what_its_page_says() {
    let walk = Walk::start(Launch::with_sample_data);
    let script = blocks(&page("tutorial/first-delivery.md"), "sh");
    let told = walk.run("bash", &["-euo", "pipefail"], &script);
    for event in ["created", "attached", "shipped", "received"] {
        assert!(told.lines().any(|line| line.ends_with(event)), "{event}: {told}");
    }
    assert!(walk.data().join("mail").is_dir(), "mail is where the page says");
}

#[tokio::test]
async fn the_profiles_of_the_page_are_valid() {
    let settings = blocks(&page("how-to/policies.md"), "toml").concat();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("desk.toml");
    std::fs::write(&file, &settings).unwrap();
    let walk = Walk::start(|launch| launch.with("CONFIG", file.display()));
    let host = walk.host();
    for (policy, downloads) in [("one-copy", 1), ("trusted-consortium", 10)] {
        assert!(settings.contains(policy), "the page has it");
        let library = json!({ "name": "A library", "zone": "America/Toronto", "policy": policy });
        host.put("/api/v1/participants/CA-OTU", library).await.expect(204);
        let news = json!({ "reference": policy, "requester": "CA-OTU", "supplier": "CA-OTU",
            "title": "On Ice Ages", "status": "pending" });
        let request = host.post("/api/v1/requests", news).await.expect(200).json();
        let request =
            format!("/api/v1/requests/{}", request["handle"].as_str().expect("it is text"));
        host.upload(&request, "article.pdf", by_ghostscript()).await.expect(201);
        let file = &host.get(&request).await.expect(200).json()["files"][0];
        assert!(
            file["budgets"].as_array().unwrap().iter().any(|b| b["limit"] == downloads),
            "{file}"
        );
    }
}

#[test]
fn every_route_of_the_api_is_on_the_page() {
    let table = page("reference/http-api.md");
    let table =
        table.split("\n## Routes").nth(1).unwrap().split("\n## ").next().unwrap().to_owned();
    let listed = desktop_delivery_http::routes().into_iter().chain(administration_routes());
    let listed = listed.chain(window_api_routes()).chain(webhook_routes());
    let mut found = 0;
    for Route { method, path, .. } in listed.filter(|route| route.path != "/api/v1/openapi.json") {
        let short = path.strip_prefix("/api/v1/requests/{handle}").unwrap_or(&path);
        let short = short.trim_start_matches('/').replace("{file_name}", "{name}");
        let short = short.replace("{attachment}", "{no}");
        let route = [format!("{method} {short}"), format!("{method} /{short}")];
        let route = route.map(|route| format!("`{}`", route.trim_end()));
        assert!(route.iter().any(|route| table.contains(route)), "{route:?} is not on the page");
        found += 1;
    }
    assert!(found >= 47, "{found}");
}
