use super::draft::Draft;
use crate::model::claim::Claim;
use crate::model::delivery::{Body, Tally};
use crate::model::notice::{Notice, NoticeKind, NoticeState};
use crate::model::timestamp::Timestamp;

/// Revoked links that a body keeps, so that their holders see the day; for earlier ones, only the
/// fact of the revocation is kept.
const MAX_REVOKED_LINKS: usize = 10;
/// Answered problems that a body keeps; the audit keeps all.
const MAX_ANSWERED_PROBLEMS: usize = 10;
/// Notices that a body keeps of those no longer to be sent; the audit keeps all.
const MAX_ENDED_NOTICES: usize = 8;
/// Closed entries of a tally that no commit is made larger for.
const MAX_CLOSED_ENTRIES: usize = 16;

/// Removes closed entries from the delivery in a commit that writes the same part anyway, so that a
/// long history costs nothing. Pending entries stay: bytes to delete, open tickets, notices to be
/// sent, claims that can be repeated.
pub(super) fn tidy(draft: &mut Draft<'_>) {
    let now = draft.now();
    if draft.writes_tally() || closed_entries(draft.body(), draft.tally(), now) > MAX_CLOSED_ENTRIES
    {
        let (body, tally) = draft.body_and_tally_mut();
        tally.claims.retain(|claim| is_kept(claim, body, now));
        tally.budgets.retain(|budget| {
            body.attachment(budget.attachment).is_some_and(|a| a.current().no == budget.version)
        });
        tally.made.retain(|made| {
            opens_something(body, made.link) && body.attachment(made.attachment).is_some()
        });
        tally.given_back.retain(|(no, _)| body.attachment(*no).is_some());
    }
    if draft.writes_body() {
        let open: Vec<_> = draft
            .tally()
            .claims
            .iter()
            .filter(|claim| claim.is_open(now))
            .map(|claim| (claim.attachment, claim.version))
            .collect();
        let body = draft.body_mut();
        for attachment in body.attachments.iter_mut().filter(|a| a.versions.len() > 1) {
            let (no, current) = (attachment.no, attachment.current().no);
            attachment.versions.retain(|v| v.no == current || open.contains(&(no, v.no)));
        }
        tidy_links(body, now);
        tidy_problems(body);
        tidy_notices(body, now);
    }
}

fn closed_entries(body: &Body, tally: &Tally, now: Timestamp) -> usize {
    let is_old = |budget: &&crate::model::budget::Budget| {
        body.attachment(budget.attachment).is_none_or(|a| a.current().no != budget.version)
    };
    tally.budgets.iter().filter(is_old).count()
        + tally.claims.iter().filter(|claim| !is_kept(claim, body, now)).count()
        + tally.made.iter().filter(|made| !opens_something(body, made.link)).count()
}

/// Whether a claim's ticket is open, or a repeat of it could still count as a second download.
fn is_kept(claim: &Claim, body: &Body, now: Timestamp) -> bool {
    let can_be_repeated =
        || opens_something(body, claim.link) && body.attachment(claim.attachment).is_some();
    claim.is_open(now) || (!claim.is_forgettable(now) && can_be_repeated())
}

fn opens_something(body: &Body, no: crate::model::ids::LinkNo) -> bool {
    body.link(no).is_some_and(|link| link.revoked_at.is_none())
}

fn tidy_links(body: &mut Body, now: Timestamp) {
    let ended = |link: &crate::model::link::Link| {
        link.revoked_at.or_else(|| (!link.is_active(now)).then_some(link.hard_expires_at))
    };
    let mut ends: Vec<_> = body.links.iter().filter_map(ended).collect();
    if ends.len() <= MAX_REVOKED_LINKS {
        return;
    }
    ends.sort_unstable();
    let mut surplus = ends.len() - MAX_REVOKED_LINKS;
    let until = ends[surplus - 1];
    // The last one determines the number of the next.
    let last = body.links.last().map(|link| link.no);
    let asks = &body.asks;
    body.links.retain(|link| {
        let goes = surplus > 0
            && ended(link).is_some_and(|end| end <= until)
            && Some(link.no) != last
            && !asks.iter().any(|ask| ask.link == link.no);
        surplus -= usize::from(goes);
        !goes
    });
}

fn tidy_problems(body: &mut Body) {
    let answers = body.problems.iter().filter_map(|problem| problem.answer.as_ref());
    let mut answers: Vec<_> = answers.map(|answer| answer.at).collect();
    if answers.len() <= MAX_ANSWERED_PROBLEMS {
        return;
    }
    answers.sort_unstable();
    let mut surplus = answers.len() - MAX_ANSWERED_PROBLEMS;
    let until = answers[surplus - 1];
    let notices = &body.notices;
    body.problems.retain(|problem| {
        let Some(answer) = &problem.answer else { return true };
        let is_to_be_told = notices.iter().any(|notice| {
            notice.kind == NoticeKind::ProblemAnswered
                && notice.attachment == Some(problem.attachment)
                && notice.written_at == answer.at
                && is_waiting(notice)
        });
        let goes = surplus > 0 && answer.at <= until && !is_to_be_told;
        surplus -= usize::from(goes);
        !goes
    });
}

fn tidy_notices(body: &mut Body, now: Timestamp) {
    let ended = body.notices.iter().filter(|notice| !is_waiting(notice)).count();
    let mut surplus = ended.saturating_sub(MAX_ENDED_NOTICES);
    if surplus == 0 {
        return;
    }
    // Whoever was notified of the request is notified of changes, so the last such notice stays.
    let first_word = |notice: &Notice| {
        super::tell::HOLDERS.iter().any(|(_, to, kind)| (*to, *kind) == (notice.to, notice.kind))
    };
    let mut last: Vec<(NoticeKind, u32)> = Vec::new();
    for notice in body.notices.iter().rev().filter(|notice| first_word(notice)) {
        if last.iter().all(|(kind, _)| *kind != notice.kind) {
            last.push((notice.kind, notice.no));
        }
    }
    body.notices.retain(|notice| {
        let goes = surplus > 0
            && !is_waiting(notice)
            && !super::tell_again::counts_as_resend(notice, now)
            && last.iter().all(|(_, no)| *no != notice.no);
        surplus -= usize::from(goes);
        !goes
    });
}

const fn is_waiting(notice: &Notice) -> bool {
    matches!(notice.state, NoticeState::Waiting { .. })
}
