use crate::model::attachment::{Attachment, RemovedAttachment};
use crate::model::budget::{Budget, BudgetName};
use crate::model::claim::{Claim, ClaimIdentity};
use crate::model::facts::Facts;
use crate::model::ids::{
    AgencyId, AttachmentNo, BlobKey, ClaimNo, LinkNo, NoticeNo, PolicyName, RequestHandle,
    VersionNo,
};
use crate::model::link::{Audience, HARD_EXPIRY_DAYS, Link};
use crate::model::named::named_enum;
use crate::model::notice::{Notice, Recipient};
use crate::model::problem::DocumentProblem;
use crate::model::timestamp::Timestamp;
use crate::model::upload::Upload;
use crate::model::zone::Zone;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The delivery of one request: the aggregate on which all rules operate.
///
/// It consists of a small part that changes with every claim and a larger part that rarely changes.
/// One revision guards both.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its identifier in tokens and addresses.
    pub handle: RequestHandle,
    /// The number of commits so far, at least 1.
    pub revision: u64,
    /// The part that rarely changes.
    pub record: DeliveryRecord,
    /// The part that changes with every claim.
    pub usage: DeliveryUsage,
}

impl Delivery {
    /// Assembles a delivery from the parts stored by a ledger.
    #[must_use]
    pub const fn from_parts(
        handle: RequestHandle,
        revision: u64,
        record: DeliveryRecord,
        usage: DeliveryUsage,
    ) -> Self {
        Self { handle, revision, record, usage }
    }
}

named_enum! {
    /// The status of a request.
    #[non_exhaustive]
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Status {
        /// The supplier has not shipped yet (ISO 18626 RequestReceived to WillSupply).
        Pending = "pending",
        /// Shipped: the requester can see the attachments (ISO 18626 CopyCompleted).
        Shipped = "shipped",
        /// Received by the requester (ISO 18626 action Received).
        Received = "received",
        /// Cancelled before it was shipped (ISO 18626 Cancelled).
        Cancelled = "cancelled",
        /// The supplier cannot supply (ISO 18626 Unfilled).
        Unfilled = "unfilled",
        /// Withdrawn by the supplier after it was shipped.
        Withdrawn = "withdrawn",
    }
}

impl Status {
    /// Returns whether the requester, its patron and partners can see the attachments.
    #[must_use]
    pub const fn is_visible(self) -> bool {
        matches!(self, Self::Shipped | Self::Received)
    }

    /// Returns whether delivery has ended permanently.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Cancelled | Self::Unfilled | Self::Withdrawn)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The part of a [`Delivery`] that rarely changes.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRecord {
    /// When it was created in this ledger.
    pub created_at: Timestamp,
    /// The facts from the host.
    pub facts: Facts,
    /// The date of the host's latest update.
    pub as_of: Timestamp,
    /// The status in the host's latest update.
    pub host_status: Status,
    /// The policy profile that applies.
    pub policy: PolicyName,
    /// The time zone of the requester, in which days end.
    pub zone: Zone,
    /// The current status.
    pub status: Status,
    /// The time of the last status change.
    pub status_since: Timestamp,
    /// When the requester asked to cancel, if that is waiting for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_requested_at: Option<Timestamp>,
    /// The attachments, in the supplier's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The last removed attachments, oldest first; at most 32.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<RemovedAttachment>,
    /// The number of the latest attachment.
    #[serde(default)]
    pub last_attachment: u16,
    /// Unfinished uploads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uploads: Vec<Upload>,
    /// The number of the latest upload.
    #[serde(default)]
    pub last_upload: u32,
    /// The links, ordered by number; only the last 10 of the revoked ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// The extension requests waiting for an answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extension_requests: Vec<ExtensionRequest>,
    /// The problems reported by the requester's staff: those waiting for the supplier, and the last
    /// 10 answered ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<DocumentProblem>,
    /// The notices, oldest first: those still to be sent, the last 8 of the others, and for each
    /// holder of a link the last one that contained the link.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// The number of the latest notice.
    #[serde(default)]
    pub last_notice: u32,
    /// The recipients to notify as soon as something is attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending_recipients: Vec<Recipient>,
    /// Blobs to delete when no ticket needs them any longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending_deletions: Vec<PendingDeletion>,
    /// The backoff of due work that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backoff: Option<Backoff>,
    /// When the patron was forgotten because nothing is kept for them any longer. Updates from the
    /// host do not restore the patron until something is attached again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten_at: Option<Timestamp>,
    /// When the next work is due; `None` if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
}

/// A request of a link's holder for more downloads or time.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionRequest {
    /// The attachment.
    pub attachment: AttachmentNo,
    /// The link they used.
    pub link: LinkNo,
    /// The time of the request.
    pub at: Timestamp,
    /// Their note; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A blob to delete.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingDeletion {
    /// The key of the blob.
    pub blob: BlobKey,
    /// The bytes it counts against the supplier's quota until it is deleted.
    pub size: u64,
    /// The time from which it may be deleted.
    pub from: Timestamp,
    /// The agency whose quota it counts against, if that is no longer the supplier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<AgencyId>,
}

/// The backoff after due work failed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backoff {
    /// When to retry.
    pub until: Timestamp,
    /// The number of consecutive failures.
    pub times: u8,
}

impl DeliveryRecord {
    /// Creates the record of a pending request without attachments.
    #[must_use]
    pub const fn new(
        now: Timestamp,
        facts: Facts,
        as_of: Timestamp,
        policy: PolicyName,
        zone: Zone,
    ) -> Self {
        Self {
            created_at: now,
            facts,
            as_of,
            host_status: Status::Pending,
            policy,
            zone,
            status: Status::Pending,
            status_since: now,
            cancel_requested_at: None,
            attachments: Vec::new(),
            removed: Vec::new(),
            last_attachment: 0,
            uploads: Vec::new(),
            last_upload: 0,
            links: Vec::new(),
            extension_requests: Vec::new(),
            problems: Vec::new(),
            notices: Vec::new(),
            last_notice: 0,
            pending_recipients: Vec::new(),
            pending_deletions: Vec::new(),
            backoff: None,
            forgotten_at: None,
            due_at: None,
        }
    }

    /// Returns an attachment that is not removed.
    #[must_use]
    pub fn attachment(&self, no: AttachmentNo) -> Option<&Attachment> {
        self.attachments.iter().find(|attachment| attachment.no == no)
    }

    /// Returns the attachments whose bytes are kept, in the supplier's order.
    pub fn live_attachments(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().filter(|attachment| attachment.is_live())
    }

    /// Returns whether the request waits for the supplier's answer to an extension request, a
    /// cancellation request, or a problem with a document.
    #[must_use]
    pub fn waits_for_supplier(&self) -> bool {
        !self.extension_requests.is_empty()
            || self.cancel_requested_at.is_some()
            || self.problems.iter().any(DocumentProblem::is_open)
    }

    /// Returns a link. Of the revoked links, only the last 10 are kept.
    #[must_use]
    pub fn link(&self, no: LinkNo) -> Option<&Link> {
        self.links.iter().find(|link| link.no == no)
    }

    /// Returns the revocation of a link whose record has been reduced to its number. The exact time
    /// is no longer known; it is not later than the earliest known revocation and this request's
    /// last change.
    pub(crate) fn forgotten_link(&self, no: LinkNo) -> Option<Link> {
        let last = self.links.last().map_or(0, |link| link.no.get());
        if !(1..=last).contains(&no.get()) || self.link(no).is_some() {
            return None;
        }
        let ends = self.links.iter().filter_map(|link| link.revoked_at);
        let mut link = Link::issued(no, Audience::Patron, self.created_at);
        link.revoked_at = Some(ends.min().unwrap_or(self.status_since));
        Some(link)
    }

    /// Returns the newest link of this audience that is valid at `now`.
    #[must_use]
    pub fn active_link(&self, audience: Audience, now: Timestamp) -> Option<&Link> {
        self.links.iter().rev().find(|link| link.audience == audience && link.is_active(now))
    }

    /// Returns the newest link of this audience if it lasts long enough to be handed out now. A
    /// link that is about to expire would give its holder too little time.
    #[must_use]
    pub fn lasting_link(&self, audience: Audience, now: Timestamp) -> Option<&Link> {
        let lasts = now.plus_days(HARD_EXPIRY_DAYS / 2);
        self.active_link(audience, now).filter(|link| link.hard_expires_at >= lasts)
    }

    /// Returns the open problems with an attachment.
    pub fn open_problems(&self, no: AttachmentNo) -> impl Iterator<Item = &DocumentProblem> {
        self.problems.iter().filter(move |problem| problem.attachment == no && problem.is_open())
    }

    /// Returns a notice.
    #[must_use]
    pub fn notice(&self, no: NoticeNo) -> Option<&Notice> {
        self.notices.iter().find(|notice| notice.no == no)
    }
}

/// The part of a [`Delivery`] that changes with every claim. It is small, regardless of the
/// attachments.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryUsage {
    /// The usage of each budget. A missing budget is unused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub budgets: Vec<Budget>,
    /// The claims that can still be repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// The number of claims made from pages, for each link and attachment.
    #[serde(default, alias = "made", skip_serializing_if = "Vec::is_empty")]
    pub page_claims: Vec<PageClaims>,
    /// The number of the latest claim.
    #[serde(default)]
    pub last_claim: u32,
    /// The number of refunded claims for each attachment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunded: Vec<(AttachmentNo, u8)>,
}

/// The number of claims made from one link's page for one attachment.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageClaims {
    /// The link.
    #[serde(rename = "l")]
    pub link: LinkNo,
    /// The attachment.
    #[serde(rename = "a")]
    pub attachment: AttachmentNo,
    /// The number of claims.
    #[serde(rename = "c")]
    pub count: u32,
    /// The end of the latest claim's ticket.
    #[serde(rename = "e")]
    pub last_end: Timestamp,
}

impl DeliveryUsage {
    /// Returns the usage of a budget.
    #[must_use]
    pub fn budget(&self, attachment: AttachmentNo, version: VersionNo, name: BudgetName) -> Budget {
        self.budgets
            .iter()
            .find(|b| b.attachment == attachment && b.version == version && b.name == name)
            .copied()
            .unwrap_or_else(|| Budget::unspent(attachment, version, name))
    }

    /// Returns the stored budget, adding an unused one if there is none.
    pub(crate) fn budget_mut(
        &mut self,
        attachment: AttachmentNo,
        version: VersionNo,
        name: BudgetName,
    ) -> &mut Budget {
        let is_it = |b: &Budget| (b.attachment, b.version, b.name) == (attachment, version, name);
        let place = self.budgets.iter().position(is_it).unwrap_or_else(|| {
            self.budgets.push(Budget::unspent(attachment, version, name));
            self.budgets.len() - 1
        });
        &mut self.budgets[place]
    }

    /// Returns the claims made from this link's page for this attachment.
    #[must_use]
    pub fn page_claims_of(&self, link: LinkNo, attachment: AttachmentNo) -> Option<&PageClaims> {
        self.page_claims.iter().find(|of| of.link == link && of.attachment == attachment)
    }

    /// Returns a claim that can still be repeated.
    #[must_use]
    pub fn claim(&self, no: ClaimNo) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.no == no)
    }

    /// Returns the newest claim of this link on this version of an attachment whose ticket is open.
    #[must_use]
    pub fn open_claim(
        &self,
        link: LinkNo,
        attachment: AttachmentNo,
        version: VersionNo,
        now: Timestamp,
    ) -> Option<&Claim> {
        self.claims.iter().rev().find(|claim| {
            (claim.link, claim.attachment, claim.version) == (link, attachment, version)
                && claim.is_open(now)
        })
    }

    /// Returns the claim that a claim with this identity repeats.
    #[must_use]
    pub fn repeated(
        &self,
        link: LinkNo,
        attachment: AttachmentNo,
        identity: ClaimIdentity,
    ) -> Option<&Claim> {
        self.claims
            .iter()
            .find(|c| c.link == link && c.attachment == attachment && c.identity == identity)
    }
}
