//! Webhooks as plain text.

use super::tables::{fields, table};
use desktop_delivery::Timestamp;
use desktop_delivery_webhook::{DeliveryStatus, Owner, Webhook, WebhookState};

pub(super) fn listed_text(found: &[Webhook]) -> String {
    let rows = found.iter().map(|webhook| {
        [
            webhook.id.to_string(),
            state(webhook),
            webhook.url.to_string(),
            events(webhook),
            library(webhook),
            webhook.description.clone(),
        ]
    });
    table(["ID", "STATE", "URL", "EVENTS", "LIBRARY", "DESCRIPTION"], rows, "No webhooks.")
}

pub(super) fn shown_text(webhook: &Webhook, status: Option<&DeliveryStatus>) -> String {
    let mut shown = vec![
        ("id", webhook.id.to_string()),
        ("url", webhook.url.to_string()),
        ("events", events(webhook)),
        ("library", library(webhook)),
        ("description", webhook.description.clone()),
        ("created", webhook.created_at.to_string()),
        ("state", state(webhook)),
    ];
    if let WebhookState::Paused { reason, since } = webhook.state {
        shown.push(("because", reason.message().to_owned()));
        shown.push(("since", since.to_string()));
    }
    let Some(status) = status else { return fields(shown) };
    shown.push(("position", status.position.to_string()));
    let moment = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
    shown.push(("last success", moment(status.delivered_at)));
    shown.push(("retrying", status.retrying.to_string()));
    shown.push(("next attempt", moment(status.next_attempt_at)));
    let rows = status.failures.iter().map(|failure| {
        let code = failure.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        [failure.at.to_string(), failure.reason.to_string(), code, failure.delivery.clone()]
    });
    let failures = table(["FAILED AT", "REASON", "STATUS", "WEBHOOK-ID"], rows, "No failures.");
    format!("{}\n\n{failures}", fields(shown))
}

fn state(webhook: &Webhook) -> String {
    match webhook.state {
        WebhookState::Paused { reason, .. } => format!("paused: {reason}"),
        _ => "active".to_owned(),
    }
}

fn events(webhook: &Webhook) -> String {
    let names: Vec<_> = webhook.events.iter().map(|name| name.as_str()).collect();
    if names.is_empty() { "all".to_owned() } else { names.join(", ") }
}

/// Returns the library whose events are delivered.
fn library(webhook: &Webhook) -> String {
    match (&webhook.owner, &webhook.agency) {
        (Owner::Library(agency), _) => format!("{agency} (its own)"),
        (_, Some(agency)) => agency.to_string(),
        _ => "all".to_owned(),
    }
}
