use desktop_delivery::InvalidInput;
use desktop_delivery::blob::DirectAddress;
use desktop_delivery::input::{InputFault, InputField};
use std::time::Duration;

const ORIGIN: InputField = InputField::new("redirect-origin", "origin of redirects");
const NOT_AN_ORIGIN: InputFault = InputFault::new(
    "not-an-origin",
    "is not a scheme, a host and a port",
    "write it as https://scans.example.org",
);

/// Chooses that a ticket's GET leads to the object store's own address, where the profile of the
/// request allows it ([`Policy::allow_redirect`](desktop_delivery::Policy)) and the store gives one.
///
/// A part, a HEAD and what is answered without a body are served by us all the same, and so is
/// everything where there is no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirects {
    origin: String,
    valid_for: Duration,
}

impl Redirects {
    /// Leads to addresses of this origin and no other, such as `https://scans.s3.example.org`; the
    /// link page's `form-action` allows it, since browsers follow a form nowhere else. A host's own
    /// pages whose forms lead to tickets must allow it too. Let it be the bucket's own origin, which
    /// nobody else has a part of.
    ///
    /// # Errors
    /// [`InvalidInput`] where it is not a scheme, `http` or `https`, with a host and perhaps a port.
    pub fn to(origin: &str) -> Result<Self, InvalidInput> {
        let wrong = InvalidInput::new(ORIGIN, NOT_AN_ORIGIN);
        let origin = origin.strip_suffix('/').unwrap_or(origin);
        let address = DirectAddress::new(origin.to_owned()).map_err(|_| wrong)?;
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        // Nothing that would end a part of the content security policy, or widen it.
        if address.origin() != origin || !host.bytes().all(is_host) {
            return Err(wrong);
        }
        Ok(Self { origin: origin.to_ascii_lowercase(), valid_for: Duration::from_secs(60) })
    }

    /// Lets an address last this long, seconds, `5..=900`, and never beyond its ticket; 60 by
    /// default. A download that has begun goes on.
    #[must_use]
    pub fn with_valid_seconds(mut self, seconds: u32) -> Self {
        self.valid_for = Duration::from_secs(seconds.clamp(5, 900).into());
        self
    }

    /// The origin that tickets may lead to.
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
    fn an_address_lasts_seconds_to_minutes() {
        let to = || Redirects::to("https://scans.example.org").unwrap();
        assert_eq!(to().valid_for(), Duration::from_secs(60));
        assert_eq!(to().with_valid_seconds(0).valid_for(), Duration::from_secs(5));
        assert_eq!(to().with_valid_seconds(86_400).valid_for(), Duration::from_secs(900));
    }
}
