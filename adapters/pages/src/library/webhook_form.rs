use crate::web::{Expected, Field, FieldFault, Reader, Sent};
use desktop_delivery::events::EventName;
use desktop_delivery_webhook::{Webhook, WebhookUrl};
use serde::Serialize;
use std::collections::BTreeSet;

pub(super) const URL: Field = Field::new("url", "webhook-url");
const EVENTS: Field = Field::new("events", "webhook-events");
const DESCRIPTION: Field = Field::new("description", "webhook-description");

/// The fields of the forms for a webhook, as entered.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct WebhookForm {
    url: String,
    /// Names of kinds of events, separated by commas; all kinds if empty.
    events: String,
    description: String,
}

/// The values of the fields.
pub(super) struct Entered {
    pub(super) url: WebhookUrl,
    pub(super) events: BTreeSet<EventName>,
    pub(super) description: String,
}

impl WebhookForm {
    /// Returns the stored values.
    pub(super) fn of(webhook: &Webhook) -> Self {
        let events: Vec<_> = webhook.events.iter().map(|name| name.as_str()).collect();
        Self {
            url: webhook.url.to_string(),
            events: events.join(", "),
            description: webhook.description.clone(),
        }
    }

    /// Returns the fields as sent, to show them again.
    pub(super) fn sent(sent: &Sent) -> Self {
        let text = |field: Field| sent.text(field.name()).unwrap_or_default().to_owned();
        Self { url: text(URL), events: text(EVENTS), description: text(DESCRIPTION) }
    }

    pub(super) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self { url: text(), events: text(), description: text() }
    }
}

/// Reads the fields.
pub(super) fn read(form: &mut Reader<'_>) -> Result<Entered, FieldFault> {
    let typed = form.text(URL)?;
    let url = WebhookUrl::new(typed).map_err(|_| wrong_url(typed))?;
    let names = form.text(EVENTS)?;
    let is_separator = |c: char| c == ',' || c.is_whitespace();
    let names = names.split(is_separator).filter(|name| !name.is_empty());
    let event = |name: &str| {
        let expected = Expected::Message("webhook-expected-event");
        name.parse().map_err(|_| FieldFault::Wrong(EVENTS, name.to_owned(), expected))
    };
    let events = names.map(event).collect::<Result<_, _>>()?;
    let description = form.text(DESCRIPTION)?.trim().to_owned();
    Ok(Entered { url, events, description })
}

/// Returns the fault of a URL that webhooks of a library may not have.
pub(super) fn wrong_url(typed: &str) -> FieldFault {
    FieldFault::Wrong(URL, typed.to_owned(), Expected::Message("webhook-expected-url"))
}

/// Returns the fault of a value that was rejected when it was stored.
pub(super) fn rejected(input: desktop_delivery::InvalidInput, sent: &Sent) -> FieldFault {
    let typed = |field: Field| sent.text(field.name()).unwrap_or_default().to_owned();
    if input.field().code() == "url" {
        return wrong_url(&typed(URL));
    }
    FieldFault::of_input(DESCRIPTION, &typed(DESCRIPTION), input)
}
