use super::draft::Draft;
use crate::attachment::{ReplaceReason, Replaced, Version};
use crate::delivery::Status;
use crate::event::What;
use crate::ids::{AttachmentNo, VersionNo};
use crate::link::Audience;
use crate::notice::{NoticeKind, Recipient};
use crate::refusal::Refusal;

/// Puts a new version in the place of the current one, under the same links and fresh budgets.
///
/// The old bytes go when their last ticket has ended; at once where it is the wrong document.
/// Whoever got a link by mail is told.
pub(super) fn replace(
    draft: &mut Draft<'_>,
    no: AttachmentNo,
    reason: ReplaceReason,
    mut version: Version,
) -> Result<(AttachmentNo, VersionNo), Refusal> {
    let now = draft.now();
    let old = draft.live(no)?.current().no;
    let last_ticket = draft
        .tally()
        .claims
        .iter()
        .filter(|claim| claim.attachment == no && claim.version == old)
        .map(|claim| claim.ends_at)
        .max();
    let go_at = match reason {
        ReplaceReason::WrongDocument => now,
        _ => last_ticket.map_or(now, |end| end.max(now)),
    };
    draft.doom_current(no, go_at);
    let (size, digest) = (version.size, version.digest);
    version.no = VersionNo::new(old.get().saturating_add(1));
    let new = version.no;
    if let Some(attachment) = draft.attachment_mut(no) {
        if let Some(current) = attachment.versions.last_mut() {
            current.replaced = Some(Replaced { at: now, reason });
        }
        attachment.versions.push(version);
    }
    draft.record(What::Replaced { attachment: no, version: new, reason, size, digest });
    tell_holders(draft, no);
    Ok((no, new))
}

/// Tells those who were told of the first version by mail.
fn tell_holders(draft: &mut Draft<'_>, no: AttachmentNo) {
    if !draft.body().status.is_visible() {
        return;
    }
    let now = draft.now();
    let told = |kind| draft.body().notices.iter().any(|notice| notice.kind == kind);
    let (partner, patron) = (told(NoticeKind::Shipped), told(NoticeKind::Received));
    if partner && draft.body().active_link(Audience::Partner, now).is_some() {
        let link = draft.link_for(Audience::Partner);
        draft.notify(NoticeKind::Replaced, Recipient::Partner, Some(link), Some(no));
    }
    if patron
        && draft.body().status == Status::Received
        && draft.body().active_link(Audience::Patron, now).is_some()
    {
        let link = draft.link_for(Audience::Patron);
        draft.notify(NoticeKind::Replaced, Recipient::Patron, Some(link), Some(no));
    }
}
