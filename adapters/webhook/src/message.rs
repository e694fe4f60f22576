use crate::WebhookId;
use crate::stored::encode;
use bytes::Bytes;
use desktop_delivery::Timestamp;
use desktop_delivery::events::{FeedEntry, FeedPosition};
use desktop_delivery::{Entropy, StoreError};
use desktop_delivery_http::FeedEntryJson;
use serde::Serialize;

/// The body of a delivery, as the Standard Webhooks specification recommends.
#[derive(Serialize)]
struct Payload<T> {
    r#type: String,
    /// When the event happened (RFC 3339).
    timestamp: String,
    data: T,
}

#[derive(Serialize)]
struct TestData<'a> {
    webhook: &'a str,
}

/// A message for a receiver, not yet signed.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The `webhook-id`, which is the same for each attempt.
    pub(crate) id: String,
    pub(crate) body: Bytes,
}

impl Message {
    /// Returns the message of an event: its type is `request.` and the kind of the event, its data
    /// is the entry of the feed in the JSON API.
    pub(crate) fn of_event(webhook: &WebhookId, entry: &FeedEntry) -> Result<Self, StoreError> {
        let event = &entry.recorded.event;
        let r#type = format!("request.{}", event.kind.name());
        let (timestamp, data) = (event.at.to_string(), FeedEntryJson::of(entry));
        let id = delivery_id(webhook, entry.position);
        Ok(Self { id, body: encode(&Payload { r#type, timestamp, data })? })
    }

    /// Returns a test message.
    pub(crate) fn of_test(
        webhook: &WebhookId,
        now: Timestamp,
        entropy: &dyn Entropy,
    ) -> Result<Self, StoreError> {
        let mut random = [0; 8];
        entropy.fill(&mut random)?;
        let id = format!("evt_test_{:016x}", u64::from_be_bytes(random));
        let data = TestData { webhook: webhook.as_str() };
        let (r#type, timestamp) = ("webhook.test".to_owned(), now.to_string());
        Ok(Self { id, body: encode(&Payload { r#type, timestamp, data })? })
    }
}

/// Returns the `webhook-id` of an event. It has no period, which separates the signed parts.
pub(crate) fn delivery_id(webhook: &WebhookId, position: FeedPosition) -> String {
    format!("evt_{}_{}", webhook.digits(), position.to_string().replace('.', "_"))
}
