use super::availability::BudgetUsage;
use super::change_terms::latest_end;
use super::grant::Grant;
use super::{Context, Side};
use crate::model::attachment::Attachment;
use crate::model::budget::BudgetName;
use crate::model::date::Date;
use crate::model::delivery::{Delivery, DeliveryRecord, ExtensionRequest, Status};
use crate::model::facts::Facts;
use crate::model::file_warning::FileWarning;
use crate::model::link::{Audience, Link};
use crate::model::notice::Notice;
use crate::model::policy::{Policy, Spending};
use crate::model::problem::DocumentProblem;
use crate::model::refusal::Refusal;
use crate::model::terms::Expiry;
use crate::model::timestamp::Timestamp;
use crate::model::zone::Zone;

/// A request as shown to the staff of one of its two libraries.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffView {
    /// The audience of this view; [`Audience::SupplierStaff`] also for the host.
    pub audience: Audience,
    /// The revision of the request, from 1; every change increases it.
    pub revision: u64,
    /// The facts about the request.
    pub facts: Facts,
    /// The status of the request.
    pub status: Status,
    /// When the status last changed.
    pub status_since: Timestamp,
    /// When the requester asked to cancel, if the cancellation request is pending.
    pub cancel_requested_at: Option<Timestamp>,
    /// The attachments that this audience may see, in the supplier's order, without removed ones.
    pub files: Vec<StaffFile>,
    /// The links, including revoked ones.
    pub links: Vec<Link>,
    /// The pending extension requests.
    pub extension_requests: Vec<ExtensionRequest>,
    /// The problems reported by the requester's staff, with the supplier's answers.
    pub problems: Vec<DocumentProblem>,
    /// The notices, oldest first.
    pub notices: Vec<Notice>,
    /// The policy profile of the request.
    pub policy: Policy,
    /// The requester's time zone, in which days end.
    pub zone: Zone,
}

impl StaffView {
    /// Returns the latest end that the profile allows, exclusive: for a shipped file, counted from
    /// its shipping; otherwise, from `now`.
    #[must_use]
    pub fn latest_end(&self, file: Option<&StaffFile>, now: Timestamp) -> Timestamp {
        let shipped_at = file.and_then(|file| file.attachment.shipped_at);
        latest_end(shipped_at.unwrap_or(now), &self.zone, &self.policy)
    }

    /// Returns whether an extension would change anything: it adds downloads, or its days move the
    /// end of the attachment.
    #[must_use]
    pub fn is_extended_by(&self, grant: &Grant, now: Timestamp) -> bool {
        let file = self.files.iter().find(|file| file.attachment.no == grant.attachment);
        let moves_end = |days| {
            let end = file.and_then(|file| file.attachment.expires_at);
            end.is_none_or(|end| self.zone.end_of_day(now, days) > end)
        };
        grant.downloads > 0 || grant.days.is_some_and(moves_end)
    }
}

/// An attachment as shown to staff.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffFile {
    /// The attachment.
    pub attachment: Attachment,
    /// The usage of each budget of its current version.
    pub budgets: Vec<BudgetUsage>,
    /// The last day in the requester's time zone. Before Shipped, only if the terms set a date.
    pub last_day: Option<Date>,
    /// The warnings about its current version for the supplier's staff; empty for the requester's
    /// staff.
    pub warnings: Vec<FileWarning>,
}

/// Returns a delivery as shown to staff. The requester's staff see the attachments from Shipped on.
///
/// # Errors
/// [`Refusal::Unknown`] for strangers.
pub fn staff_view(delivery: &Delivery, context: &Context<'_>) -> Result<StaffView, Refusal> {
    let record = &delivery.record;
    let audience = match context.side(record) {
        Side::Both | Side::Supplier => Audience::SupplierStaff,
        Side::Requester => Audience::RequesterStaff,
        Side::Stranger => return Err(Refusal::Unknown),
    };
    let sees_files = audience == Audience::SupplierStaff || record.status.is_visible();
    let files = record
        .attachments
        .iter()
        .filter(|_| sees_files)
        .map(|attachment| StaffFile {
            attachment: attachment.clone(),
            budgets: spent(delivery, attachment, context.policy),
            last_day: last_day(attachment, &record.zone),
            warnings: match audience {
                Audience::SupplierStaff => warnings(record, attachment),
                _ => Vec::new(),
            },
        })
        .collect();
    Ok(StaffView {
        audience,
        revision: delivery.revision,
        facts: record.facts.clone(),
        status: record.status,
        status_since: record.status_since,
        cancel_requested_at: record.cancel_requested_at,
        files,
        links: record.links.clone(),
        extension_requests: record.extension_requests.clone(),
        problems: record.problems.clone(),
        notices: record.notices.clone(),
        policy: context.policy.clone(),
        zone: record.zone.clone(),
    })
}

fn last_day(attachment: &Attachment, zone: &Zone) -> Option<Date> {
    let end = attachment.expires_at.or(match attachment.terms.expiry {
        Expiry::At(end) => Some(end),
        Expiry::Days(_) => None,
    });
    end.map(|end| zone.last_day(end))
}

/// Returns the warnings that still apply. The warning about a duplicate ends once the other file is
/// gone or has other bytes.
fn warnings(record: &DeliveryRecord, attachment: &Attachment) -> Vec<FileWarning> {
    let version = attachment.current();
    let still_holds = |warning: &&FileWarning| match warning {
        FileWarning::SameBytes { attachment: other, .. } => record
            .attachment(*other)
            .is_some_and(|other| other.is_live() && other.current().digest == version.digest),
        _ => true,
    };
    let warnings = version.warnings.iter().filter(|_| attachment.is_live());
    warnings.filter(still_holds).cloned().collect()
}

fn spent(delivery: &Delivery, attachment: &Attachment, policy: &Policy) -> Vec<BudgetUsage> {
    let names: &[BudgetName] = match policy.spending {
        Spending::Shared => &[BudgetName::Shared],
        Spending::Own { .. } => &[BudgetName::Partner, BudgetName::Patron, BudgetName::Staff],
    };
    names.iter().map(|name| BudgetUsage::of(&delivery.usage, attachment, *name, policy)).collect()
}
