use crate::support::caller::{Answer, Caller, send};
use reqwest::Method;

/// A browser at a sign-in page. It keeps cookies and may set its network.
#[derive(Clone)]
pub(crate) struct Guest {
    caller: Caller,
    network: Option<String>,
    cookies: Vec<(String, String)>,
}

impl Guest {
    pub(crate) fn new(address: &str) -> Self {
        Self { caller: Caller::new(address, None), network: None, cookies: Vec::new() }
    }

    /// Sets the client address reported by a proxy.
    pub(crate) fn from(mut self, network: &str) -> Self {
        self.network = Some(network.to_owned());
        self
    }

    pub(crate) fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.retain(|(other, _)| other != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns the same guest with the cookies of a response.
    pub(crate) fn keeping(self, answer: &Answer) -> Self {
        set_cookies(answer)
            .into_iter()
            .fold(self, |guest, (name, value, _)| guest.with_cookie(&name, &value))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// Submits a form.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = serde_urlencoded::to_string(fields).expect("it is text");
        let request = self.request(Method::POST, path);
        send(request.header("content-type", "application/x-www-form-urlencoded").body(form)).await
    }

    pub(crate) async fn staff(&self, login: &str, password: &str) -> Answer {
        self.post("/sign-in", &[("login", login), ("password", password)]).await
    }

    /// Signs in as a patron of `CA-BVAU`.
    pub(crate) async fn patron(&self, number: &str, password: &str) -> Answer {
        let fields = [("library", "CA-BVAU"), ("number", number), ("password", password)];
        self.post("/track/sign-in", &fields).await
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let mut request = self.caller.request(method, path);
        if let Some(network) = &self.network {
            request = request.header("x-forwarded-for", network);
        }
        if self.cookies.is_empty() {
            return request;
        }
        let pairs: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        request.header("cookie", pairs.join("; "))
    }
}

/// Returns the cookies set by a response: name, value, attributes.
pub(crate) fn set_cookies(answer: &Answer) -> Vec<(String, String, String)> {
    let set = answer.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    set.filter_map(|text| {
        let (pair, attributes) = text.split_once(';')?;
        let (name, value) = pair.split_once('=')?;
        Some((name.to_owned(), value.to_owned(), attributes.to_owned()))
    })
    .collect()
}

/// Returns the key of the forms on a page.
pub(crate) fn form_key(page: &Answer) -> String {
    let text = page.text();
    let key = text.split("name=\"form_key\" value=\"").nth(1).expect("the page has a form");
    key.split('"').next().unwrap_or_default().to_owned()
}
