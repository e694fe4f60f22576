use crate::proxies::Proxies;
use desktop_delivery::InvalidInput;
use desktop_delivery::input::{InputField, WebOrigin};
use http::HeaderName;
use std::net::IpAddr;
use std::time::Duration;

const ORIGIN: InputField = InputField::new("redirect-origin", "origin of redirects");

/// Lets an object store or a front server send the bytes of tickets.
///
/// This requires that the profile of the request allows it
/// ([`Policy::allow_redirect`](desktop_delivery::Policy)) and that the store has an address or a
/// location for the file. Only GET requests for a whole file without preconditions are handed over.
/// This router answers range requests, HEAD requests and conditional requests itself, and charges
/// each handed-over response with the length of the file.
#[derive(Clone, Debug)]
pub struct Redirects {
    target: Target,
    valid_for: Duration,
}

/// Who sends the bytes.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// A store with this origin, to which clients are redirected.
    Store { origin: WebOrigin },
    /// The front server that the request came through, if it is one of these proxies.
    FrontServer { server: FrontServer, proxies: Proxies },
}

/// A server in front of this router that sends a file itself if a response names it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrontServer {
    /// nginx: `X-Accel-Redirect` names an internal location of its configuration.
    Nginx,
    /// Apache with `mod_xsendfile`: `X-Sendfile` names the path of a file.
    Apache,
}

impl FrontServer {
    /// Returns the response header that names the file.
    pub(crate) const fn header(self) -> HeaderName {
        HeaderName::from_static(match self {
            Self::Nginx => "x-accel-redirect",
            Self::Apache => "x-sendfile",
        })
    }

    /// Returns whether it adds `Accept-Ranges` to a response that already has one.
    pub(crate) const fn adds_accept_ranges(self) -> bool {
        matches!(self, Self::Nginx)
    }
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
        let origin = WebOrigin::new(origin).map_err(|error| error.with_field(ORIGIN))?;
        let target = Target::Store { origin };
        Ok(Self { target, valid_for: Duration::from_secs(60) })
    }

    /// Lets the front server send the files, from the internal locations that the store returns.
    ///
    /// Only requests whose connection comes from one of `proxies` are handed over, all of which must
    /// be such front servers, so that the header never reaches a client. The service must provide
    /// [`ConnectInfo`](axum::extract::ConnectInfo) with the address of the peer; without it, this
    /// router sends all bytes. No request header can change this.
    ///
    /// The front server must remove the header from responses that it does not replace, and must
    /// keep the other headers of the response. The how-to for deployment has a configuration.
    #[must_use]
    pub const fn by(server: FrontServer, proxies: Proxies) -> Self {
        Self { target: Target::FrontServer { server, proxies }, valid_for: Duration::from_secs(60) }
    }

    /// Sets how long an address of the store is valid, in seconds. Default: 60. Values outside
    /// `5..=900` are clamped.
    ///
    /// An address never outlives its ticket. A download that has started may finish later. Does not
    /// apply to a front server.
    #[must_use]
    pub fn with_valid_seconds(mut self, seconds: u32) -> Self {
        self.valid_for = Duration::from_secs(seconds.clamp(5, 900).into());
        self
    }

    /// Returns the allowed origin, or `None` if a front server sends the files.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        match &self.target {
            Target::Store { origin } => Some(origin.as_str()),
            Target::FrontServer { .. } => None,
        }
    }

    /// Returns whether a request from this peer may be handed over.
    pub(crate) fn admits(&self, peer: Option<IpAddr>) -> bool {
        match &self.target {
            Target::Store { .. } => true,
            Target::FrontServer { proxies, .. } => {
                peer.is_some_and(|peer| proxies.connecting(peer).is_none())
            }
        }
    }

    pub(crate) const fn target(&self) -> &Target {
        &self.target
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
            ("https://scans.example.org:443", "https://scans.example.org"),
        ] {
            assert_eq!(Redirects::to(text).unwrap().origin(), Some(origin));
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
