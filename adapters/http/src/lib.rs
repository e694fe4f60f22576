#![doc = include_str!("../README.md")]

mod accept;
mod activity;
mod allowance;
mod api;
mod api_problems;
mod authorizer;
mod bodies;
mod body_pace;
mod call_limiter;
mod claim_form;
mod connections;
mod content_disposition;
mod corruption;
mod damaged;
mod error_page;
mod field_errors;
mod field_text;
mod hand_over;
mod idempotency;
mod json_time;
mod linger;
mod link_page;
mod link_pages;
mod link_view;
mod log_requests;
mod media_kind;
mod metered;
mod origins;
mod page_policy;
mod page_query;
mod parts;
mod per_client;
mod posted;
mod preconditions;
mod problem;
mod problem_json;
mod proxies;
mod range;
mod rate_limit;
mod read_json;
mod redact;
mod redirects;
mod router;
mod routes;
mod segments;
#[cfg(feature = "server")]
mod server;
mod status;
mod strict_json;
mod ticket;
mod ticket_body;
mod trace_requests;
mod upload_form;

pub use accept::wants_json;
pub use activity::Activity;
pub use api::{
    ErrorResponses, EventJson, FeedEntryJson, ListedJson, Parameters, RequestJson, WarningJson,
    check_parameters, merge_openapi, openapi,
};
pub use api_problems::{api_problems, is_api};
pub use authorizer::Authorizer;
pub use bodies::{Bodies, limit_bodies};
pub use body_pace::{BodyPace, BodyTooSlow, pace_bodies};
pub use call_limiter::{CallLimiter, limit_calls};
pub use connections::{Connections, Place};
pub use field_errors::{quoted, unknown_field};
pub use idempotency::{IdempotencyKeys, Kept, Repeated, honor_idempotency_keys};
pub use linger::linger;
pub use link_pages::LinkPages;
pub use log_requests::log_requests;
pub use origins::{Origins, allow_origins};
pub use parts::HttpParts;
pub use per_client::PerClient;
pub use posted::Posted;
pub use problem::ProblemDetails;
pub use proxies::Proxies;
pub use rate_limit::RateLimit;
pub use read_json::read_json;
pub use redact::redact_path;
pub use redirects::{FrontServer, Redirects};
pub use router::{api_router, guard, link_router, router, routes, ticket_router};
pub use routes::{Route, Routes};
#[cfg(feature = "server")]
pub use server::{ServerLimits, serve};
pub use status::{log_error, status_of};
pub use ticket::serve_file;
pub use trace_requests::trace_requests;
pub use upload_form::{FormFile, FormPart, UploadForm};

/// Pure functions exposed to the fuzz targets. Not part of the public API.
#[doc(hidden)]
pub mod fuzzed {
    pub use crate::content_disposition::content_disposition;
    pub use crate::preconditions::{Preconditions, Validators};
    pub use crate::range::{Served, served};
}
