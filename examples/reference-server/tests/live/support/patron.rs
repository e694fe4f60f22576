use crate::support::caller::{Answer, Caller, send};
use reqwest::Method;
use serde_json::{Value, json};

/// A person who has only a link, using a browser or a program.
#[derive(Clone)]
pub(crate) struct Patron {
    pub(crate) caller: Caller,
    /// The path of the link.
    pub(crate) link: String,
}

impl Patron {
    /// Creates the holder of a link to the server at this address.
    pub(crate) fn new(address: &str, link: &str) -> Self {
        let at = link.find("/d/").unwrap_or_else(|| panic!("no link: {link}"));
        Self { caller: Caller::new(address, None), link: link[at..].to_owned() }
    }

    pub(crate) async fn page(&self) -> Answer {
        let request = self.caller.request(Method::GET, &self.link);
        send(request.header("accept", "text/html")).await
    }

    /// Returns the page as JSON.
    pub(crate) async fn view(&self) -> Value {
        let request = self.caller.request(Method::GET, &self.link);
        send(request.header("accept", "application/json")).await.expect(200).json()
    }

    /// Submits the page's form.
    pub(crate) async fn submit(&self, file: u64, ordinal: u64) -> Answer {
        let request = self.caller.request(Method::POST, &self.claim_path(file));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        send(request.body(format!("ordinal={ordinal}&acknowledged=yes"))).await
    }

    /// Claims like a program.
    pub(crate) async fn claim(&self, file: u64, key: &str) -> Answer {
        send(self.claim_request(file, key)).await
    }

    pub(crate) fn claim_request(&self, file: u64, key: &str) -> reqwest::RequestBuilder {
        self.caller
            .request(Method::POST, &self.claim_path(file))
            .header("accept", "application/json")
            .header("idempotency-key", key)
            .json(&json!({ "acknowledged": true }))
    }

    /// Claims and returns the path of the ticket.
    pub(crate) async fn ticket(&self, file: u64, key: &str) -> String {
        let claimed = self.claim(file, key).await.expect(200).json();
        let url = claimed["url"].as_str().expect("it is text");
        url[url.find("/t/").expect("it is a ticket's")..].to_owned()
    }

    pub(crate) async fn fetch(&self, ticket: &str) -> Answer {
        self.caller.get(ticket).await
    }

    pub(crate) fn claim_path(&self, file: u64) -> String {
        format!("{}/{file}/claim", self.link)
    }

    /// Asks the library for an extension.
    pub(crate) async fn ask(&self, file: u64, note: &str) -> Answer {
        let path = format!("{}/{file}/ask", self.link);
        let request = self.caller.request(Method::POST, &path);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        send(request.body(format!("note={note}"))).await
    }
}
