use super::format::{time, variant_name};
use crate::api::words;
use desktop_delivery::delivery::Link;
use serde::Serialize;
use utoipa::ToSchema;

/// A link, without its token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IssuedJson {
    /// The number of the link within the request.
    no: u16,
    /// The audience of the link: `patron`, `partner` or `requester-staff`.
    #[schema(value_type = words::Audience)]
    audience: String,
    /// When the link was issued.
    #[schema(format = DateTime)]
    issued_at: String,
    /// The exclusive end of the link, independent of the terms.
    #[schema(format = DateTime)]
    hard_expires_at: String,
    /// When the link was revoked; null if it was not.
    #[schema(format = DateTime, required)]
    revoked_at: Option<String>,
}

impl IssuedJson {
    pub(super) fn of(link: &Link) -> Self {
        Self {
            no: link.no.get(),
            audience: variant_name(&link.audience),
            issued_at: link.issued_at.to_string(),
            hard_expires_at: link.hard_expires_at.to_string(),
            revoked_at: time(link.revoked_at),
        }
    }
}
