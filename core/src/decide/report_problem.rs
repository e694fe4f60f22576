use super::ask::note_of;
use super::draft::{Decision, Draft};
use super::{Context, over};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::AttachmentNo;
use crate::model::notice::{NoticeKind, NoticeState, Recipient};
use crate::model::problem::{DocumentProblem, ProblemKind};
use crate::model::refusal::Refusal;

/// Reports that something is wrong with an attachment (ISO 18626 requestingAgencyMessage, action
/// Notification); the supplier is told by mail.
///
/// A problem of that kind that waits already takes the new note, and the supplier, who has it on
/// the request, is not written to again. One that was answered waits anew.
///
/// # Errors
/// [`Refusal::NotShipped`] before Shipped; [`Refusal::Removed`], [`Refusal::Purged`] and
/// [`Refusal::Unknown`] where there is no such attachment; [`Refusal::OverLimit`] where the note is
/// too long; the refusal of a request that is over; [`Refusal::Forbidden`] to all but the requester.
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
    // A notice that waits still will list this one too.
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
