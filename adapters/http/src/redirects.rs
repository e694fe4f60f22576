use desktop_delivery::InvalidInput;
use desktop_delivery::blob::DirectAddress;
use desktop_delivery::input::{InputFault, InputField};
use std::time::Duration;

const ORIGIN: InputField = InputField::new("redirect-origin", "origin of redirects");
const NOT_AN_ORIGIN: InputFault = InputFault::new(
    "not-an-origin",
    "is not a scheme, a host and a port",
    "write it like https://scans.example.org",
);

/// Redirects the GET request of a ticket to an object store.
///
/// A redirect requires that the profile of the request allows it
/// ([`Policy::allow_redirect`](desktop_delivery::Policy)) and that the store has an address for the
/// file. Range requests, HEAD requests and responses without a body are never redirected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirects {
    origin: String,
    valid_for: Duration,
}

impl Redirects {
    /// Allows redirects to one origin, such as `https://scans.s3.example.org`.
    ///
    /// The content security policy of link pages lists the origin in `form-action`, because
    /// browsers block other redirects of a form. A host must do the same on its own pages whose
    /// forms lead to tickets. Use an origin that serves only the bucket, not one shared with other
    /// customers of the store.
    ///
    /// # Errors
    /// [`InvalidInput`] if `origin` is not `http` or `https` with a host and an optional port.
    pub fn to(origin: &str) -> Result<Self, InvalidInput> {
        let wrong = InvalidInput::new(ORIGIN, NOT_AN_ORIGIN);
        let origin = origin.strip_suffix('/').unwrap_or(origin);
        let address = DirectAddress::new(origin.to_owned()).map_err(|_| wrong)?;
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        // Excludes characters that would end or widen a directive of the content security policy.
        if address.origin() != origin || !host.bytes().all(is_host) {
            return Err(wrong);
        }
        Ok(Self { origin: origin.to_ascii_lowercase(), valid_for: Duration::from_secs(60) })
    }

    /// Sets how long an address of the store is valid, in seconds. Default: 60. Values outside
    /// `5..=900` are clamped.
    ///
    /// An address never outlives its ticket. A download that has started may finish later.
    #[must_use]
    pub fn with_valid_seconds(mut self, seconds: u32) -> Self {
        self.valid_for = Duration::from_secs(seconds.clamp(5, 900).into());
        self
    }

    /// Returns the allowed origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub(crate) const fn valid_for(&self) -> Duration {
        self.valid_for
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        for (text, origin) in [
            ("https://scans.s3.example.org", "https://scans.s3.example.org"),
            ("https://Scans.example.org/", "https://scans.example.org"),
            ("http://127.0.0.1:8333", "http://127.0.0.1:8333"),
            ("http://[::1]:8333", "http://[::1]:8333"),
        ] {
            assert_eq!(Redirects::to(text).unwrap().origin(), origin);
        }
        for text in [
            "",
            "scans.example.org",
            "https://",
            "https://scans.example.org/bucket",
            "https://*.example.org",
            "https://scans.example.org;script-src",
            "https://scans.example.org https://other.example.org",
            "data:",
        ] {
            assert!(Redirects::to(text).is_err(), "{text}");
        }
    }

    #[test]
    fn validity_is_clamped_to_5_to_900_seconds() {
        let to = || Redirects::to("https://scans.example.org").unwrap();
        assert_eq!(to().valid_for(), Duration::from_secs(60));
        assert_eq!(to().with_valid_seconds(0).valid_for(), Duration::from_secs(5));
        assert_eq!(to().with_valid_seconds(86_400).valid_for(), Duration::from_secs(900));
    }
}
