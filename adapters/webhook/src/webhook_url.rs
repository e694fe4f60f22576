use desktop_delivery::InvalidInput;
use desktop_delivery::input::{InputFault, InputField};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use url::{Host, Url};

/// The field of a webhook's URL.
pub(crate) const URL: InputField = InputField::new("url", "url");

/// The maximum length of a URL, in bytes.
const MAX_BYTES: usize = 2_000;

/// Webhooks cannot be delivered to the URL.
const NOT_A_WEBHOOK_URL: InputFault = InputFault::new(
    "not-a-webhook-url",
    "is not a web address such as https://ill.example.org/webhooks",
    "enter an address that begins with https://, without a username, a password or a fragment",
);

/// The address of a receiver: `https` or `http`, without credentials and fragment.
///
/// Paths and queries of receivers often contain a secret, so `Debug` shows only the origin.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookUrl(Url);

impl WebhookUrl {
    /// Parses a URL of at most 2,000 bytes, as browsers do: `http://2130706433/` has the host
    /// `127.0.0.1`.
    ///
    /// # Errors
    /// [`InvalidInput`] if the text is not such a URL.
    pub fn new(text: &str) -> Result<Self, InvalidInput> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidInput::new(URL, InputFault::EMPTY));
        }
        if text.len() > MAX_BYTES {
            let fault = InputFault::TOO_LONG.with_limit(MAX_BYTES);
            return Err(InvalidInput::new(URL, fault));
        }
        let wrong = || InvalidInput::new(URL, NOT_A_WEBHOOK_URL);
        let url = Url::parse(text).map_err(|_| wrong())?;
        let is_web = matches!(url.scheme(), "https" | "http") && url.host().is_some();
        let is_sent_as_it_is = url.as_str().parse::<http::Uri>().is_ok();
        let has_credentials = !url.username().is_empty() || url.password().is_some();
        if !is_web
            || !is_sent_as_it_is
            || has_credentials
            || url.fragment().is_some()
            || url.port() == Some(0)
        {
            return Err(wrong());
        }
        Ok(Self(url))
    }

    /// Returns the normalized text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the scheme, the host and the port, which contain no secret.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// Returns whether deliveries are encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Returns the address if the host is one, rather than a name.
    pub(crate) fn literal_address(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
        }
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WebhookUrl").field(&self.origin()).finish()
    }
}

impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for WebhookUrl {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        Self::new(text)
    }
}

impl TryFrom<String> for WebhookUrl {
    type Error = InvalidInput;

    fn try_from(text: String) -> Result<Self, InvalidInput> {
        Self::new(&text)
    }
}

impl From<WebhookUrl> for String {
    fn from(url: WebhookUrl) -> Self {
        url.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_have_a_host_and_neither_credentials_nor_a_fragment() {
        let url = WebhookUrl::new(" HTTPS://ILL.example.org/hooks?key=k-17 ").unwrap();
        assert_eq!(url.as_str(), "https://ill.example.org/hooks?key=k-17");
        assert_eq!(format!("{url:?}"), r#"WebhookUrl("https://ill.example.org")"#);
        for text in [
            "",
            "ill.example.org",
            "ftp://ill.example.org/",
            "https://",
            "https://anne@ill.example.org/",
            "https://anne:pw@ill.example.org/",
            "https://ill.example.org/#part",
            "https://ill.example.org:0/",
            "https://ill.example.org:65536/",
            "data:text/plain,x",
            &format!("https://ill.example.org/{}", "x".repeat(MAX_BYTES)),
        ] {
            assert!(WebhookUrl::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_spelling_of_an_address_is_recognized() {
        for (text, address) in [
            ("http://127.0.0.1/", Some("127.0.0.1")),
            ("http://2130706433/", Some("127.0.0.1")),
            ("http://0x7f.1/", Some("127.0.0.1")),
            ("http://0177.0.0.1/", Some("127.0.0.1")),
            ("http://127.1:8080/", Some("127.0.0.1")),
            ("http://１２７.0.0.1/", Some("127.0.0.1")),
            ("http://[::ffff:10.0.0.1]/", Some("::ffff:10.0.0.1")),
            ("http://[fd00:ec2::254]/", Some("fd00:ec2::254")),
            ("http://localhost/", None),
        ] {
            let found = WebhookUrl::new(text).unwrap().literal_address();
            assert_eq!(found, address.map(|address| address.parse().unwrap()), "{text}");
        }
    }
}
