use super::draft::Draft;
use super::grant::take_met_asks;
use super::{Context, notify};
use crate::model::attachment::{Recalled, ReplaceReason, Replaced, Version};
use crate::model::event::EventKind;
use crate::model::ids::{AttachmentNo, VersionNo};
use crate::model::limit::Limit;
use crate::model::notice::Recipient;
use crate::model::refusal::Refusal;

/// The most versions of one attachment.
const MAX_VERSIONS: u16 = 1_000;

/// Puts a new version in the place of the current one, under the same links and fresh budgets.
///
/// The old bytes go when their last ticket has ended. A wrong document goes at once, and with it the
/// earlier versions that are kept for open tickets: each was a scan of the same document.
/// Everybody who got a link by email is notified, and the requester's staff if they had reported a
/// problem or asked for more downloads.
pub(super) fn replace(
    draft: &mut Draft<'_>,
    no: AttachmentNo,
    reason: ReplaceReason,
    mut version: Version,
    context: &Context<'_>,
) -> Result<VersionNo, Refusal> {
    let now = draft.now();
    let attachment = draft.live(no)?;
    let old = attachment.current().no;
    if old.get() >= MAX_VERSIONS {
        return Err(Refusal::OverLimit { what: Limit::Versions, limit: u64::from(MAX_VERSIONS) });
    }
    let last_ticket = draft
        .usage()
        .claims
        .iter()
        .filter(|claim| claim.attachment == no && claim.version == old)
        .map(|claim| claim.ends_at)
        .max();
    let go_at = match reason {
        ReplaceReason::WrongDocument => now,
        _ => last_ticket.map_or(now, |end| end.max(now)),
    };
    draft.delete_current(no, go_at);
    if reason == ReplaceReason::WrongDocument {
        draft.delete_all_versions(no, now);
    }
    let (size, digest) = (version.size, version.digest);
    version.no = VersionNo::new(old.get().saturating_add(1));
    let new = version.no;
    if let Some(attachment) = draft.attachment_mut(no) {
        if let Some(current) = attachment.versions.last_mut() {
            current.replaced = Some(Replaced { at: now, reason });
        }
        if reason == ReplaceReason::WrongDocument {
            attachment.recalled = Some(Recalled { version: old, at: now });
        }
        attachment.versions.push(version);
    }
    draft.add_event(EventKind::Replaced { attachment: no, version: new, reason, size, digest });
    let told_partner = notify::notify_of_replacement(draft, no);
    let before = draft.record().problems.len();
    draft.record_mut().problems.retain(|problem| problem.attachment != no);
    let had_problem = draft.record().problems.len() < before;
    // The new version starts with all its downloads, so that nobody waits for more of the old one.
    let met = take_met_asks(draft, no, None, context);
    let staff_asked = met.iter().any(|(_, to)| *to == Recipient::RequesterStaff);
    // Staff who reported a problem learn that it is solved; a partner has been notified already.
    if staff_asked || (had_problem && !told_partner) {
        notify::tell_replacement(draft, Recipient::RequesterStaff, None, no);
    }
    Ok(new)
}
