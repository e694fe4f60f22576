use super::draft::Draft;
use super::grant::take_met_asks;
use super::{Context, notify};
use crate::model::attachment::{Recalled, ReplaceReason, Replaced, Version};
use crate::model::claim::Claim;
use crate::model::event::EventKind;
use crate::model::ids::{AttachmentNo, VersionNo};
use crate::model::limit::Limit;
use crate::model::notice::Recipient;
use crate::model::refusal::Refusal;

/// The maximum number of versions of one attachment.
const MAX_VERSIONS: u16 = 1_000;

/// Replaces the current version of an attachment with a new one, under the same links and with
/// fresh budgets.
///
/// The old bytes are deleted when their last ticket has ended. A wrong document is deleted at once,
/// together with earlier versions kept for open tickets, since all of them were scans of the same
/// document. Everyone who got a link by email is notified, and so are the requester's staff if they
/// had reported a problem or requested an extension.
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
        .map(Claim::ends_everywhere_at)
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
    let partner_notified = notify::notify_of_replacement(draft, no);
    let before = draft.record().problems.len();
    draft.record_mut().problems.retain(|problem| problem.attachment != no);
    let had_problem = draft.record().problems.len() < before;
    // The new version starts with all its downloads, so extension requests for the old one are met.
    let met = take_met_asks(draft, no, None, context);
    let staff_asked = met.iter().any(|(_, to)| *to == Recipient::RequesterStaff);
    // Staff who reported a problem learn that it is solved, unless their library is a partner,
    // which has already been notified.
    if staff_asked || (had_problem && !partner_notified) {
        notify::notify_one_of_replacement(draft, Recipient::RequesterStaff, None, no);
    }
    Ok(new)
}
