use super::{Context, Side};
use crate::model::delivery::{Delivery, DeliveryRecord};
use crate::model::event::Event;
use crate::model::event_document::EventDocument;

/// Returns an event of a request's history as the actor may see it; `None` if the actor may not see
/// it. Only the host and the staff of the two libraries see events.
///
/// Before Shipped, the requester sees no events about attachments. The names of documents that were
/// never shipped are shown only to the supplier that attached them, and to the host.
#[must_use]
pub fn event_view(delivery: &Delivery, event: Event, context: &Context<'_>) -> Option<Event> {
    view_from(context.side(&delivery.record), &delivery.record, event)
}

/// Returns an event as shown on one side of the request.
pub(super) fn view_from(side: Side, record: &DeliveryRecord, event: Event) -> Option<Event> {
    let is_shown = match side {
        Side::Both | Side::Supplier => true,
        Side::Requester => record.status.is_visible() || !event.kind.is_of_supplier(),
        Side::Stranger => false,
    };
    if !is_shown {
        return None;
    }
    let document = event.document.filter(|document| match side {
        Side::Both => true,
        Side::Supplier => {
            record.attachment(document.attachment).is_some()
                || record.removed.iter().any(|removed| removed.no == document.attachment)
        }
        Side::Requester => was_shipped(record, document),
        Side::Stranger => false,
    });
    Some(Event { document, ..event })
}

fn was_shipped(record: &DeliveryRecord, document: &EventDocument) -> bool {
    let no = document.attachment;
    let first = match record.attachment(no) {
        Some(attachment) => attachment.shipped_version,
        None => {
            record.removed.iter().find(|removed| removed.no == no).and_then(|r| r.shipped_version)
        }
    };
    first.is_some_and(|first| document.version >= first)
}
