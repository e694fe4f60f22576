use crate::webhook::{Owner, Secrets, Webhook, WebhookState};
use crate::{SigningSecret, WebhookId, WebhookUrl};
use bytes::Bytes;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::events::EventName;
use desktop_delivery::{AgencyId, StoreError, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// A webhook as an entry of the registry.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stored {
    owner: Owner,
    url: WebhookUrl,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    events: BTreeSet<EventName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    agency: Option<AgencyId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    description: String,
    created_at: Timestamp,
    state: WebhookState,
    secret: Zeroizing<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous: Option<Previous>,
}

#[derive(Serialize, Deserialize)]
struct Previous {
    secret: Zeroizing<String>,
    until: Timestamp,
}

impl Stored {
    pub(crate) fn of(webhook: &Webhook) -> Self {
        let previous = webhook.secrets.previous.as_ref();
        Self {
            owner: webhook.owner.clone(),
            url: webhook.url.clone(),
            events: webhook.events.clone(),
            agency: webhook.agency.clone(),
            description: webhook.description.clone(),
            created_at: webhook.created_at,
            state: webhook.state,
            secret: webhook.secrets.current.expose(),
            previous: previous
                .map(|(secret, until)| Previous { secret: secret.expose(), until: *until }),
        }
    }

    pub(crate) fn webhook(self, id: WebhookId) -> Result<Webhook, StoreError> {
        let secret = |text: &str| SigningSecret::parse(text).ok_or_else(|| corrupt("a secret"));
        let previous = match self.previous {
            Some(previous) => Some((secret(&previous.secret)?, previous.until)),
            None => None,
        };
        Ok(Webhook {
            id,
            owner: self.owner,
            url: self.url,
            events: self.events,
            agency: self.agency,
            description: self.description,
            created_at: self.created_at,
            state: self.state,
            secrets: Secrets { current: secret(&self.secret)?, previous },
        })
    }
}

/// Encodes a value as JSON.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Bytes, StoreError> {
    serde_json::to_vec(value).map(Bytes::from).map_err(|error| {
        StoreError::new(StoreErrorKind::Unexpected, "webhook", "encode").with_source(error)
    })
}

/// Decodes a value from JSON. An error contains the position but no part of the value.
pub(crate) fn decode<T: DeserializeOwned>(value: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(value).map_err(|error| {
        // The parser's message could quote a secret.
        corrupt(&format!("line {} column {}", error.line(), error.column()))
    })
}

pub(crate) fn corrupt(what: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, "webhook", "decode").with_source(what.to_owned())
}
