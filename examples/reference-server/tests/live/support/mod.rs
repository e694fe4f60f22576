//! Shared by the live tests: the server as a process, clients of its API, and documents.

pub(crate) mod browser;
pub(crate) mod caller;
pub(crate) mod cluster;
pub(crate) mod desk;
pub(crate) mod documents;
pub(crate) mod front;
pub(crate) mod hands;
pub(crate) mod installation;
#[path = "../../../../../adapters/mail/tests/support/mod.rs"]
pub(crate) mod mail;
pub(crate) mod oidc;
pub(crate) mod pages;
pub(crate) mod patron;
#[path = "../../../../../adapters/mail/tests/support/postfix.rs"]
pub(crate) mod postfix;
pub(crate) mod processes;
pub(crate) mod sample;
pub(crate) mod scans;
pub(crate) mod server;
pub(crate) mod sign_in;
pub(crate) mod signed;
pub(crate) mod states;
pub(crate) mod stored_pages;
pub(crate) mod webhooks;
pub(crate) mod window;

pub(crate) use mail::Certificate;

use sha2::{Digest as _, Sha256};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Returns the SHA-256 in hexadecimal.
pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the path of a program or file that `./test` installs for the tests.
pub(crate) fn tool(path: &str) -> PathBuf {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools");
    let tool = tools.join(path);
    assert!(tool.exists(), "{path} is missing from target/tools: ./test installs it");
    tool
}

/// Polls until there is a result, for at most 20 seconds.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    for _ in 0..400 {
        if let Some(found) = ask().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("waited in vain: {what}");
}
