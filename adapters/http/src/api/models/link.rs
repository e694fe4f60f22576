use super::facts::FactsJson;
use super::format::{time, variant_name};
use crate::api::words;
use desktop_delivery::DeliveryView;
use desktop_delivery::views::{Availability, FileView};
use serde::Serialize;
use utoipa::ToSchema;

/// The content of a link.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LinkJson {
    /// The audience of the link: `patron`, `partner` or `requester-staff`.
    #[schema(value_type = words::Audience)]
    audience: String,
    /// The status of the request.
    #[schema(value_type = words::Status)]
    status: String,
    /// The description of the request.
    facts: FactsJson,
    /// The attachments, in order.
    files: Vec<LinkFileJson>,
}

impl LinkJson {
    pub(crate) fn of(view: &DeliveryView) -> Self {
        Self {
            audience: variant_name(&view.audience),
            status: view.status.to_string(),
            facts: FactsJson::of(&view.facts),
            files: view.files.iter().map(LinkFileJson::of).collect(),
        }
    }
}

/// An attachment, as seen by the holder of a link.
#[derive(Debug, Serialize, ToSchema)]
struct LinkFileJson {
    /// The number of the attachment.
    no: u16,
    /// The current version, which a claim returns.
    version: u16,
    /// The file name of the current version.
    file_name: String,
    /// The lending library's description; empty if there is none.
    description: String,
    /// The media type, detected from the content.
    media_type: String,
    /// The size in bytes.
    size: u64,
    /// The downloads allowed, including extensions.
    limit: u32,
    /// The downloads left.
    left: u32,
    /// The first instant at which the attachment can be claimed; null if it has none.
    #[schema(format = DateTime, required)]
    not_before: Option<String>,
    /// The first instant at which the attachment, which is refused now, can be claimed: the start of
    /// its terms, or the reset of the daily quota. Null if it can be claimed now, or if no downloads
    /// are left.
    #[schema(format = DateTime, required)]
    available_from: Option<String>,
    /// The exclusive end of the terms.
    #[schema(format = DateTime, required)]
    expires_at: Option<String>,
    /// The last day of the terms, in the time zone of the borrowing library.
    #[schema(format = Date, required)]
    last_day: Option<String>,
    /// The problem code of the refusal that a claim would get now; null if it can be claimed.
    #[schema(required)]
    refused: Option<String>,
    /// The `ordinal` to send with the next claim.
    next_ordinal: u32,
    /// When the holder of the link requested an extension, if that request is pending; otherwise
    /// null.
    #[schema(format = DateTime, required)]
    asked_at: Option<String>,
    /// When an earlier version that the holder could see was replaced because it was the wrong
    /// document. Copies of it should be deleted.
    #[schema(format = DateTime, required)]
    recalled_at: Option<String>,
}

impl LinkFileJson {
    fn of(file: &FileView) -> Self {
        Self {
            no: file.no.get(),
            version: file.version.get(),
            file_name: file.file_name.clone(),
            description: file.description.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            limit: file.limit,
            left: file.left,
            not_before: time(file.not_before),
            available_from: time(file.available_from()),
            expires_at: time(file.expires_at),
            last_day: file.last_day.map(|day| day.to_string()),
            refused: match &file.availability {
                Availability::Open => None,
                Availability::Refused(refusal) => Some(refusal.code().to_owned()),
            },
            next_ordinal: file.next_ordinal,
            asked_at: time(file.asked_at),
            recalled_at: time(file.recalled_at),
        }
    }
}
