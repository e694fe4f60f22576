use crate::s3::{ACCESS_KEY, BUCKET, SECRET_KEY};
use crate::{free_ports, tools};
use std::fs;
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// SeaweedFS, a real S3 server, from PyPI; killed on drop.
#[derive(Debug)]
pub struct Seaweed {
    /// The S3 endpoint.
    pub endpoint: String,
    filer: String,
    // Dropped before its folder.
    _process: Child,
    _folder: TempDir,
}

impl Seaweed {
    /// Starts SeaweedFS on free ports, with an empty bucket, and waits until it responds.
    ///
    /// # Panics
    /// If it is not installed or does not respond.
    pub async fn start() -> Self {
        let weed = tools::tool("python/bin/weed");
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let settings = folder.path().join("s3.json");
        let identities = format!(
            r#"{{"identities":[{{"name":"desk","actions":["Admin"],
            "credentials":[{{"accessKey":"{ACCESS_KEY}","secretKey":"{SECRET_KEY}"}}]}}]}}"#
        );
        fs::write(&settings, identities).expect("a file can be written");
        let data = folder.path().join("data");
        fs::create_dir(&data).expect("a folder can be made");
        let names = ["master", "filer", "volume", "s3", "admin"];
        let [master, filer, volume, s3, admin, grpc @ ..] = free_ports::<10>();
        let http = [master, filer, volume, s3, admin];
        let mut command = Command::new(weed);
        command.arg("mini").arg(format!("-dir={}", data.display()));
        command.arg(format!("-s3.config={}", settings.display()));
        command.arg(format!("-bucket={BUCKET}"));
        command.args(["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-webdav=false", "-admin.ui=false"]);
        command.args(["-s3.iam=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]);
        command.arg("-master.telemetry=false");
        for (name, (http, grpc)) in names.iter().zip(http.iter().zip(grpc)) {
            command.arg(format!("-{name}.port={http}")).arg(format!("-{name}.port.grpc={grpc}"));
        }
        let process = command
            // It keeps files of its own there.
            .env("HOME", folder.path())
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("weed can be started");
        let started = Self {
            endpoint: format!("http://127.0.0.1:{s3}"),
            filer: format!("http://127.0.0.1:{filer}"),
            _process: process,
            _folder: folder,
        };
        started.wait().await;
        started
    }

    /// Waits until the bucket exists.
    async fn wait(&self) {
        for _ in 0..300 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let store = crate::s3::operator(&self.endpoint, SECRET_KEY, "/");
            if store.write("awake", "yes").await.is_ok() {
                return;
            }
        }
        panic!("weed did not answer within 30 s");
    }

    /// Returns the number of unfinished uploads.
    ///
    /// # Panics
    /// If SeaweedFS does not respond.
    pub async fn uploads(&self) -> usize {
        let url = format!("{}/buckets/{BUCKET}/.uploads/?limit=1000", self.filer);
        let client = reqwest::Client::new();
        let answer = client.get(url).header("accept", "application/json").send().await;
        let answer = answer.expect("the filer answers");
        if answer.status() == reqwest::StatusCode::NOT_FOUND {
            return 0;
        }
        let listed: serde_json::Value = answer.json().await.expect("it lists as JSON");
        listed["Entries"].as_array().map_or(0, Vec::len)
    }
}
