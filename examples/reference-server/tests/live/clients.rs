//! Generates clients from the OpenAPI document as the book describes, checks their types, and makes
//! a delivery with each.

use crate::support::caller::Caller;
use crate::support::documents::by_ghostscript;
use crate::support::pages::{blocks, page, section};
use crate::support::server::{Launch, Server};
use crate::support::tool;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A server without data, and a folder for a client.
struct Stage {
    server: Server,
    folder: TempDir,
}

impl Stage {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::create_dir(folder.path().join("here")).expect("it is ours");
        let server = Launch::new(&folder.path().join("data")).start();
        let stage = Self { server, folder };
        fs::write(stage.path("article.pdf"), by_ghostscript()).expect("it is ours");
        stage
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("here").join(name)
    }

    /// Writes the code on a section of the page as one file.
    fn write(&self, name: &str, heading: &str, language: &str) {
        let page = page("how-to/http-api-clients.md");
        let code = blocks(section(&page, heading), language);
        assert!(!code.is_empty(), "{heading} has code in {language}");
        fs::write(self.path(name), code.join("\n")).expect("it is ours");
    }

    /// Runs a program in the folder, and returns what it printed.
    fn run<S: AsRef<OsStr>>(&self, program: &Path, arguments: &[S]) -> String {
        let tools = tool("python/bin");
        let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap_or_default());
        let output = Command::new(program)
            .args(arguments)
            .current_dir(self.path(""))
            .env("PATH", path)
            .env("ADDRESS", &self.server.address)
            .env("HOST_KEY", self.server.printed_word("API key of the host"))
            .output()
            .unwrap_or_else(|error| panic!("{} is needed: {error}", program.display()));
        let printed =
            String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {printed}", program.display());
        printed.into_owned()
    }

    /// Asserts the outcome described on the page.
    async fn expect_one_download(&self, printed: &str) {
        assert!(printed.contains("2026-00417 was shipped with 1 document at 20"), "{printed}");
        let key = self.server.printed_word("API key of the host");
        let host = Caller::new(&self.server.address, Some(&key));
        let list = host.get("/api/v1/requests?status=received").await.expect(200).json();
        let handle = list["requests"][0]["handle"].as_str().expect("it is text");
        let request = host.get(&format!("/api/v1/requests/{handle}")).await.expect(200).json();
        let budget = &request["files"][0]["budgets"][0];
        assert_eq!((budget["used"].as_u64(), budget["limit"].as_u64()), (Some(1), Some(2)));
    }
}

#[tokio::test]
async fn a_generated_python_client_makes_a_delivery() {
    let stage = Stage::start();
    stage.write("generate.sh", "## Python", "sh");
    let printed = stage.run(Path::new("/bin/bash"), &["-euo", "pipefail", "generate.sh"]);
    assert!(!printed.contains("WARNING"), "a part of the document was left out: {printed}");
    stage.write("walk.py", "## Python", "python");
    let cache = tool("python").join("mypy-cache");
    let cache = format!("--cache-dir={}", cache.display());
    stage.run(
        &tool("python/bin/mypy"),
        &["--strict", "--follow-imports=silent", &*cache, "walk.py"],
    );
    let printed = stage.run(&tool("python/bin/python"), &["walk.py"]);
    stage.expect_one_download(&printed).await;
}

#[tokio::test]
async fn a_generated_typescript_client_makes_a_delivery() {
    let stage = Stage::start();
    symlink(tool("node_modules"), stage.path("node_modules")).expect("the folder is ours");
    stage.write("generate.mjs", "## TypeScript", "js");
    stage.write("walk.mts", "## TypeScript", "ts");
    let node = Path::new("node");
    stage.run(node, &["generate.mjs"]);
    let types = fs::read_to_string(stage.path("desktop-delivery.mts")).expect("it was generated");
    assert!(!types.contains(": any"), "a value has no type");
    let compiler = "node_modules/typescript/bin/tsc";
    let options = [
        "--strict",
        "--skipLibCheck",
        "--target",
        "es2022",
        "--module",
        "nodenext",
        "--types",
        "node",
    ];
    stage.run(node, &[&[compiler], &options[..], &["walk.mts"]].concat());
    let printed = stage.run(node, &["walk.mjs"]);
    stage.expect_one_download(&printed).await;
}
