use super::draft::Draft;
use crate::model::claim::Claim;
use crate::model::delivery::{DeliveryRecord, DeliveryUsage};
use crate::model::ids::NoticeNo;
use crate::model::notice::{Notice, NoticeKind, NoticeState};
use crate::model::timestamp::Timestamp;

/// The maximum number of revoked or expired links kept in a record, so that their holders see the
/// date. For earlier links, only the fact of the revocation is kept.
const MAX_REVOKED_LINKS: usize = 10;
/// The maximum number of answered problems kept in a record; the audit keeps all.
const MAX_ANSWERED_PROBLEMS: usize = 10;
/// The maximum number of notices kept in a record after they have ended; the audit keeps all.
const MAX_ENDED_NOTICES: usize = 8;
/// The number of closed entries in the usage up to which a commit is not enlarged to remove them.
const MAX_CLOSED_ENTRIES: usize = 16;

/// Removes closed entries from the delivery, in a commit that writes the same part anyway, so that
/// a long history costs nothing. Entries that are still needed stay: blobs to delete, open tickets,
/// pending notices, claims that can be repeated.
pub(super) fn tidy(draft: &mut Draft<'_>) {
    let now = draft.now();
    if draft.writes_usage()
        || closed_entries(draft.record(), draft.usage(), now) > MAX_CLOSED_ENTRIES
    {
        let (record, usage) = draft.record_and_usage_mut();
        usage.claims.retain(|claim| is_kept(claim, record, now));
        usage.budgets.retain(|budget| {
            record.attachment(budget.attachment).is_some_and(|a| a.current().no == budget.version)
        });
        usage.page_claims.retain(|made| {
            opens_something(record, made.link) && record.attachment(made.attachment).is_some()
        });
        usage.refunded.retain(|(no, _)| record.attachment(*no).is_some());
    }
    if draft.writes_body() {
        let open: Vec<_> = draft
            .usage()
            .claims
            .iter()
            .filter(|claim| now < claim.ends_everywhere_at())
            .map(|claim| (claim.attachment, claim.version))
            .collect();
        let record = draft.record_mut();
        for attachment in record.attachments.iter_mut().filter(|a| a.versions.len() > 1) {
            let (no, current) = (attachment.no, attachment.current().no);
            attachment.versions.retain(|v| v.no == current || open.contains(&(no, v.no)));
        }
        tidy_links(record, now);
        tidy_problems(record);
        tidy_notices(record, now);
    }
}

fn closed_entries(record: &DeliveryRecord, usage: &DeliveryUsage, now: Timestamp) -> usize {
    let is_old = |budget: &&crate::model::budget::Budget| {
        record.attachment(budget.attachment).is_none_or(|a| a.current().no != budget.version)
    };
    usage.budgets.iter().filter(is_old).count()
        + usage.claims.iter().filter(|claim| !is_kept(claim, record, now)).count()
        + usage.page_claims.iter().filter(|made| !opens_something(record, made.link)).count()
}

/// Returns whether a claim's ticket may be open in any process, or a repeat of the claim could
/// count as a second download.
fn is_kept(claim: &Claim, record: &DeliveryRecord, now: Timestamp) -> bool {
    let can_be_repeated =
        || opens_something(record, claim.link) && record.attachment(claim.attachment).is_some();
    now < claim.ends_everywhere_at() || (!claim.is_forgettable(now) && can_be_repeated())
}

fn opens_something(record: &DeliveryRecord, no: crate::model::ids::LinkNo) -> bool {
    record.link(no).is_some_and(|link| link.revoked_at.is_none())
}

fn tidy_links(record: &mut DeliveryRecord, now: Timestamp) {
    let ended = |link: &crate::model::link::Link| {
        link.revoked_at.or_else(|| (!link.is_active(now)).then_some(link.hard_expires_at))
    };
    let mut ends: Vec<_> = record.links.iter().filter_map(ended).collect();
    if ends.len() <= MAX_REVOKED_LINKS {
        return;
    }
    ends.sort_unstable();
    let mut surplus = ends.len() - MAX_REVOKED_LINKS;
    let until = ends[surplus - 1];
    // The last link determines the number of the next one.
    let last = record.links.last().map(|link| link.no);
    let extension_requests = &record.extension_requests;
    record.links.retain(|link| {
        let goes = surplus > 0
            && ended(link).is_some_and(|end| end <= until)
            && Some(link.no) != last
            && !extension_requests.iter().any(|ask| ask.link == link.no);
        surplus -= usize::from(goes);
        !goes
    });
}

fn tidy_problems(record: &mut DeliveryRecord) {
    let answers = record.problems.iter().filter_map(|problem| problem.answer.as_ref());
    let mut answers: Vec<_> = answers.map(|answer| answer.at).collect();
    if answers.len() <= MAX_ANSWERED_PROBLEMS {
        return;
    }
    answers.sort_unstable();
    let mut surplus = answers.len() - MAX_ANSWERED_PROBLEMS;
    let until = answers[surplus - 1];
    let notices = &record.notices;
    record.problems.retain(|problem| {
        let Some(answer) = &problem.answer else { return true };
        let is_to_be_sent = notices.iter().any(|notice| {
            notice.kind == NoticeKind::ProblemAnswered
                && notice.attachment == Some(problem.attachment)
                && notice.written_at == answer.at
                && is_waiting(notice)
        });
        let goes = surplus > 0 && answer.at <= until && !is_to_be_sent;
        surplus -= usize::from(goes);
        !goes
    });
}

fn tidy_notices(record: &mut DeliveryRecord, now: Timestamp) {
    let ended = record.notices.iter().filter(|notice| !is_waiting(notice)).count();
    let mut surplus = ended.saturating_sub(MAX_ENDED_NOTICES);
    if surplus == 0 {
        return;
    }
    // Recipients of a first notice are notified of changes, so the last such notice stays.
    let first_word = |notice: &Notice| {
        super::notify::HOLDERS.iter().any(|(_, to, kind)| (*to, *kind) == (notice.to, notice.kind))
    };
    let mut last: Vec<(NoticeKind, NoticeNo)> = Vec::new();
    for notice in record.notices.iter().rev().filter(|notice| first_word(notice)) {
        if last.iter().all(|(kind, _)| *kind != notice.kind) {
            last.push((notice.kind, notice.no));
        }
    }
    record.notices.retain(|notice| {
        let goes = surplus > 0
            && !is_waiting(notice)
            && !notice.in_outbox
            && !super::resend::counts_as_resend(notice, now)
            && last.iter().all(|(_, no)| *no != notice.no);
        surplus -= usize::from(goes);
        !goes
    });
}

const fn is_waiting(notice: &Notice) -> bool {
    matches!(notice.state, NoticeState::Waiting { .. })
}
