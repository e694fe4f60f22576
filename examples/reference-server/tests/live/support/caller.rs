use reqwest::{Client, Method, header::HeaderMap, redirect::Policy};
use serde_json::Value;

/// A client of the server, with an API key or anonymous.
#[derive(Clone)]
pub(crate) struct Caller {
    http: Client,
    address: String,
    key: Option<String>,
}

/// A response of the server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Caller {
    pub(crate) fn new(address: &str, key: Option<&str>) -> Self {
        let http = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .expect("a client can be made");
        Self { http, address: address.to_owned(), key: key.map(ToOwned::to_owned) }
    }

    /// Returns the same client for a server at another address.
    pub(crate) fn at(&self, address: &str) -> Self {
        Self::new(address, self.key.as_deref())
    }

    /// Begins a request to this path or full address.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let path = path.strip_prefix(&self.address).unwrap_or(path);
        let request = self.http.request(method, format!("{}{path}", self.address));
        match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, json: Value) -> Answer {
        send(self.request(Method::POST, path).json(&json)).await
    }

    pub(crate) async fn put(&self, path: &str, json: Value) -> Answer {
        send(self.request(Method::PUT, path).json(&json)).await
    }

    pub(crate) async fn patch(&self, path: &str, json: Value) -> Answer {
        send(self.request(Method::PATCH, path).json(&json)).await
    }

    pub(crate) async fn put_bytes(&self, path: &str, bytes: Vec<u8>) -> Answer {
        send(self.request(Method::PUT, path).body(bytes)).await
    }

    /// Attaches a file by PUT.
    pub(crate) async fn upload(&self, request: &str, name: &str, bytes: Vec<u8>) -> Answer {
        self.put_bytes(&format!("{request}/uploads/{name}"), bytes).await
    }
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Answer {
    try_send(request).await.expect("the server answers")
}

/// Sends a request to a server that may be killed meanwhile.
pub(crate) async fn try_send(request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Answer { status, headers, bytes: response.bytes().await?.to_vec() })
}

impl Answer {
    /// Fails unless the response has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("no JSON ({error}): {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Returns the value of a header, or an empty string.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Returns the target of a redirect.
    #[track_caller]
    pub(crate) fn location(self) -> String {
        let answer = self.expect(303);
        answer.header("location").to_owned()
    }
}
