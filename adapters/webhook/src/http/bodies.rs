//! The bodies of requests and responses.

use super::webhook_json::WebhookJson;
use desktop_delivery::events::EventName;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// A webhook to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewWebhookJson {
    /// Where to deliver events: an address that begins with `https://`.
    #[schema(example = "https://ill.example.org/webhooks/desk")]
    pub(super) url: String,
    /// The kinds of events to deliver. Default: all kinds.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["shipped", "more-requested"]))]
    pub(super) events: BTreeSet<EventName>,
    /// Delivers only events of requests of which this library is the borrowing or the lending
    /// library. Default: all libraries.
    #[serde(default)]
    #[schema(example = "CA-OTU")]
    pub(super) agency: Option<String>,
    /// Its purpose, at most 200 bytes. Default: empty.
    #[serde(default)]
    pub(super) description: String,
}

/// A new webhook with its secret, which is shown once.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeWebhook {
    #[serde(flatten)]
    pub(super) webhook: WebhookJson,
    /// The secret that signs deliveries.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub(super) secret: String,
}

/// Changes of a webhook; fields that are missing stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookEditJson {
    /// The new URL.
    pub(super) url: Option<String>,
    /// The new kinds of events; all kinds if empty.
    #[schema(value_type = Option<Vec<String>>)]
    pub(super) events: Option<BTreeSet<EventName>>,
    /// The new library; `null` removes the restriction.
    #[serde(default, deserialize_with = "stated")]
    #[schema(value_type = Option<String>)]
    pub(super) agency: Option<Option<String>>,
    /// The new purpose.
    pub(super) description: Option<String>,
}

/// Distinguishes `null` from a missing field.
fn stated<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// A new secret, which is shown once.
#[derive(Serialize, ToSchema)]
pub(super) struct SecretJson {
    /// The secret that signs deliveries.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub(super) secret: String,
    /// Until when the replaced secret signs as well (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) previous_until: Option<String>,
}

/// Where to deliver again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayJson {
    /// The position of an event; the events after it are delivered again. `beginning` delivers all
    /// events.
    #[schema(example = "5a1f00c0ffee0417.1042.9c3e11d0")]
    pub(super) after: String,
}

/// Where to continue.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResumeJson {
    /// `stopped` to continue where it stopped, `latest` to skip the events until now. Default:
    /// `stopped`.
    #[serde(default)]
    pub(super) from: From,
}

#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum From {
    Latest,
    #[default]
    Stopped,
}

/// The body of operations without fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}
