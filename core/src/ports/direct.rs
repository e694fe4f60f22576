use crate::model::input::{InputFault, InputField, InvalidInput};
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

const NO_ABSOLUTE_PATH: InputFault = InputFault::new(
    "no-absolute-path",
    "is not an absolute path without `..`, `?` and `#`",
    "write it like /internal/files",
);

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
    /// The length in bytes that the blob must have, if known.
    pub size: Option<u64>,
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
            size: None,
        }
    }

    /// Requires the blob to have this length in bytes.
    #[must_use]
    pub fn with_size(mut self, bytes: u64) -> Self {
        self.size = Some(bytes);
        self
    }

    /// Returns whether a blob of `bytes` bytes has the required length.
    #[must_use]
    pub fn allows_size(&self, bytes: u64) -> bool {
        self.size.is_none_or(|size| size == bytes)
    }
}

/// Where a blob can be read without this process. It is a secret: `Debug` prints a placeholder, and
/// the memory is wiped on drop.
///
/// There are two kinds. An *address* ([`new`](Self::new)) is one of the store's own: anyone who has
/// it can read the blob there. A *location* ([`internal`](Self::internal)) is a path that only a
/// front server resolves, such as nginx for `X-Accel-Redirect`: the front server replaces the
/// response that contains it with the bytes, and must not serve the path to clients.
#[derive(Clone)]
pub struct DirectAddress {
    text: Zeroizing<String>,
    /// `None` for an internal location.
    origin_length: Option<usize>,
}

impl DirectAddress {
    /// Wraps an absolute `http` or `https` address.
    ///
    /// # Errors
    /// [`InvalidInput`] if it is not an absolute address, or contains a character not allowed in
    /// headers.
    pub fn new(url: String) -> Result<Self, InvalidInput> {
        let text = Zeroizing::new(url);
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return wrong(InputFault::NOT_VISIBLE_ASCII);
        }
        let Some((scheme @ ("http" | "https"), rest)) = text.split_once("://") else {
            return wrong(InputFault::NO_SCHEME);
        };
        let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        if host == 0 || rest[..host].contains('@') {
            return wrong(InputFault::NO_HOST_ALONE);
        }
        let origin_length = scheme.len() + "://".len() + host;
        Ok(Self { text, origin_length: Some(origin_length) })
    }

    /// Wraps a location that only a front server resolves: an absolute path, percent-encoded where
    /// RFC 3986 requires it.
    ///
    /// # Errors
    /// [`InvalidInput`] if it is not an absolute path, has a segment `..`, a query or a fragment,
    /// or contains a character not allowed in headers.
    pub fn internal(path: String) -> Result<Self, InvalidInput> {
        let text = Zeroizing::new(path);
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return wrong(InputFault::NOT_VISIBLE_ASCII);
        }
        let is_plain = text.starts_with('/')
            && !text.starts_with("//")
            && !text.contains(['?', '#'])
            && text.split('/').all(|segment| segment != "..");
        if !is_plain {
            return wrong(NO_ABSOLUTE_PATH);
        }
        Ok(Self { text, origin_length: None })
    }

    /// Returns the address or the location. An address must only reach readers who are entitled to
    /// the bytes, and a location only the front server.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Returns the scheme, host and port of an address, which are not secret:
    /// `https://scans.example.org`. Returns `None` for an internal location.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.origin_length.map(|length| &self.text[..length])
    }
}

fn wrong(fault: InputFault) -> Result<DirectAddress, InvalidInput> {
    Err(InvalidInput::new(InputField::DIRECT_ADDRESS, fault))
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
            assert_eq!((address.expose(), address.origin()), (url, Some(origin)));
            let shown = format!("{address:?}");
            assert!(shown.contains(origin) && !shown.contains("c0ffee"), "{shown}");
        }
    }

    #[test]
    fn a_location_has_no_origin_and_is_not_printed() {
        let location = DirectAddress::internal("/files/07f/07f3%20a".to_owned()).unwrap();
        assert_eq!((location.expose(), location.origin()), ("/files/07f/07f3%20a", None));
        assert!(!format!("{location:?}").contains("07f"));
        for path in [
            "",
            "files/07f",
            "//other.example.org/07f",
            "https://s.example.org/07f",
            "/files/../keys.json",
            "/files/..",
            "/files?07f",
            "/files#07f",
            "/files/07f\r\nSet-Cookie: x",
            "/files/a b",
        ] {
            assert!(DirectAddress::internal(path.to_owned()).is_err(), "{path}");
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
