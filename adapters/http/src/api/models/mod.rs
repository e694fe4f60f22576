//! The JSON bodies of responses. Times are in RFC 3339 format and UTC, sizes in bytes, and digests
//! SHA-256 in hexadecimal.

mod citation;
mod facts;
mod file;
mod format;
mod issued;
mod link;
mod list;
mod notice;
mod reported;
mod request;
mod ticket;
mod warning;

pub(crate) use citation::CitationJson;
pub(crate) use link::LinkJson;
pub(crate) use list::ListJson;
pub use list::ListedJson;
pub use request::RequestJson;
pub(crate) use ticket::TicketJson;
pub use warning::WarningJson;
