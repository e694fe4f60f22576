use crate::{Attempt, DeliveryStatus, Failure, Owner, Webhook, WebhookState};
use desktop_delivery::AgencyId;
use desktop_delivery::events::EventName;
use serde::Serialize;
use utoipa::ToSchema;

/// A webhook as JSON of the API, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookJson {
    /// The id.
    #[schema(example = "wh_0a1b2c3d4e5f6071")]
    id: String,
    /// Where events are delivered.
    #[schema(example = "https://ill.example.org/webhooks/desk")]
    url: String,
    /// The kinds of events that are delivered; all kinds if empty.
    #[schema(value_type = Vec<String>, example = json!(["shipped", "more-requested"]))]
    events: Vec<EventName>,
    /// Delivers only events of requests of which this library is the borrowing or the lending
    /// library.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "CA-OTU")]
    agency: Option<AgencyId>,
    /// The library whose administrators created it and whose view of events it has. Absent if it
    /// belongs to the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    library: Option<AgencyId>,
    /// Its purpose, as entered by its creator.
    description: String,
    /// When it was created (RFC 3339).
    created_at: String,
    /// `active` or `paused`.
    state: &'static str,
    /// Why it is paused: `failing`, `feed-reset` or `gone`.
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_reason: Option<&'static str>,
    /// Since when it is paused (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    paused_at: Option<String>,
    /// How far its deliveries have come. Absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<DeliveryJson>,
}

/// How far the deliveries of a webhook have come.
#[derive(Debug, Serialize, ToSchema)]
struct DeliveryJson {
    /// All events up to this position of the feed have been delivered, or were not selected.
    #[schema(example = "5a1f00c0ffee0417.1042.9c3e11d0")]
    position: String,
    /// When a delivery last succeeded (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_at: Option<String>,
    /// The number of events that failed and will be tried again.
    retrying: usize,
    /// When the first of them will be tried again (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<String>,
    /// The last 20 failed attempts, newest first.
    failures: Vec<FailureJson>,
}

/// A failed attempt.
#[derive(Debug, Serialize, ToSchema)]
struct FailureJson {
    /// When it ended (RFC 3339).
    at: String,
    /// The `webhook-id` of the delivery.
    delivery: String,
    /// Why it failed: `address-not-allowed`, `bad-response`, `name-not-resolved`, `status`,
    /// `timed-out`, `tls-failed` or `unreachable`.
    reason: &'static str,
    /// The status that the receiver answered with, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
}

/// The outcome of a test delivery.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TestJson {
    /// Whether the receiver answered with a status of 2xx.
    delivered: bool,
    /// The status that the receiver answered with, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Why it failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// How long the receiver took to answer, or until the attempt failed, in milliseconds.
    milliseconds: u64,
}

impl WebhookJson {
    /// Returns a webhook without its progress.
    #[must_use]
    pub fn of(webhook: &Webhook) -> Self {
        let (state, paused_reason, paused_at) = match webhook.state {
            WebhookState::Active => ("active", None, None),
            WebhookState::Paused { reason, since } => {
                ("paused", Some(reason.as_str()), Some(since.to_string()))
            }
        };
        let library = match &webhook.owner {
            Owner::Host => None,
            Owner::Library(agency) => Some(agency.clone()),
        };
        Self {
            id: webhook.id.to_string(),
            url: webhook.url.to_string(),
            events: webhook.events.iter().copied().collect(),
            agency: webhook.agency.clone(),
            library,
            description: webhook.description.clone(),
            created_at: webhook.created_at.to_string(),
            state,
            paused_reason,
            paused_at,
            delivery: None,
        }
    }

    /// Adds how far its deliveries have come.
    #[must_use]
    pub fn with_status(self, status: Option<&DeliveryStatus>) -> Self {
        Self { delivery: status.map(DeliveryJson::of), ..self }
    }
}

impl DeliveryJson {
    fn of(status: &DeliveryStatus) -> Self {
        Self {
            position: status.position.to_string(),
            delivered_at: status.delivered_at.map(|at| at.to_string()),
            retrying: status.retrying,
            next_attempt_at: status.next_attempt_at.map(|at| at.to_string()),
            failures: status.failures.iter().map(FailureJson::of).collect(),
        }
    }
}

impl FailureJson {
    fn of(failure: &Failure) -> Self {
        Self {
            at: failure.at.to_string(),
            delivery: failure.delivery.clone(),
            reason: failure.reason.as_str(),
            status: failure.status,
        }
    }
}

impl TestJson {
    pub(super) fn of(attempt: &Attempt) -> Self {
        Self {
            delivered: attempt.is_success(),
            status: attempt.status,
            reason: attempt.failure.map(|reason| reason.as_str()),
            milliseconds: u64::try_from(attempt.duration.as_millis()).unwrap_or(u64::MAX),
        }
    }
}
