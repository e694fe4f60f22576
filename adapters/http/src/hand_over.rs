use crate::content_disposition::content_disposition;
use crate::parts::Shared;
use crate::redirects::{FrontServer, Target};
use crate::status::log_error;
use desktop_delivery::Download;
use desktop_delivery::input::WebOrigin;
use http::{HeaderName, HeaderValue, header};
use std::net::IpAddr;

/// How a response lets an object store or a front server send a whole file.
#[derive(Debug)]
pub(crate) enum Handover {
    /// Redirects the client to the store.
    Location(HeaderValue),
    /// Makes the front server replace the body.
    Internal(FrontServer, HeaderValue),
}

/// Returns how an object store or a front server sends the whole file to `peer`, or `None` if this
/// router must send the bytes.
pub(crate) async fn hand_over(
    shared: &Shared,
    opened: &Download,
    peer: Option<IpAddr>,
) -> Option<Handover> {
    let redirects = shared.redirects.as_ref().filter(|redirects| redirects.admits(peer))?;
    let disposition = content_disposition(&opened.file_name);
    let name = disposition.to_str().ok()?;
    let address = match shared.desk.direct(opened, name, redirects.valid_for()).await {
        Ok(address) => address?,
        Err(error) => {
            // Not fatal: the store may still return the bytes.
            log_error(&error);
            return None;
        }
    };
    let mut value = HeaderValue::from_str(address.expose()).ok()?;
    value.set_sensitive(true);
    match (redirects.target(), address.origin()) {
        (Target::Store { origin }, Some(found))
            if WebOrigin::new(found).is_ok_and(|found| found == *origin) =>
        {
            Some(Handover::Location(value))
        }
        (Target::FrontServer { server, .. }, None) => Some(Handover::Internal(*server, value)),
        (_, origin) => {
            tracing::warn!(
                origin = origin.unwrap_or("front server"),
                "the store returned an address that redirects do not allow; check the origin of \
                 redirects"
            );
            None
        }
    }
}

impl Handover {
    /// Returns the status and the header of the response.
    pub(crate) fn into_header(self) -> (HeaderName, HeaderValue) {
        match self {
            Self::Location(value) => (header::LOCATION, value),
            Self::Internal(server, value) => (server.header(), value),
        }
    }
}
