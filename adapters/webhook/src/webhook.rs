use crate::{SigningSecret, WebhookId, WebhookUrl};
use desktop_delivery::events::{Actor, EventName, FeedQuery, FeedStart};
use desktop_delivery::input::{InputFault, InputField};
use desktop_delivery::{AgencyId, InvalidInput, StaffId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// The maximum length of a description, in bytes.
pub const MAX_DESCRIPTION_BYTES: usize = 200;

const DESCRIPTION: InputField = InputField::new("description", "description");

/// How long a replaced secret continues to sign, in seconds: 24 hours.
pub(crate) const ROTATION_SECONDS: i64 = 86_400;

/// A subscription to the event feed.
///
/// It contains the signing secrets, which `Debug` omits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Webhook {
    /// The id.
    pub id: WebhookId,
    /// Who created it.
    pub owner: Owner,
    /// Where events are delivered.
    pub url: WebhookUrl,
    /// Delivers only these kinds of events; all kinds if empty.
    pub events: BTreeSet<EventName>,
    /// Delivers only events of requests of which this library is the borrowing or the lending
    /// library.
    pub agency: Option<AgencyId>,
    /// Its purpose, as entered by its creator.
    pub description: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// Whether events are delivered.
    pub state: WebhookState,
    pub(crate) secrets: Secrets,
}

/// Who created a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Owner {
    /// The host, which sees all events and may use the networks that the operator allows.
    Host,
    /// A library, which sees the events that its staff sees.
    Library(AgencyId),
}

/// Whether events are delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
#[non_exhaustive]
pub enum WebhookState {
    /// Events are delivered.
    Active,
    /// Nothing is delivered until someone resumes the webhook. Its events are not lost.
    Paused {
        /// Why.
        reason: PauseReason,
        /// Since when.
        since: Timestamp,
    },
}

/// Why a webhook was paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PauseReason {
    /// An event could not be delivered for three days.
    Failing,
    /// The position where it stopped is not in the feed, for example because the database was
    /// restored or moved.
    FeedReset,
    /// The receiver answered 410 Gone.
    Gone,
}

impl PauseReason {
    /// Returns a stable identifier in kebab case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::FeedReset => "feed-reset",
            Self::Gone => "gone",
        }
    }

    /// Returns what happened, as one sentence in English without a period.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Failing => "an event could not be delivered for three days",
            Self::FeedReset => "the database was restored or moved, so the position is unknown",
            Self::Gone => "the receiver answered 410 Gone",
        }
    }
}

impl fmt::Display for PauseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The secret in use, and the one that it replaced.
#[derive(Clone, Debug)]
pub(crate) struct Secrets {
    pub(crate) current: SigningSecret,
    /// The replaced secret, and until when it signs.
    pub(crate) previous: Option<(SigningSecret, Timestamp)>,
}

impl Secrets {
    /// Returns the secrets that sign at `now`, the newest first.
    pub(crate) fn in_use(&self, now: Timestamp) -> impl Iterator<Item = &SigningSecret> {
        let previous = self.previous.iter().filter(move |(_, until)| now < *until);
        std::iter::once(&self.current).chain(previous.map(|(secret, _)| secret))
    }

    /// Makes `secret` the current one. The replaced one signs for 24 more hours.
    pub(crate) fn rotate(&mut self, secret: SigningSecret, now: Timestamp) {
        let replaced = std::mem::replace(&mut self.current, secret);
        self.previous = Some((replaced, now.plus_seconds(ROTATION_SECONDS)));
    }
}

impl Webhook {
    /// Returns whether it belongs to the host.
    #[must_use]
    pub fn is_hosts(&self) -> bool {
        self.owner == Owner::Host
    }

    /// Returns whether events are delivered.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.state == WebhookState::Active
    }

    /// Returns until when the replaced secret signs beside the new one, if it still does at `now`.
    #[must_use]
    pub fn rotating_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.secrets.previous.as_ref().map(|(_, until)| *until).filter(|until| now < *until)
    }

    /// Returns the query for its events.
    pub(crate) fn query(&self, start: FeedStart, limit: usize) -> FeedQuery {
        FeedQuery::of(start, limit)
            .with_agency(self.agency.clone())
            .with_kinds(self.events.iter().copied())
    }

    /// Returns the actor as whom it reads the feed.
    pub(crate) fn reader(&self) -> Result<Actor, InvalidInput> {
        Ok(match &self.owner {
            Owner::Host => Actor::Host,
            Owner::Library(agency) => Actor::staff(agency.clone(), StaffId::new("webhook")?),
        })
    }
}

/// A webhook to create.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewWebhook {
    /// Who creates it.
    pub owner: Owner,
    /// Where events are delivered.
    pub url: WebhookUrl,
    /// Delivers only these kinds of events; all kinds if empty.
    pub events: BTreeSet<EventName>,
    /// Delivers only events of the requests of this library.
    pub agency: Option<AgencyId>,
    /// Its purpose.
    pub description: String,
}

impl NewWebhook {
    /// Returns a webhook of the host for all events.
    #[must_use]
    pub fn of_host(url: WebhookUrl) -> Self {
        let (events, description) = (BTreeSet::new(), String::new());
        Self { owner: Owner::Host, url, events, agency: None, description }
    }

    /// Returns a webhook of a library for all events that its staff sees.
    #[must_use]
    pub fn of_library(agency: AgencyId, url: WebhookUrl) -> Self {
        Self { owner: Owner::Library(agency), ..Self::of_host(url) }
    }

    /// Sets the kinds of events; all kinds if empty.
    #[must_use]
    pub fn with_events(self, events: impl IntoIterator<Item = EventName>) -> Self {
        Self { events: events.into_iter().collect(), ..self }
    }

    /// Restricts the events to the requests of one library.
    #[must_use]
    pub fn with_agency(self, agency: impl Into<Option<AgencyId>>) -> Self {
        Self { agency: agency.into(), ..self }
    }

    /// Sets the purpose, at most 200 bytes.
    #[must_use]
    pub fn with_description(self, description: impl Into<String>) -> Self {
        Self { description: description.into(), ..self }
    }
}

/// Changes of a webhook; what is `None` stays.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct WebhookEdit {
    /// The new URL.
    pub url: Option<WebhookUrl>,
    /// The new kinds of events; all kinds if empty.
    pub events: Option<BTreeSet<EventName>>,
    /// The new library, or `Some(None)` to remove the restriction.
    pub agency: Option<Option<AgencyId>>,
    /// The new purpose.
    pub description: Option<String>,
}

/// Checks a description: at most 200 bytes, without control characters.
pub(crate) fn check_description(text: &str) -> Result<(), InvalidInput> {
    if text.len() > MAX_DESCRIPTION_BYTES {
        let fault = InputFault::TOO_LONG.with_limit(MAX_DESCRIPTION_BYTES);
        return Err(InvalidInput::new(DESCRIPTION, fault));
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidInput::new(DESCRIPTION, InputFault::CONTROL_CHARACTER));
    }
    Ok(())
}
