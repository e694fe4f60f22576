use crate::model::input::{InputFault, InputField, InvalidInput};
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

/// How a [direct address](DirectAddress) serves a blob.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectOptions {
    /// The `Content-Disposition` of the response (RFC 6266), with the file name to save under.
    pub content_disposition: String,
    /// The `Content-Type` of the response.
    pub media_type: String,
    /// The lifetime of the address in whole seconds, at least 1. Stores have upper limits, often of
    /// some days.
    pub valid_for: Duration,
}

impl DirectOptions {
    /// Creates options for an address that is valid for `valid_for`, in whole seconds, at least 1.
    #[must_use]
    pub fn new(
        content_disposition: impl Into<String>,
        media_type: impl Into<String>,
        valid_for: Duration,
    ) -> Self {
        Self {
            content_disposition: content_disposition.into(),
            media_type: media_type.into(),
            valid_for,
        }
    }
}

/// An address at which a store serves a blob to anyone who has it. It is a secret: `Debug` prints a
/// placeholder, and the memory is wiped on drop.
#[derive(Clone)]
pub struct DirectAddress {
    url: Zeroizing<String>,
    origin_length: usize,
}

impl DirectAddress {
    /// Wraps an absolute `http` or `https` address.
    ///
    /// # Errors
    /// [`InvalidInput`] if it is not an absolute address, or contains a character not allowed in
    /// headers.
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

    /// Returns the address. It must only reach readers who are entitled to the bytes.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.url
    }

    /// Returns its scheme, host and port, which are not secret: `https://scans.example.org`.
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
    fn an_address_prints_only_its_origin() {
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
    fn invalid_addresses_are_refused() {
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
