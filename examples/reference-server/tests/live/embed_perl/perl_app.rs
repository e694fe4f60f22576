use crate::support::front::free_port;
use crate::support::sample::Sample;
use crate::support::until;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The Perl application, started by its script as a person would; killed on drop.
pub(super) struct PerlApp {
    process: Child,
    /// On another site than the server: `localhost`.
    pub(super) address: String,
    folder: TempDir,
}

impl PerlApp {
    /// Returns the folder of the application's sources.
    pub(super) fn sources() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../embed-perl")
    }

    pub(super) async fn start(here: &Sample) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let log = File::create(folder.path().join("log")).expect("the folder is ours");
        let port = free_port();
        let process = Command::new(Self::sources().join("run"))
            .env_clear()
            // Another Perl on the path may lack the Debian packages.
            .env("PATH", "/usr/bin:/bin")
            .env("PORT", port.to_string())
            .env("ADDRESS", &here.server.address)
            .env("FOLDER", folder.path().join("data"))
            .env("DESK", env!("CARGO_BIN_EXE_desk"))
            .env("DESKTOP_DELIVERY_DATA", &here.data)
            .env("DESKTOP_DELIVERY_LISTEN", "127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("it is open"))
            .stderr(log)
            .spawn()
            .expect("bash runs the script");
        let app = Self { process, address: format!("http://localhost:{port}"), folder };
        let client = reqwest::Client::builder().no_proxy().build().expect("a client can be made");
        until("the Perl application", || async {
            let page = client.get(format!("{}/sign-in", app.address)).send().await.ok()?;
            page.status().is_success().then_some(())
        })
        .await;
        app
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for PerlApp {
    fn drop(&mut self) {
        // The process may have ended on its own.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            eprintln!("the log of the Perl application:\n{}", self.log());
        }
    }
}
