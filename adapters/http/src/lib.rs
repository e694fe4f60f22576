//! The HTTP face of desktop delivery: link page, claim, ticket, and a JSON API for staff.
//!
//! A host mounts [`router`], which is a `tower::Service` over plain `http` requests, and says who is
//! staff by its own [`Authorizer`].
//!
//! | path | methods | for |
//! |---|---|---|
//! | `/d/{token}` | GET, HEAD | the link's page, or JSON |
//! | `/d/{token}/{attachment}/claim` | POST | counts one download: 303 to the ticket, or JSON |
//! | `/d/{token}/{attachment}/ask` | POST | extension_requests the library for more |
//! | `/t/{ticket}` | GET, HEAD | the bytes, or 302 to where an object store has them |
//! | `/api/…` | | staff: see `/api/openapi.json` |
//!
//! An address that mail programs or the clipboard damaged at its end, such as `/d/{token}.`, gets a
//! 303 to the right one if the token in it is genuine. A wrong token gets the same 404 whatever
//! follows it.
//!
//! Only the claim counts. Every answer forbids caching and sends no Referer on; pages load nothing and
//! run no script.
//!
//! # Example
//! ```
//! use desktop_delivery::{Actor, Desk, StoreError};
//! use desktop_delivery_http::{Authorizer, HttpParts, router};
//! use std::sync::Arc;
//!
//! #[derive(Debug)]
//! struct YourSignIn;
//!
//! #[async_trait::async_trait]
//! impl Authorizer for YourSignIn {
//!     async fn authorize(&self, request: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
//!         let is_host = request.headers.get("x-your-session").is_some();
//!         Ok(is_host.then_some(Actor::Host))
//!     }
//! }
//!
//! fn mount(desk: Arc<Desk>) -> axum::Router {
//!     router(HttpParts::new(desk, Arc::new(YourSignIn)))
//! }
//! ```

mod accept;
mod activity;
mod allowance;
mod api;
mod api_problems;
mod asked;
mod authorizer;
mod bodies;
mod body_pace;
mod claim_form;
mod connections;
mod content_disposition;
mod damaged;
mod described;
mod field_text;
mod json_time;
mod linger;
mod link_page;
mod link_view;
mod metered;
mod parts;
mod per_client;
mod posted;
mod preconditions;
mod problem;
mod proxies;
mod range;
mod read_json;
mod redact;
mod redirect;
mod redirects;
mod router;
mod segments;
mod strict_json;
mod ticket;
mod ticket_body;
mod trouble;
mod upload_form;
mod words;

pub use accept::{languages as accepted_languages, wants_json};
pub use activity::Activity;
pub use api::{EventJson, ListedJson, RequestJson, WarningJson, openapi};
pub use api_problems::{api_problems, is_api};
pub use authorizer::Authorizer;
pub use bodies::{Bodies, limit_bodies};
pub use body_pace::{BodyPace, BodyTooSlow, pace_bodies};
pub use connections::{Connections, Place};
pub use linger::linger;
pub use parts::HttpParts;
pub use per_client::PerClient;
pub use posted::Posted;
pub use problem::ProblemDetails;
pub use proxies::Proxies;
pub use read_json::read_json;
pub use redact::redact_path;
pub use redirects::Redirects;
pub use router::{guard, router};
pub use ticket::serve_file;
pub use upload_form::{FormFile, FormPart, UploadForm};

/// The pure parts, for the fuzz targets alone.
#[doc(hidden)]
pub mod fuzzed {
    pub use crate::content_disposition::content_disposition;
    pub use crate::preconditions::{Preconditions, Validators};
    pub use crate::range::{Served, served};
}
