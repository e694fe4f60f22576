//! The JSON API for library staff and hosts.
#![expect(unused_qualifications, reason = "the `utoipa::path` macro generates qualified names")]

mod batch;
mod describe;
mod downloads;
mod error_responses;
mod event_schema;
mod events;
mod extract;
mod feed;
mod files;
mod form_upload;
mod links;
mod merge_openapi;
mod models;
mod notices;
mod openapi;
mod operations;
mod outcome;
mod page_size;
mod parameters;
mod precondition;
mod problems;
mod request_update;
mod requests;
mod response_headers;
mod terms_refused;
mod transfer;
mod upload;
pub(crate) mod words;

pub use error_responses::ErrorResponses;
pub(crate) use error_responses::LinkErrors;
pub use events::EventJson;
pub use feed::FeedEntryJson;
pub use merge_openapi::merge_openapi;
pub(crate) use models::{LinkJson, TicketJson};
pub use models::{ListedJson, RequestJson, WarningJson};
pub use openapi::openapi;
pub use parameters::{Parameters, check_parameters};
pub(crate) use precondition::report_changes;

use crate::parts::Shared;
use crate::routes::Routes;

/// Returns the routes of the API.
pub(crate) fn routes() -> Routes<Shared> {
    Routes::new().get("/api/v1/openapi.json", openapi::show).operations(operations::operations())
}
