//! The JSON API of webhooks.

mod api;
mod bodies;
mod document;
mod webhook_json;

pub use api::{webhook_api, webhook_openapi, webhook_routes};
pub use webhook_json::WebhookJson;
