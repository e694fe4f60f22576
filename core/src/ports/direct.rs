use crate::model::input::{InputFault, InputField, InvalidInput};
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

/// Says how a [direct address](DirectAddress) is to serve a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "callers make it")]
pub struct DirectOptions {
    /// The answer's `Content-Disposition` (RFC 6266): the name to save the file under.
    pub content_disposition: String,
    /// The answer's `Content-Type`.
    pub media_type: String,
    /// How long the address lasts, whole seconds, from 1; stores have limits of their own, days at
    /// the most.
    pub valid_for: Duration,
}

/// Carries an address at which a store itself gives a blob to whoever has it; a secret, so it prints
/// as a placeholder and is wiped after use.
#[derive(Clone)]
pub struct DirectAddress {
    url: Zeroizing<String>,
    origin_length: usize,
}

impl DirectAddress {
    /// Takes an absolute `http` or `https` address.
    ///
    /// # Errors
    /// [`InvalidInput`] where it is none, or has a character that no header may carry.
    pub fn new(url: String) -> Result<Self, InvalidInput> {
        let url = Zeroizing::new(url);
        let wrong = |fault| Err(InvalidInput::new(InputField::DIRECT_ADDRESS, fault));
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return wrong(InputFault::NOT_VISIBLE_ASCII);
        }
        let Some((scheme @ ("http" | "https"), rest)) = url.split_once("://") else {
            return wrong(InputFault::NO_SCHEME);
        };
        let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        if host == 0 || rest[..host].contains('@') {
            return wrong(InputFault::NO_HOST_ALONE);
        }
        let origin_length = scheme.len() + "://".len() + host;
        Ok(Self { url, origin_length })
    }

    /// The address, for the one to whom the bytes may go.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.url
    }

    /// Its scheme, host and port, which are no secret: `https://scans.example.org`.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.url[..self.origin_length]
    }
}

impl fmt::Debug for DirectAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectAddress").field("origin", &self.origin()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_its_origin_and_nothing_else() {
        for (url, origin) in [
            ("https://s.example.org/scans/07?X-Sig=c0ffee", "https://s.example.org"),
            ("http://127.0.0.1:8333?sig=c0ffee", "http://127.0.0.1:8333"),
            ("https://s.example.org", "https://s.example.org"),
        ] {
            let address = DirectAddress::new(url.to_owned()).unwrap();
            assert_eq!((address.expose(), address.origin()), (url, origin));
            let shown = format!("{address:?}");
            assert!(shown.contains(origin) && !shown.contains("c0ffee"), "{shown}");
        }
    }

    #[test]
    fn what_is_no_address_of_a_store_is_refused() {
        for url in [
            "",
            "/scans/07",
            "ftp://s.example.org/07",
            "javascript://s.example.org/%0aalert(1)",
            "https:///07",
            "https://name:word@s.example.org/07",
            "https://s.example.org/07\r\nSet-Cookie: x",
            "https://s.example.org/Übersicht",
        ] {
            assert!(DirectAddress::new(url.to_owned()).is_err(), "{url}");
        }
    }
}
