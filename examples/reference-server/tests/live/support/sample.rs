use crate::support::caller::{Answer, Caller, send};
use crate::support::server::{Launch, Server};
use reqwest::Method;
use serde_json::json;
use std::path::PathBuf;
use tempfile::TempDir;

/// A server with the sample data: libraries, accounts of staff, and requests in various states.
pub(crate) struct Sample {
    pub(crate) server: Server,
    pub(crate) host: Caller,
    pub(crate) data: PathBuf,
    /// Deleted with the server.
    _folder: TempDir,
}

impl Sample {
    pub(crate) fn start() -> Self {
        Self::start_with(|launch| launch)
    }

    /// Starts it with these settings.
    pub(crate) fn start_with(settings: impl FnOnce(Launch) -> Launch) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let server = settings(Launch::new(folder.path()).with_sample_data()).start();
        let key = server.printed_word("API key of the host");
        let host = Caller::new(&server.address, Some(&key));
        Self { server, host, data: folder.path().to_owned(), _folder: folder }
    }

    /// Returns the handle of a sample request.
    pub(crate) async fn handle(&self, reference: &str) -> String {
        let path = format!("/api/v1/requests?search={reference}");
        let list = self.host.get(&path).await.expect(200).json();
        list["requests"][0]["handle"].as_str().expect("it is known").to_owned()
    }

    /// Staff of the lending library, with an API key.
    pub(crate) async fn lender(&self, id: &str) -> Caller {
        self.staff("CA-OTU", id).await
    }

    /// Staff of a library, with an API key.
    pub(crate) async fn staff(&self, agency: &str, id: &str) -> Caller {
        let holder = json!({ "role": "staff", "agency": agency, "id": id });
        let made = self.host.post("/api/v1/keys", holder).await.expect(201).json();
        Caller::new(&self.server.address, made["key"].as_str())
    }

    /// Returns the session cookie of sample staff, signed in without a browser.
    pub(crate) async fn cookie(&self, login: &str) -> String {
        let password = self.server.printed_word("The password of all three:");
        let answer = self.sign_in(login, &password).await.expect(303);
        answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
    }

    pub(crate) async fn sign_in(&self, login: &str, password: &str) -> Answer {
        let request = Caller::new(&self.server.address, None).request(Method::POST, "/sign-in");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        send(request.body(format!("login={login}&password={password}"))).await
    }

    /// Returns a page as seen with this cookie in this language.
    pub(crate) async fn get(&self, path: &str, cookie: &str, language: &str) -> Answer {
        let request = Caller::new(&self.server.address, None).request(Method::GET, path);
        let cookie = format!("{cookie}; desk_language={language}");
        send(request.header("cookie", cookie)).await
    }

    /// Submits a form of the page at `page`, with the key from that page.
    pub(crate) async fn submit(
        &self,
        page: &str,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let shown = self.get(page, cookie, "en").await.expect(200).text();
        let key = shown.split("name=\"form_key\" value=\"").nth(1).expect("it has a form");
        let key = key.split('"').next().unwrap_or_default();
        let fields: Vec<(&str, &str)> = [&[("form_key", key)], fields].concat();
        let form = serde_urlencoded::to_string(fields).expect("it is text");
        let request = Caller::new(&self.server.address, None).request(Method::POST, path);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        send(request.header("cookie", cookie).body(form)).await
    }

    /// Returns the number of mails in the folder that contain this text.
    pub(crate) fn mails_with(&self, text: &str) -> usize {
        let mails = std::fs::read_dir(self.data.join("mail")).into_iter().flatten();
        let mails = mails.filter_map(Result::ok).map(|mail| std::fs::read(mail.path()));
        let says = |raw: Vec<u8>| String::from_utf8_lossy(&raw).contains(text);
        mails.filter_map(Result::ok).filter(|raw| says(raw.clone())).count()
    }
}
