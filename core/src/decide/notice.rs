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

/// The result of one try to send a notice.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeTry {
    /// The notice.
    pub notice: NoticeNo,
    /// The outcome; `Waiting` if another try may succeed.
    pub outcome: NoticeState,
    /// The address, masked; empty if there was none.
    pub masked_address: String,
    /// The notice's `renewed` counter when the message was composed.
    pub renewed: u32,
    /// The outcome at each address, if there are several.
    pub copies: Vec<NoticeCopy>,
}

impl NoticeTry {
    /// Creates the result of a try that ended without an address.
    #[must_use]
    pub const fn new(notice: NoticeNo, outcome: NoticeState) -> Self {
        Self { notice, outcome, masked_address: String::new(), renewed: 0, copies: Vec::new() }
    }

    /// Sets the address, masked.
    #[must_use]
    pub fn with_masked_address(mut self, address: impl Into<String>) -> Self {
        self.masked_address = address.into();
        self
    }

    /// Sets the notice's `renewed` counter when the message was composed.
    #[must_use]
    pub const fn with_renewed(mut self, renewed: u32) -> Self {
        self.renewed = renewed;
        self
    }

    /// Sets the outcome at each of several addresses.
    #[must_use]
    pub fn with_copies(mut self, copies: Vec<NoticeCopy>) -> Self {
        self.copies = copies;
        self
    }
}

/// The maximum number of tries. With the waits between them, they span about five days, as is usual
/// for mail servers.
const MAX_TRIES: u32 = 14;

/// Returns whether the content of a notice still holds, so that it should be sent.
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
            listed_problems(record, notice).next().is_some()
        }
        NoticeKind::MoreGranted
        | NoticeKind::Received
        | NoticeKind::Replaced
        | NoticeKind::Shipped => record.status.is_visible() && link_opens && something_is_left(),
    }
}

/// Returns the pending extension request that a notice reports to the supplier.
pub(super) fn asked_by<'a>(
    record: &'a DeliveryRecord,
    notice: &Notice,
) -> Option<&'a ExtensionRequest> {
    record
        .extension_requests
        .iter()
        .find(|ask| Some(ask.attachment) == notice.attachment && ask.at == notice.written_at)
}

/// Returns the problems that a notice lists: the open problems of its attachment, or the problems
/// that this notice answers.
pub(super) fn listed_problems<'a>(
    record: &'a DeliveryRecord,
    notice: &'a Notice,
) -> impl Iterator<Item = &'a DocumentProblem> {
    let is_listed = |problem: &DocumentProblem| match (notice.kind, &problem.answer) {
        (NoticeKind::ProblemAnswered, Some(answer)) => answer.at == notice.written_at,
        (NoticeKind::ProblemReported, None) => true,
        _ => false,
    };
    let problems = record.problems.iter();
    problems.filter(move |p| Some(p.attachment) == notice.attachment && is_listed(p))
}

/// The state of a notice after a try.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedTry {
    /// The state that the try led to.
    pub state: NoticeState,
    /// When to try again; `None` if the notice leaves the outbox.
    pub retry_at: Option<Timestamp>,
}

/// Records the outcome of a try; returns the state and, if another try may succeed, when. A notice
/// that had already ended is left unchanged, except that a skipped notice becomes sent if the
/// message went out after all.
///
/// # Errors
/// [`Refusal::Unknown`] if there is no such notice.
pub fn record_notice(
    delivery: &Delivery,
    tried: &NoticeTry,
    context: &Context<'_>,
) -> Result<Decision<RecordedTry>, Refusal> {
    let notice = delivery.record.notice(tried.notice).ok_or(Refusal::Unknown)?;
    let (no, kind, now) = (notice.no, notice.kind, context.now);
    let given_up = NoticeState::Failed { at: now, reason: NoticeFailure::TooManyTries };
    let (state, retry_at) = match (notice.state, tried.outcome) {
        (NoticeState::Waiting { tries }, NoticeState::Waiting { .. }) if tries + 1 >= MAX_TRIES => {
            // A message that reached one address of a library has reached the library.
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
        // The notice was skipped while it was being sent.
        (NoticeState::Skipped { .. }, NoticeState::Sent { at }) => (NoticeState::Sent { at }, None),
        (ended, _) => (ended, None),
    };
    // A notice that was renewed while an earlier message was being sent is sent once more.
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
        notice.in_outbox = false;
        if !matches!(kept, NoticeState::Waiting { .. }) {
            // The recorded events contain the document.
            notice.document = None;
        }
        if !tried.masked_address.is_empty() {
            notice.masked_address.clone_from(&tried.masked_address);
        }
        if notice.renewed != tried.renewed {
            // Every address gets the new content.
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
    Ok(draft.finish(RecordedTry { state, retry_at }))
}
