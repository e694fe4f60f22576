use super::Context;
use super::draft::{Decision, Draft};
use crate::delivery::{Body, Delivery};
use crate::event::What;
use crate::notice::{Notice, NoticeFailure, NoticeKind, NoticeNo, NoticeState};
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;

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
}

/// Waits between tries, seconds: 1 minute, 5, 20, then an hour, 4, and 12 at a time.
const WAITS: [i64; 6] = [60, 300, 1_200, 3_600, 14_400, 43_200];
/// Tries in all: with [`WAITS`], about five days, as mail servers do.
const MAX_TRIES: u32 = 14;

/// Whether what a notice says still holds, so that it should be sent.
#[must_use]
pub fn notice_still_holds(body: &Body, notice: &Notice, now: Timestamp) -> bool {
    let link_opens =
        notice.link.is_none_or(|no| body.link(no).is_some_and(|link| link.is_active(now)));
    let something_is_left = || body.live_attachments().any(|a| !a.is_expired(now));
    match notice.kind {
        NoticeKind::CancelRequested => body.cancel_requested_at.is_some(),
        NoticeKind::MoreRequested => {
            body.asks.iter().any(|ask| Some(ask.attachment) == notice.attachment)
        }
        NoticeKind::MoreGranted
        | NoticeKind::Received
        | NoticeKind::Replaced
        | NoticeKind::Shipped => body.status.is_visible() && link_opens && something_is_left(),
    }
}

/// Records how a try ended; answers when to try again, where another try may help. A notice that
/// had ended before stays as it was.
///
/// # Errors
/// [`Refusal::Unknown`] where there is no such notice.
pub fn record_notice(
    delivery: &Delivery,
    tried: &NoticeTry,
    context: &Context<'_>,
) -> Result<Decision<Option<Timestamp>>, Refusal> {
    let notice = delivery.body.notice(tried.notice).ok_or(Refusal::Unknown)?;
    let (no, kind, now) = (notice.no, notice.kind, context.now);
    let (state, retry_at) = match (notice.state, tried.outcome) {
        (NoticeState::Waiting { tries }, NoticeState::Waiting { .. }) if tries + 1 >= MAX_TRIES => {
            (NoticeState::Failed { at: now, reason: NoticeFailure::TooManyTries }, None)
        }
        (NoticeState::Waiting { tries }, NoticeState::Waiting { .. }) => {
            let wait = WAITS[usize::try_from(tries).unwrap_or(usize::MAX).min(WAITS.len() - 1)];
            (NoticeState::Waiting { tries: tries + 1 }, Some(now.plus_seconds(wait)))
        }
        (NoticeState::Waiting { .. }, settled) => (settled, None),
        (ended, _) => (ended, None),
    };
    let mut draft = Draft::of(delivery, context);
    for notice in draft.body_mut().notices.iter_mut().filter(|notice| notice.no == no) {
        notice.state = state;
        if !tried.masked_address.is_empty() {
            notice.masked_address.clone_from(&tried.masked_address);
        }
    }
    draft.record(What::NoticeTried { notice: no, kind, state });
    Ok(draft.finish(retry_at))
}
