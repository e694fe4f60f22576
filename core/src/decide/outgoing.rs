//! What a notice says and to whom, from the state at the time when it is sent.

use super::availability::Availability;
use super::notice::{asked_by, notice_still_holds, problems_told};
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

/// The two libraries of a request, as the directory knows them.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct Libraries {
    /// The requester.
    pub requester: Participant,
    /// The supplier.
    pub supplier: Participant,
}

impl Libraries {
    /// The library that a notice is written to, or whose patron it is written to.
    #[must_use]
    pub const fn reader(&self, notice: &Notice) -> &Participant {
        match notice.to {
            Recipient::Partner | Recipient::Patron | Recipient::RequesterStaff => &self.requester,
            Recipient::SupplierStaff => &self.supplier,
        }
    }

    /// Whether the library of the reader lets this notice go out. What staff asked for always does.
    #[must_use]
    pub fn want(&self, notice: &Notice) -> bool {
        notice.asked_for || self.reader(notice).is_told(notice.kind)
    }
}

/// Looks up a notice that should be sent: it waits, and what it says still holds.
#[must_use]
pub fn notice_to_send(record: &DeliveryRecord, no: NoticeNo, now: Timestamp) -> Option<&Notice> {
    let waits = |notice: &&Notice| matches!(notice.state, NoticeState::Waiting { .. });
    record.notice(no).filter(waits).filter(|notice| notice_still_holds(record, notice, now))
}

/// The first address of a contact.
///
/// # Errors
/// The reason why the notice fails, if there is no address that can be written to.
pub fn first_address(contact: &Contact) -> Result<&EmailAddress, NoticeFailure> {
    contact.emails.first().ok_or(match contact.emails.unusable().is_empty() {
        true => NoticeFailure::NoAddress,
        false => NoticeFailure::InvalidAddress,
    })
}

/// The state of a notice after a notifier took it, or did not.
#[must_use]
pub const fn state_after(refused: Option<&NotifyError>, now: Timestamp) -> NoticeState {
    match refused {
        None => NoticeState::Sent { at: now },
        Some(error) if error.is_transient() => NoticeState::Waiting { tries: 0 },
        Some(error) => NoticeState::Failed { at: now, reason: error.reason() },
    }
}

/// The state of a notice that went to several addresses: it waits while one of them does, and a
/// refusal at one address does not affect the others.
#[must_use]
pub fn state_of_copies(copies: &[NoticeCopy]) -> NoticeState {
    let find = |wanted: fn(&NoticeState) -> bool| copies.iter().map(|c| c.state).find(wanted);
    find(|state| matches!(state, NoticeState::Waiting { .. }))
        .or_else(|| find(|state| matches!(state, NoticeState::Sent { .. })))
        .or_else(|| copies.first().map(|copy| copy.state))
        .unwrap_or(NoticeState::Waiting { tries: 0 })
}

/// Writes down what a message says, from the state as it is now.
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
    let told: Vec<_> = problems_told(&delivery.record, notice).collect();
    let to_supplier = notice.to == Recipient::SupplierStaff;
    let request_no = if to_supplier && !facts.supplier_request_id.is_empty() {
        &facts.supplier_request_id
    } else {
        &facts.requester_request_id
    };
    let Libraries { requester, supplier } = libraries;
    // A patron hears from their own library, a library from the other one.
    let (from, other) = match notice.to {
        Recipient::Patron | Recipient::SupplierStaff => (requester, supplier),
        Recipient::Partner | Recipient::RequesterStaff => (supplier, requester),
    };
    let note = match notice.kind {
        NoticeKind::MoreRequested => {
            asked_by(&delivery.record, notice).map(|request| request.note.clone())
        }
        NoticeKind::ProblemAnswered => {
            told.iter().find_map(|problem| Some(problem.answer.as_ref()?.note.clone()))
        }
        _ => None,
    };
    let problem =
        |told: &&DocumentProblem| NoticeProblem { kind: told.kind, note: told.note.clone() };
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
        problems: told.iter().map(problem).collect(),
        note: note.unwrap_or_default(),
    }
}

/// The files that a notice lists: what its reader sees, or the person whose extension request it
/// reports.
fn files(delivery: &Delivery, notice: &Notice, context: &Context<'_>) -> Vec<NoticeFile> {
    let asked = asked_by(&delivery.record, notice);
    let view = match notice.link.or_else(|| asked.map(|asked| asked.link)) {
        // A link that was closed since it asked shows no files; the notice goes all the same, since
        // the supplier can still answer.
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
        // What is over is no news to those who get a link; the supplier must know what it is about.
        .filter(|file| {
            notice.to == Recipient::SupplierStaff
                || !matches!(
                    file.availability,
                    Availability::Refused(Refusal::Expired { .. } | Refusal::Purged { .. })
                )
        })
        .map(|file| NoticeFile {
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
