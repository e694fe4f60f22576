use crate::model::input::{InputFault, InputField, InvalidInput};
use crate::model::public_address::PublicAddress;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The origin of a website (RFC 6454 section 6.2), such as `https://ill.example.org`: scheme, host
/// and port.
///
/// The text is safe in headers, in a content security policy and in HTML: it consists of lowercase
/// letters, digits and `.-:/[]`.
///
/// # Example
/// ```
/// use desktop_delivery::input::WebOrigin;
///
/// let origin = WebOrigin::new("https://ILL.example.org:443")?;
/// assert_eq!(origin.as_str(), "https://ill.example.org");
/// assert!(WebOrigin::new("https://*.example.org").is_err());
/// # Ok::<(), desktop_delivery::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebOrigin(String);

impl WebOrigin {
    /// Parses an `http` or `https` origin. The host is converted to lowercase, and a default port
    /// is removed, as browsers do.
    ///
    /// # Errors
    /// [`InvalidInput`] if the text has a path, a query, a user name or a wildcard, or if its host
    /// is not ASCII.
    pub fn new(text: &str) -> Result<Self, InvalidInput> {
        let wrong = || InvalidInput::new(InputField::ORIGIN, InputFault::NOT_AN_ORIGIN);
        let address = PublicAddress::new(&text.to_ascii_lowercase()).map_err(|_| wrong())?;
        let origin = address.as_str();
        let (default_port, rest) = match origin.strip_prefix("https://") {
            Some(rest) => (":443", rest),
            None => (":80", origin.strip_prefix("http://").unwrap_or_default()),
        };
        let is_plain =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:[]".contains(c);
        if !rest.chars().all(is_plain) || !address.path().is_empty() {
            return Err(wrong());
        }
        Ok(Self(origin.strip_suffix(default_port).unwrap_or(origin).to_owned()))
    }

    /// Returns the origin as browsers send it in the `Origin` header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for WebOrigin {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        Self::new(text)
    }
}

impl TryFrom<String> for WebOrigin {
    type Error = InvalidInput;

    fn try_from(text: String) -> Result<Self, InvalidInput> {
        Self::new(&text)
    }
}

impl From<WebOrigin> for String {
    fn from(origin: WebOrigin) -> Self {
        origin.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for (text, origin) in [
            ("https://ill.example.org", "https://ill.example.org"),
            ("HTTPS://ILL.Example.org:443/", "https://ill.example.org"),
            ("http://localhost:8081", "http://localhost:8081"),
            ("http://ill.example.org:80", "http://ill.example.org"),
            ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ] {
            assert_eq!(WebOrigin::new(text).unwrap().as_str(), origin, "{text}");
        }
    }

    #[test]
    fn a_text_that_could_widen_a_policy_is_not_an_origin() {
        for text in [
            "",
            "null",
            "*",
            "https://*.example.org",
            "https://example.org/ill",
            "https://example.org?x",
            "https://anne@example.org",
            "https://example.org; script-src *",
            "https://example.org 'self'",
            "https://example.org'",
            "https://exämple.org",
            "ftp://example.org",
            "https://example.org:x",
        ] {
            assert!(WebOrigin::new(text).is_err(), "{text}");
        }
    }
}
