use super::draft::Draft;
use super::revoke_link::revoke;
use crate::model::delivery::Status;
use crate::model::event::What;

/// Ends a request for good: what waits for an answer is moot, and its links end with it.
pub(super) fn end(draft: &mut Draft<'_>, status: Status, what: What) {
    let now = draft.now();
    let body = draft.body_mut();
    body.status = status;
    body.status_since = now;
    body.cancel_requested_at = None;
    body.asks.clear();
    body.problems.clear();
    body.untold.clear();
    let active: Vec<_> =
        body.links.iter().filter(|link| link.is_active(now)).map(|link| link.no).collect();
    draft.record(what);
    for no in active {
        revoke(draft, no);
    }
}
