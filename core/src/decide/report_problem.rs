use super::ask::note_of;
use super::draft::{Decision, Draft};
use super::{Context, over};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::AttachmentNo;
use crate::model::notice::{NoticeKind, NoticeState, Recipient};
use crate::model::problem::{DocumentProblem, ProblemKind};
use crate::model::refusal::Refusal;

/// Reports a problem with an attachment (ISO 18626 requestingAgencyMessage, action Notification);
/// the supplier is notified by email.
///
/// If a problem of the same kind is still open, its note is replaced and no second email is sent,
/// since the supplier sees the problem on the request. An answered problem is opened again.
///
/// # Errors
/// [`Refusal::NotShipped`] before Shipped; [`Refusal::Removed`], [`Refusal::Purged`] or
/// [`Refusal::Unknown`] if there is no such attachment; [`Refusal::OverLimit`] if the note is
/// longer than 1,000 bytes; the refusal for a request that is over; [`Refusal::Forbidden`] for the
/// supplier's staff; [`Refusal::Unknown`] for strangers.
pub fn report_problem(
    delivery: &Delivery,
    no: AttachmentNo,
    kind: ProblemKind,
    note: &str,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.requester(&delivery.record)?;
    over(&delivery.record)?;
    if !delivery.record.status.is_visible() {
        return Err(Refusal::NotShipped);
    }
    let mut draft = Draft::of(delivery, context);
    let version = draft.live(no)?.current().no;
    let (note, now, by) = (note_of(note)?, context.now, context.staff().cloned());
    let is_same = |other: &&DocumentProblem| (other.attachment, other.kind) == (no, kind);
    let waits = delivery.record.problems.iter().find(is_same).filter(|other| other.is_open());
    if waits.is_some_and(|waits| waits.note == note) {
        return Ok(draft.finish(()));
    }
    let at = waits.map_or(now, |waits| waits.at);
    let problems = &mut draft.record_mut().problems;
    problems.retain(|other| !is_same(&other));
    problems.push(DocumentProblem { attachment: no, version, kind, at, by, note, answer: None });
    draft.add_event(EventKind::ProblemReported { attachment: no, version, kind });
    // A pending notice will list this problem too.
    let is_written = delivery.record.notices.iter().any(|notice| {
        notice.kind == NoticeKind::ProblemReported
            && notice.attachment == Some(no)
            && matches!(notice.state, NoticeState::Waiting { .. })
    });
    if waits.is_none() && !is_written {
        draft.notify(NoticeKind::ProblemReported, Recipient::SupplierStaff, None, Some(no));
    }
    Ok(draft.finish(()))
}
