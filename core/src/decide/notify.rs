use super::draft::Draft;
use crate::model::ids::{AttachmentNo, LinkNo};
use crate::model::link::Audience;
use crate::model::notice::{Notice, NoticeKind, NoticeState, Recipient};

/// The recipients who get links by email, and the kind of the first notice that each gets about a
/// request.
pub(super) const HOLDERS: [(Audience, Recipient, NoticeKind); 2] = [
    (Audience::Partner, Recipient::Partner, NoticeKind::Shipped),
    (Audience::Patron, Recipient::Patron, NoticeKind::Received),
];

/// Notifies the partner or the patron, with their link. The notice is postponed until a file is
/// attached and, for the patron, until the request names one.
pub(super) fn notify(draft: &mut Draft<'_>, recipient: Recipient) {
    let Some((audience, to, kind)) = HOLDERS.into_iter().find(|(_, to, _)| *to == recipient) else {
        return;
    };
    let is_known = to != Recipient::Patron || draft.record().facts.patron.is_some();
    if is_known && draft.record().live_attachments().next().is_some() {
        let link = draft.link_for(audience);
        draft.notify(kind, to, Some(link), None);
    } else if !draft.record().pending_recipients.contains(&to) {
        draft.record_mut().pending_recipients.push(to);
    }
}

/// Sends the postponed link to the patron, once the request has a patron and an attachment.
pub(super) fn notify_pending_patron(draft: &mut Draft<'_>) {
    let record = draft.record();
    if record.pending_recipients.contains(&Recipient::Patron)
        && record.facts.patron.is_some()
        && record.live_attachments().next().is_some()
    {
        draft.record_mut().pending_recipients.retain(|other| *other != Recipient::Patron);
        notify(draft, Recipient::Patron);
    }
}

/// Notifies people of an attachment that was added after Shipped or Received: those whose notice
/// was postponed, and those who were notified of the request and still have an active link.
pub(super) fn notify_of_addition(draft: &mut Draft<'_>, no: AttachmentNo) {
    for (audience, to, kind) in HOLDERS {
        let record = draft.record();
        if record.pending_recipients.contains(&to) {
            draft.record_mut().pending_recipients.retain(|other| *other != to);
            notify(draft, to);
            continue;
        }
        let of_kind = || record.notices.iter().filter(|notice| notice.kind == kind);
        // A pending notice of the whole request will list this attachment too.
        let waits = of_kind().any(|notice| {
            notice.attachment.is_none() && matches!(notice.state, NoticeState::Waiting { .. })
        });
        if of_kind().next().is_some()
            && !waits
            && record.active_link(audience, draft.now()).is_some()
        {
            let link = draft.link_for(audience);
            draft.notify(kind, to, Some(link), Some(no));
        }
    }
}

/// Notifies the holders who were emailed about the request that a document was replaced; returns
/// whether the partner is one of them.
pub(super) fn notify_of_replacement(draft: &mut Draft<'_>, no: AttachmentNo) -> bool {
    let mut partner_notified = false;
    for (audience, to, kind) in HOLDERS {
        let record = draft.record();
        if record.status.is_visible()
            && record.notices.iter().any(|notice| notice.kind == kind)
            && record.active_link(audience, draft.now()).is_some()
        {
            let link = draft.link_for(audience);
            notify_one_of_replacement(draft, to, Some(link), no);
            partner_notified |= to == Recipient::Partner;
        }
    }
    partner_notified
}

/// Notifies one recipient that a document was replaced. A pending notice of an earlier replacement
/// becomes one of this replacement.
pub(super) fn notify_one_of_replacement(
    draft: &mut Draft<'_>,
    to: Recipient,
    link: Option<LinkNo>,
    no: AttachmentNo,
) {
    let (kind, now) = (NoticeKind::Replaced, draft.now());
    let waits = |notice: &Notice| {
        (notice.kind, notice.to, notice.link, notice.attachment) == (kind, to, link, Some(no))
            && matches!(notice.state, NoticeState::Waiting { .. })
    };
    if !draft.record().notices.iter().any(waits) {
        draft.notify(kind, to, link, Some(no));
        return;
    }
    let document = draft.current_document(no);
    for notice in draft.record_mut().notices.iter_mut().filter(|notice| waits(notice)) {
        notice.document.clone_from(&document);
        notice.written_at = now;
        notice.renewed += 1;
        // Every address gets the new text.
        notice.copies.clear();
    }
}
