use crate::support::caller::Caller;
use crate::support::patron::Patron;
use crate::support::server::{Launch, Server};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A server with two libraries that supply each other, and a patron.
pub(crate) struct Installation {
    pub(crate) server: Server,
    pub(crate) launch: Launch,
    pub(crate) host: Caller,
    /// Staff of the lending library.
    pub(crate) lender: Caller,
    /// Staff of the borrowing library.
    pub(crate) borrower: Caller,
    pub(crate) data: PathBuf,
    /// Deleted with the server.
    _folder: Option<TempDir>,
}

pub(crate) const PATRON_NAME: &str = "Carla Santos";
pub(crate) const PATRON_ADDRESS: &str = "carla.santos@example.org";

impl Installation {
    pub(crate) async fn start() -> Self {
        Self::start_with(|launch| launch).await
    }

    /// Starts it with these settings.
    pub(crate) async fn start_with(settings: impl FnOnce(Launch) -> Launch) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut installation = Self::start_in(folder.path(), settings).await;
        installation._folder = Some(folder);
        installation
    }

    /// Starts it in a folder owned by the caller.
    pub(crate) async fn start_in(folder: &Path, settings: impl FnOnce(Launch) -> Launch) -> Self {
        let launch = settings(Launch::new(folder));
        let server = launch.start();
        let key = server.printed_word("API key of the host");
        let host = Caller::new(&server.address, Some(&key));
        let libraries = [
            ("CA-BVAU", "Vancouver University Library", "account"),
            ("CA-OTU", "Toronto University Library", "account"),
            ("CA-NSHPL", "Halifax Public Library", "email"),
        ];
        for (id, name, channel) in libraries {
            let library = json!({
                "name": name, "email": format!("ill@{}.example.org", id.to_lowercase()),
                "zone": "America/Vancouver", "channel": channel,
            });
            host.put(&format!("/api/v1/participants/{id}"), library).await.expect(204);
        }
        let patron = json!({ "name": PATRON_NAME, "email": PATRON_ADDRESS });
        host.put("/api/v1/participants/CA-BVAU/patrons/p-2041", patron).await.expect(204);
        let lender = staff(&host, &server.address, "CA-OTU").await;
        let borrower = staff(&host, &server.address, "CA-BVAU").await;
        let data = folder.to_owned();
        Self { server, launch, host, lender, borrower, data, _folder: None }
    }

    /// Restarts it after `stop` has ended it.
    pub(crate) fn restart(self, stop: impl FnOnce(Server)) -> Self {
        stop(self.server);
        let server = self.launch.start();
        let [host, lender, borrower] =
            [self.host, self.lender, self.borrower].map(|caller| caller.at(&server.address));
        Self { server, host, lender, borrower, ..self }
    }

    /// Creates a pending request; returns its path in the API.
    pub(crate) async fn request(&self, reference: &str) -> String {
        self.request_of(reference, "CA-BVAU").await
    }

    /// Creates a request of this library.
    pub(crate) async fn request_of(&self, reference: &str, requester: &str) -> String {
        let news = json!({
            "reference": reference, "requester": requester, "supplier": "CA-OTU",
            "title": "On Ice Ages", "source": "Journal of Glaciology 12 (1973), 3-18",
            "patron": "p-2041", "status": "pending",
        });
        let known = self.host.post("/api/v1/requests", news).await.expect(200).json();
        format!("/api/v1/requests/{}", known["handle"].as_str().expect("it is text"))
    }

    /// Ships a request with these bytes; returns it and a patron with its link.
    pub(crate) async fn shipped(&self, bytes: &[u8]) -> (String, Patron) {
        let request = self.request("2026-00417").await;
        self.lender.upload(&request, "on-ice-ages.pdf", bytes.to_vec()).await.expect(201);
        self.ship(&request).await;
        let patron = self.patron(&request).await;
        (request, patron)
    }

    pub(crate) async fn ship(&self, request: &str) {
        self.lender.post(&format!("{request}/ship"), json!({})).await.expect(204);
    }

    /// Returns a patron with a link to this request.
    pub(crate) async fn patron(&self, request: &str) -> Patron {
        let audience = json!({ "audience": "patron" });
        let issued = self.host.post(&format!("{request}/links"), audience).await.expect(200);
        Patron::new(&self.server.address, issued.json()["url"].as_str().expect("it is text"))
    }

    /// Returns the request as seen by the lending library's staff.
    pub(crate) async fn view(&self, request: &str) -> Value {
        self.lender.get(request).await.expect(200).json()
    }

    /// Returns the counted downloads of each file.
    pub(crate) async fn used(&self, request: &str) -> Vec<u64> {
        let view = self.view(request).await;
        let files = view["files"].as_array().expect("it is a list");
        let used = |file: &Value| {
            let budgets = file["budgets"].as_array().expect("it is a list");
            budgets.iter().map(|budget| budget["used"].as_u64().expect("it is a number")).sum()
        };
        files.iter().map(used).collect()
    }
}

async fn staff(host: &Caller, address: &str, agency: &str) -> Caller {
    let holder = json!({ "role": "staff", "agency": agency, "id": "m-7", "note": "a test" });
    let made = host.post("/api/v1/keys", holder).await.expect(201).json();
    Caller::new(address, Some(made["key"].as_str().expect("it is text")))
}
