#![doc = include_str!("../README.md")]

mod allowed_networks;
mod attempt;
mod connector;
mod delivery;
mod delivery_status;
mod failure;
mod held;
mod http;
mod message;
mod progress;
mod resolver;
mod schedule;
mod sender;
mod signed;
mod signing_secret;
mod stored;
mod webhook;
mod webhook_id;
mod webhook_progress;
mod webhook_url;
mod webhooks;
mod window;
mod worker;

pub use crate::http::{WebhookJson, webhook_api, webhook_openapi, webhook_routes};
pub use allowed_networks::AllowedNetworks;
pub use attempt::Attempt;
pub use delivery_status::DeliveryStatus;
pub use failure::{Failure, FailureReason};
pub use resolver::{Resolver, SystemResolver};
pub use sender::Sender;
pub use signing_secret::SigningSecret;
pub use webhook::{
    MAX_DESCRIPTION_BYTES, NewWebhook, Owner, PauseReason, Webhook, WebhookEdit, WebhookState,
};
pub use webhook_id::WebhookId;
pub use webhook_progress::ResumeFrom;
pub use webhook_url::WebhookUrl;
pub use webhooks::Webhooks;
pub use worker::deliver_webhooks;
