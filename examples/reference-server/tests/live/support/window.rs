use crate::support::caller::{Caller, send};
use reqwest::Method;
use serde_json::{Value, json};

/// A window opened without a browser.
pub(crate) struct OpenWindow {
    /// The code in its address: the id, which is no secret, and the secret.
    pub(crate) code: String,
    /// The value of its cookie.
    pub(crate) cookie: String,
    /// The path of its first page.
    pub(crate) start: String,
    caller: Caller,
}

impl OpenWindow {
    /// Allows the host's keys to open windows in a site, and offers what `path` and `asked` name.
    pub(crate) async fn offer(host: &Caller, path: &str, mut asked: Value) -> Value {
        let origin = "https://ill.example.org";
        let keys = host.get("/api/v1/keys").await.expect(200).json();
        let of_hosts = keys.as_array().expect("it is a list").iter();
        for key in of_hosts.filter(|key| key["role"] == "host") {
            let path = format!("/api/v1/keys/{}/origins", key["id"].as_str().expect("it is text"));
            host.put(&path, json!({ "origins": [origin] })).await.expect(204);
        }
        asked["origin"] = origin.into();
        host.post(&format!("{path}/windows"), asked).await.expect(201).json()
    }

    /// Opens the window of an offer.
    pub(crate) async fn of(address: &str, offered: &Value) -> Self {
        let url = offered["url"].as_str().expect("it is text");
        let caller = Caller::new(address, None);
        let opened = send(caller.request(Method::POST, url)).await.expect(303);
        let cookie = opened.header("set-cookie").split(['=', ';']).nth(1);
        let cookie = cookie.expect("a cookie is set").to_owned();
        let code = url.rsplit('/').next().unwrap_or_default().to_owned();
        Self { code, cookie, start: opened.header("location").to_owned(), caller }
    }

    /// Returns the first page.
    pub(crate) async fn page(&self) -> String {
        let request = self.caller.request(Method::GET, &self.start);
        let request = request.header("cookie", format!("desk_window={}", self.cookie));
        send(request).await.expect(200).text()
    }

    /// Returns the path of a page or form below that of the window.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("/windows/{}{below}", &self.code[..24])
    }

    /// Submits a form, with the key from the first page; expects this status and returns the page.
    pub(crate) async fn submit(&self, path: &str, fields: &[(&str, &str)], status: u16) -> String {
        let shown = self.page().await;
        let key = shown.split("name=\"form_key\" value=\"").nth(1).expect("it has a form");
        let key = key.split('"').next().unwrap_or_default();
        let fields = [&[("form_key", key)], fields].concat();
        let form = serde_urlencoded::to_string(fields).expect("it is text");
        let request = self.caller.request(Method::POST, path);
        let request = request.header("cookie", format!("desk_window={}", self.cookie));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        send(request.body(form)).await.expect(status).text()
    }
}
