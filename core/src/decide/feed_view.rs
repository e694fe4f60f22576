use super::Side;
use super::event_view::view_from;
use crate::model::delivery::{Delivery, DeliveryRecord};
use crate::model::event::{Actor, EventKind, RecordedEvent};
use crate::model::feed_position::FeedPosition;
use crate::model::ids::{AgencyId, RequestReference};
use crate::model::timestamp::Timestamp;
use crate::ports::feed::FeedRow;

/// An event in the feed of all events, as shown to one actor.
///
/// It contains no token, and neither the name nor the address of a patron, unless a person wrote
/// one in a note.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedEntry {
    /// Its position in the feed, after which the next page begins.
    pub position: FeedPosition,
    /// The host's reference of the request, as it is now.
    pub reference: RequestReference,
    /// The borrowing library, as it is now.
    pub requester: AgencyId,
    /// The lending library, as it is now.
    pub supplier: AgencyId,
    /// The event with its request and its position in the request's history.
    pub recorded: RecordedEvent,
    /// The note that a person wrote with an extension request, a problem or an answer, as long as
    /// the request has it. The history does not keep notes, because they may name a patron.
    pub note: Option<String>,
}

/// Returns whether the delivery must be loaded to show this row to this actor. The host sees every
/// event, so only a note requires it.
#[must_use]
pub const fn feed_needs_delivery(row: &FeedRow, actor: &Actor) -> bool {
    match actor {
        Actor::Host | Actor::System => has_note(&row.recorded.event.kind),
        _ => true,
    }
}

/// Returns a row of the feed as the actor may see it, or `None` if the actor may not see it.
///
/// `delivery` is the request of the row. It may be absent if [`feed_needs_delivery`] is false.
#[must_use]
pub fn feed_view(row: FeedRow, delivery: Option<&Delivery>, actor: &Actor) -> Option<FeedEntry> {
    let FeedRow { position, reference, requester, supplier, recorded } = row;
    let (event, note) = match (delivery, actor) {
        (Some(Delivery { record, .. }), _) => {
            let event = view_from(Side::of(actor, record), record, recorded.event)?;
            let note = note_of(record, &event.kind, event.at);
            (event, note)
        }
        (None, Actor::Host | Actor::System) => (recorded.event, None),
        (None, _) => return None,
    };
    let recorded = RecordedEvent { event, ..recorded };
    Some(FeedEntry { position, reference, requester, supplier, recorded, note })
}

const fn has_note(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::MoreRequested { .. }
            | EventKind::ProblemAnswered { .. }
            | EventKind::ProblemReported { .. }
    )
}

/// Returns the note that belongs to an event, if the request still has it.
pub(crate) fn note_of(record: &DeliveryRecord, kind: &EventKind, at: Timestamp) -> Option<String> {
    let note = match kind {
        EventKind::MoreRequested { attachment, link } => record
            .extension_requests
            .iter()
            .find(|request| {
                (request.attachment, request.link, request.at) == (*attachment, *link, at)
            })
            .map(|request| &request.note),
        EventKind::ProblemReported { attachment, version, kind } => record
            .problems
            .iter()
            .find(|problem| {
                (problem.attachment, problem.version, problem.kind)
                    == (*attachment, *version, *kind)
            })
            .map(|problem| &problem.note),
        EventKind::ProblemAnswered { attachment } => record
            .problems
            .iter()
            .filter(|problem| problem.attachment == *attachment)
            .filter_map(|problem| problem.answer.as_ref())
            .find(|answer| answer.at == at)
            .map(|answer| &answer.note),
        _ => None,
    };
    note.filter(|note| !note.is_empty()).cloned()
}
