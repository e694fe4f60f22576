use crate::{free_ports, tools};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use opendal::{Operator, services};
use sha2::Sha256;
use std::process::Stdio;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;
use tokio::process::{Child, Command};

const ACCOUNT: &str = "devstoreaccount1";
/// The well-known key of every Azurite.
const KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const CONTAINER: &str = "scans";

/// Azurite, Microsoft's emulator of Azure Blob Storage, from npm; killed on drop.
#[derive(Debug)]
pub struct Azurite {
    endpoint: String,
    // Dropped before its folder.
    _process: Child,
    _folder: TempDir,
}

impl Azurite {
    /// Starts Azurite on a free port, with an empty container.
    ///
    /// # Panics
    /// If it is not installed or does not respond.
    pub async fn start() -> Self {
        let azurite = tools::tool("node_modules/azurite/dist/src/blob/main.js");
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let [port] = free_ports();
        let process = Command::new("node")
            .arg(azurite)
            .args(["--blobHost", "127.0.0.1", "--blobPort", &port.to_string()])
            .args(["--silent", "--inMemoryPersistence"])
            // Otherwise it would contact its vendor.
            .arg("--disableTelemetry")
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node can be started; ./test installs it");
        let endpoint = format!("http://127.0.0.1:{port}/{ACCOUNT}");
        let started = Self { endpoint, _process: process, _folder: folder };
        started.create_container().await;
        started
    }

    /// Waits until Azurite responds, and creates the container. Opendal cannot create containers,
    /// so the call is signed here (Azure's Shared Key, Blob service).
    async fn create_container(&self) {
        let key = STANDARD.decode(KEY).expect("the key is base64");
        for _ in 0..300 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            #[expect(clippy::disallowed_methods, reason = "azurite compares it with its own clock")]
            let date = httpdate::fmt_http_date(SystemTime::now());
            let version = "2021-12-02";
            let signed = format!(
                "PUT\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:{date}\nx-ms-version:{version}\n\
                 /{ACCOUNT}/{ACCOUNT}/{CONTAINER}\nrestype:container"
            );
            let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length is a key");
            mac.update(signed.as_bytes());
            let signature = STANDARD.encode(mac.finalize().into_bytes());
            let answer = reqwest::Client::new()
                .put(format!("{}/{CONTAINER}?restype=container", self.endpoint))
                .header("x-ms-date", date)
                .header("x-ms-version", version)
                .header("authorization", format!("SharedKey {ACCOUNT}:{signature}"))
                .header("content-length", "0")
                .send()
                .await;
            if answer.is_ok_and(|answer| answer.status() == reqwest::StatusCode::CREATED) {
                return;
            }
        }
        panic!("azurite did not make a container within 30 s");
    }

    /// Returns an operator without layers for this folder of the container.
    ///
    /// # Panics
    /// If opendal rejects the endpoint.
    #[must_use]
    pub fn operator(&self, root: &str) -> Operator {
        opendal::install_default();
        let service = services::Azblob::default()
            .endpoint(&self.endpoint)
            .account_name(ACCOUNT)
            .account_key(KEY)
            .container(CONTAINER)
            .root(root);
        Operator::new(service).expect("the settings are whole")
    }
}
