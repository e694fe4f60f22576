//! The recipient and content of a notice, from the state at the time when it is sent.

use super::availability::Availability;
use super::notice::{asked_by, listed_problems, notice_still_holds};
use super::view::{view, view_as};
use super::{Context, DeliveryView};
use crate::model::delivery::{Delivery, DeliveryRecord};
use crate::model::email_address::EmailAddress;
use crate::model::ids::NoticeNo;
use crate::model::link::Audience;
use crate::model::link_url::LinkUrl;
use crate::model::notice::{Notice, NoticeCopy, NoticeFailure, NoticeKind, NoticeState, Recipient};
use crate::model::outgoing_notice::{NoticeFile, NoticeProblem, OutgoingNotice};
use crate::model::participant::{Contact, Participant};
use crate::model::problem::DocumentProblem;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;
use crate::ports::NotifyError;

/// The two libraries of a request, as listed in the directory.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Libraries {
    /// The requester.
    pub requester: Participant,
    /// The supplier.
    pub supplier: Participant,
}

impl Libraries {
    /// Creates the pair of libraries.
    #[must_use]
    pub const fn new(requester: Participant, supplier: Participant) -> Self {
        Self { requester, supplier }
    }

    /// Returns the library to which, or to whose patron, a notice is addressed.
    #[must_use]
    pub const fn reader(&self, notice: &Notice) -> &Participant {
        match notice.to {
            Recipient::Partner | Recipient::Patron | Recipient::RequesterStaff => &self.requester,
            Recipient::SupplierStaff => &self.supplier,
        }
    }

    /// Returns whether the recipient's library allows this notice. Notices requested by staff are
    /// always sent.
    #[must_use]
    pub fn should_notify(&self, notice: &Notice) -> bool {
        notice.asked_for || self.reader(notice).is_notified_of(notice.kind)
    }
}

/// Returns a notice if it should be sent: it is pending, and its content still holds.
#[must_use]
pub fn notice_to_send(record: &DeliveryRecord, no: NoticeNo, now: Timestamp) -> Option<&Notice> {
    let waits = |notice: &&Notice| matches!(notice.state, NoticeState::Waiting { .. });
    record.notice(no).filter(waits).filter(|notice| notice_still_holds(record, notice, now))
}

/// Returns the first address of a contact.
///
/// # Errors
/// The reason why the notice fails, if the contact has no usable address.
pub fn first_address(contact: &Contact) -> Result<&EmailAddress, NoticeFailure> {
    contact.emails.first().ok_or(match contact.emails.unusable().is_empty() {
        true => NoticeFailure::NoAddress,
        false => NoticeFailure::InvalidAddress,
    })
}

/// Returns the state of a notice after the notifier accepted or rejected it.
#[must_use]
pub const fn state_after(refused: Option<&NotifyError>, now: Timestamp) -> NoticeState {
    match refused {
        None => NoticeState::Sent { at: now },
        Some(error) if error.is_transient() => NoticeState::Waiting { tries: 0 },
        Some(error) => NoticeState::Failed { at: now, reason: error.reason() },
    }
}

/// Returns the state of a notice that was sent to several addresses. It is pending while any copy
/// is pending; a rejection at one address does not affect the others.
#[must_use]
pub fn state_of_copies(copies: &[NoticeCopy]) -> NoticeState {
    let find = |wanted: fn(&NoticeState) -> bool| copies.iter().map(|c| c.state).find(wanted);
    find(|state| matches!(state, NoticeState::Waiting { .. }))
        .or_else(|| find(|state| matches!(state, NoticeState::Sent { .. })))
        .or_else(|| copies.first().map(|copy| copy.state))
        .unwrap_or(NoticeState::Waiting { tries: 0 })
}

/// Composes a message from the current state.
#[must_use]
pub fn outgoing_notice(
    delivery: &Delivery,
    notice: &Notice,
    libraries: Libraries,
    (contact, address): (Contact, EmailAddress),
    link: Option<LinkUrl>,
    context: &Context<'_>,
) -> OutgoingNotice {
    let facts = &delivery.record.facts;
    let problems: Vec<_> = listed_problems(&delivery.record, notice).collect();
    let to_supplier = notice.to == Recipient::SupplierStaff;
    let request_no = if to_supplier && !facts.supplier_request_id.is_empty() {
        &facts.supplier_request_id
    } else {
        &facts.requester_request_id
    };
    let Libraries { requester, supplier } = libraries;
    // Replies go to the library that answers the recipient's questions.
    let (from, other) = match notice.to.audience().asks_requester() {
        true => (requester, supplier),
        false => (supplier, requester),
    };
    let note = match notice.kind {
        NoticeKind::MoreRequested => {
            asked_by(&delivery.record, notice).map(|request| request.note.clone())
        }
        NoticeKind::ProblemAnswered => {
            problems.iter().find_map(|problem| Some(problem.answer.as_ref()?.note.clone()))
        }
        _ => None,
    };
    let listed_problem = |problem: &&DocumentProblem| NoticeProblem {
        kind: problem.kind,
        note: problem.note.clone(),
    };
    OutgoingNotice {
        id: format!("{}.{}", delivery.handle, notice.no),
        handle: delivery.handle,
        kind: notice.kind,
        to: notice.to,
        address,
        contact,
        from,
        other,
        title: facts.title.clone(),
        request_no: request_no.clone(),
        files: files(delivery, notice, context),
        link,
        problems: problems.iter().map(listed_problem).collect(),
        note: note.unwrap_or_default(),
    }
}

/// Returns the files that a notice lists: the files visible to its recipient or, for an extension
/// request, to the person who made it.
fn files(delivery: &Delivery, notice: &Notice, context: &Context<'_>) -> Vec<NoticeFile> {
    let asked = asked_by(&delivery.record, notice);
    let view = match notice.link.or_else(|| asked.map(|asked| asked.link)) {
        // A link that was closed since the request shows no files. The notice is sent without them,
        // since the supplier can still answer.
        Some(link) => view(delivery, link, context).ok(),
        // Staff sign in: their files are listed without a link.
        None => matches!(
            notice.kind,
            NoticeKind::ProblemAnswered | NoticeKind::ProblemReported | NoticeKind::Replaced
        )
        .then(|| view_as(delivery, Audience::RequesterStaff, context)),
    };
    view.map(|view| listed(view, notice)).unwrap_or_default()
}

fn listed(view: DeliveryView, notice: &Notice) -> Vec<NoticeFile> {
    view.files
        .into_iter()
        .filter(|file| notice.attachment.is_none_or(|no| no == file.no))
        // Holders of links need no files that have ended; the supplier must see which file is
        // concerned.
        .filter(|file| {
            notice.to == Recipient::SupplierStaff
                || !matches!(
                    file.availability,
                    Availability::Refused(Refusal::Expired { .. } | Refusal::Purged { .. })
                )
        })
        .map(|file| NoticeFile {
            available_from: file.available_from(),
            no: file.no,
            file_name: file.file_name,
            description: file.description,
            size: file.size,
            downloads_left: file.left,
            expires_at: file.expires_at,
            last_day: file.last_day,
            // The supplier's staff replaced it themselves.
            recalled_on: file.recalled_on.filter(|_| notice.to != Recipient::SupplierStaff),
        })
        .collect()
}
