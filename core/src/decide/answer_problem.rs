use super::ask::note_of;
use super::draft::{Decision, Draft};
use super::{Context, over};
use crate::model::delivery::Delivery;
use crate::model::event::EventKind;
use crate::model::ids::AttachmentNo;
use crate::model::notice::{NoticeKind, Recipient};
use crate::model::problem::ProblemAnswer;
use crate::model::refusal::Refusal;

/// Answers all open problems of an attachment with a note; the requester's staff are notified by
/// email.
///
/// Replacing or removing the attachment closes its problems too.
///
/// # Errors
/// [`Refusal::Stale`] if no problem of the attachment is open; [`Refusal::OverLimit`] if the note
/// is longer than 1,000 bytes; the refusal for a request that is over; [`Refusal::Forbidden`] for
/// the requester's staff; [`Refusal::Unknown`] for strangers.
pub fn answer_problem(
    delivery: &Delivery,
    no: AttachmentNo,
    note: &str,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    context.supplier(&delivery.record)?;
    over(&delivery.record)?;
    if !delivery.record.open_problems(no).any(|_| true) {
        return Err(Refusal::Stale);
    }
    let by = context.staff().cloned();
    let answer = ProblemAnswer { at: context.now, by, note: note_of(note)? };
    let mut draft = Draft::of(delivery, context);
    let problems = &mut draft.record_mut().problems;
    for problem in problems.iter_mut().filter(|problem| problem.attachment == no) {
        problem.answer.get_or_insert_with(|| answer.clone());
    }
    draft.add_event(EventKind::ProblemAnswered { attachment: no });
    draft.notify(NoticeKind::ProblemAnswered, Recipient::RequesterStaff, None, Some(no));
    Ok(draft.finish(()))
}
