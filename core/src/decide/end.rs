use super::draft::Draft;
use super::revoke_link::revoke;
use crate::model::delivery::Status;
use crate::model::event::EventKind;

/// Ends a request permanently: discards pending requests and problems, and revokes the active
/// links.
pub(super) fn end(draft: &mut Draft<'_>, status: Status, what: EventKind) {
    let now = draft.now();
    let record = draft.record_mut();
    record.status = status;
    record.status_since = now;
    record.cancel_requested_at = None;
    record.extension_requests.clear();
    record.problems.clear();
    record.pending_recipients.clear();
    let active: Vec<_> =
        record.links.iter().filter(|link| link.is_active(now)).map(|link| link.no).collect();
    draft.add_event(what);
    for no in active {
        revoke(draft, no);
    }
}
