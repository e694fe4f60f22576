use super::Context;
use super::backoff::wait_after;
use super::draft::{Decision, Draft};
use crate::model::delivery::{Delivery, DeliveryRecord, ExtensionRequest};
use crate::model::event::EventKind;
use crate::model::ids::NoticeNo;
use crate::model::notice::{Notice, NoticeCopy, NoticeFailure, NoticeKind, NoticeState};
use crate::model::problem::DocumentProblem;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// Tells how one try to send a notice ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct NoticeTry {
    /// The notice.
    pub notice: NoticeNo,
    /// How it ended; `Waiting` where another try may help.
    pub outcome: NoticeState,
    /// Where it went, masked; empty where there was no address.
    pub masked_address: String,
    /// How often the notice was renewed when the message was composed.
    pub renewed: u32,
    /// How it ended at each address, where there are several.
    pub copies: Vec<NoticeCopy>,
}

/// Tries in all: with the waits between them about five days, as mail servers do.
const MAX_TRIES: u32 = 14;

/// Whether what a notice says still holds, so that it should be sent.
#[must_use]
pub fn notice_still_holds(record: &DeliveryRecord, notice: &Notice, now: Timestamp) -> bool {
    let link_opens =
        notice.link.is_none_or(|no| record.link(no).is_some_and(|link| link.is_active(now)));
    let is_about = |no| notice.attachment.is_none_or(|about| about == no);
    let something_is_left =
        || record.live_attachments().any(|a| is_about(a.no) && !a.is_expired(now));
    match notice.kind {
        NoticeKind::CancelRequested => record.cancel_requested_at.is_some(),
        NoticeKind::MoreRequested => asked_by(record, notice).is_some(),
        NoticeKind::ProblemAnswered | NoticeKind::ProblemReported => {
            problems_told(record, notice).next().is_some()
        }
        NoticeKind::MoreGranted
        | NoticeKind::Received
        | NoticeKind::Replaced
        | NoticeKind::Shipped => record.status.is_visible() && link_opens && something_is_left(),
    }
}

/// The wish of which a notice tells the supplier, if it waits still.
pub(super) fn asked_by<'a>(
    record: &'a DeliveryRecord,
    notice: &Notice,
) -> Option<&'a ExtensionRequest> {
    record
        .extension_requests
        .iter()
        .find(|ask| Some(ask.attachment) == notice.attachment && ask.at == notice.written_at)
}

/// The problems of which a notice tells: those of its attachment that wait, or those that were
/// answered with it.
pub(super) fn problems_told<'a>(
    record: &'a DeliveryRecord,
    notice: &'a Notice,
) -> impl Iterator<Item = &'a DocumentProblem> {
    let is_told = |problem: &DocumentProblem| match (notice.kind, &problem.answer) {
        (NoticeKind::ProblemAnswered, Some(answer)) => answer.at == notice.written_at,
        (NoticeKind::ProblemReported, None) => true,
        _ => false,
    };
    let problems = record.problems.iter();
    problems.filter(move |p| Some(p.attachment) == notice.attachment && is_told(p))
}

/// Records how a try ended; answers when to try again, where another try may help. A notice that
/// had ended before stays as it was, unless it was skipped too late and is sent.
///
/// # Errors
/// [`Refusal::Unknown`] where there is no such notice.
pub fn record_notice(
    delivery: &Delivery,
    tried: &NoticeTry,
    context: &Context<'_>,
) -> Result<Decision<Option<Timestamp>>, Refusal> {
    let notice = delivery.record.notice(tried.notice).ok_or(Refusal::Unknown)?;
    let (no, kind, now) = (notice.no, notice.kind, context.now);
    let given_up = NoticeState::Failed { at: now, reason: NoticeFailure::TooManyTries };
    let (state, retry_at) = match (notice.state, tried.outcome) {
        (NoticeState::Waiting { tries }, NoticeState::Waiting { .. }) if tries + 1 >= MAX_TRIES => {
            // What reached one address of a library has reached the library.
            let arrived = tried.copies.iter().find_map(|copy| match copy.state {
                sent @ NoticeState::Sent { .. } => Some(sent),
                _ => None,
            });
            (arrived.unwrap_or(given_up), None)
        }
        (NoticeState::Waiting { tries }, NoticeState::Waiting { .. }) => {
            let wait = wait_after(tries);
            (NoticeState::Waiting { tries: tries + 1 }, Some(now.plus_seconds(wait)))
        }
        (NoticeState::Waiting { .. }, settled) => (settled, None),
        // Skipped while it was being sent.
        (NoticeState::Skipped { .. }, NoticeState::Sent { at }) => (NoticeState::Sent { at }, None),
        (ended, _) => (ended, None),
    };
    // What was renewed while an earlier message was sent goes out once more.
    let (kept, retry_at) = match (notice.state, state) {
        (NoticeState::Waiting { .. }, NoticeState::Waiting { .. }) => (state, retry_at),
        (NoticeState::Waiting { .. }, _) if notice.renewed != tried.renewed => {
            (NoticeState::Waiting { tries: 0 }, Some(now))
        }
        _ => (state, retry_at),
    };
    let mut draft = Draft::of(delivery, context);
    for notice in draft.record_mut().notices.iter_mut().filter(|notice| notice.no == no) {
        notice.state = kept;
        if !matches!(kept, NoticeState::Waiting { .. }) {
            // The events have it.
            notice.document = None;
        }
        if !tried.masked_address.is_empty() {
            notice.masked_address.clone_from(&tried.masked_address);
        }
        if notice.renewed != tried.renewed {
            // Every address gets what is new.
            notice.copies.clear();
        } else if !tried.copies.is_empty() {
            notice.copies.clone_from(&tried.copies);
        }
        if retry_at.is_none() {
            for copy in &mut notice.copies {
                if matches!(copy.state, NoticeState::Waiting { .. }) {
                    copy.state = given_up;
                }
            }
        }
    }
    let about = notice.document.clone();
    draft.add_notice_event(EventKind::NoticeTried { notice: no, kind, state }, about);
    Ok(draft.finish(retry_at))
}
