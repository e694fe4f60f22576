use crate::model::attachment::{Attachment, RemovedAttachment};
use crate::model::budget::{Budget, BudgetName};
use crate::model::claim::{Claim, ClaimIdentity};
use crate::model::email_address::is_blank;
use crate::model::ids::{
    AgencyId, AttachmentNo, BlobKey, ClaimNo, LinkNo, NoticeNo, PatronId, PolicyName,
    RequestHandle, RequestReference, VersionNo,
};
use crate::model::input::{InputFault, InputField, InvalidInput};
use crate::model::link::{Audience, HARD_EXPIRY_DAYS, Link};
use crate::model::notice::{Notice, Recipient};
use crate::model::problem::DocumentProblem;
use crate::model::timestamp::Timestamp;
use crate::model::upload::Upload;
use crate::model::zone::Zone;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The delivery side of one request: the aggregate on which every rule decides.
///
/// It has two parts, because claims change the small one often and the rest seldom changes. One
/// revision guards both.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its name in tokens and addresses.
    pub handle: RequestHandle,
    /// Counts the commits, from 1.
    pub revision: u64,
    /// What seldom changes.
    pub record: DeliveryRecord,
    /// What every claim changes.
    pub usage: DeliveryUsage,
}

impl Delivery {
    /// Puts together what a ledger stored apart.
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

/// What the host knows of a request, as far as delivery needs it.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The host's name for the request.
    pub reference: RequestReference,
    /// The agency that asks (ISO 18626 requestingAgencyId).
    pub requester: AgencyId,
    /// The agency that supplies (ISO 18626 supplyingAgencyId).
    pub supplier: AgencyId,
    /// The number under which the requester knows it (requestingAgencyRequestId).
    pub requester_request_id: String,
    /// The number under which the supplier knows it (supplyingAgencyRequestId); may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub supplier_request_id: String,
    /// For whom, where a patron is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patron: Option<PatronId>,
    /// What is asked for, as pages and emails show it; [`Desk::sync`](crate::Desk::sync) refuses an empty
    /// one.
    pub title: String,
    /// Where it is from, such as a journal with volume and pages; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// ISO 18626 serviceType, such as `Copy`.
    pub service_type: String,
}

/// The longest text in [`Facts`], bytes.
pub const MAX_FACT_BYTES: usize = 1_000;

impl Facts {
    /// A copy request of no known patron.
    #[must_use]
    pub fn new(
        reference: RequestReference,
        requester: AgencyId,
        supplier: AgencyId,
        title: impl Into<String>,
    ) -> Self {
        Self {
            requester_request_id: reference.as_str().to_owned(),
            reference,
            requester,
            supplier,
            supplier_request_id: String::new(),
            patron: None,
            title: title.into(),
            source: String::new(),
            service_type: "Copy".to_owned(),
        }
    }

    /// Checks the texts: a title, and nothing that pages and emails cannot show.
    ///
    /// # Errors
    /// [`InvalidInput`] for a title that shows nothing, for a text of more than [`MAX_FACT_BYTES`],
    /// and for a control character.
    pub fn check(&self) -> Result<(), InvalidInput> {
        // Pages and emails name a request by its title, and link to it by that text.
        if is_blank(&self.title) {
            return Err(InvalidInput::new(InputField::TITLE, InputFault::EMPTY));
        }
        let texts = [
            (InputField::TITLE, &self.title),
            (InputField::SOURCE, &self.source),
            (InputField::REQUESTER_REQUEST_ID, &self.requester_request_id),
            (InputField::SUPPLIER_REQUEST_ID, &self.supplier_request_id),
            (InputField::SERVICE_TYPE, &self.service_type),
        ];
        for (field, text) in texts {
            if text.len() > MAX_FACT_BYTES {
                let fault = InputFault::TOO_LONG.with_limit(MAX_FACT_BYTES);
                return Err(InvalidInput::new(field, fault));
            }
            if text.chars().any(char::is_control) {
                return Err(InvalidInput::new(field, InputFault::CONTROL_CHARACTER));
            }
        }
        Ok(())
    }

    /// Names the patron.
    #[must_use]
    pub fn with_patron(mut self, patron: PatronId) -> Self {
        self.patron = Some(patron);
        self
    }

    /// Says where the article is from.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = source.into();
        self
    }

    /// Sets both agencies' numbers.
    #[must_use]
    pub fn with_request_ids(
        mut self,
        requester: impl Into<String>,
        supplier: impl Into<String>,
    ) -> Self {
        self.requester_request_id = requester.into();
        self.supplier_request_id = supplier.into();
        self
    }
}

/// Tells where a request stands, as far as delivery needs it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// With the supplier, who has not shipped (ISO 18626 RequestReceived to WillSupply).
    Pending,
    /// Shipped: the requester sees the attachments (ISO 18626 CopyCompleted).
    Shipped,
    /// Received by the requester (ISO 18626 action Received).
    Received,
    /// Cancelled before it was shipped (ISO 18626 Cancelled).
    Cancelled,
    /// The supplier cannot supply (ISO 18626 Unfilled).
    Unfilled,
    /// Withdrawn by the supplier after it was shipped.
    Withdrawn,
}

impl Status {
    /// Whether the requester, its patron and partners see the attachments.
    #[must_use]
    pub const fn is_visible(self) -> bool {
        matches!(self, Self::Shipped | Self::Received)
    }

    /// Whether nothing is delivered any more, for good.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Cancelled | Self::Unfilled | Self::Withdrawn)
    }

    /// The name that programs know it by, in kebab case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Pending => "pending",
            Self::Received => "received",
            Self::Shipped => "shipped",
            Self::Unfilled => "unfilled",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The part of a [`Delivery`] that seldom changes.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRecord {
    /// When it was made here.
    pub created_at: Timestamp,
    /// What the host knows.
    pub facts: Facts,
    /// How new the host's news is.
    pub as_of: Timestamp,
    /// Where the request stood when the host last told.
    pub host_status: Status,
    /// The policy profile that applies.
    pub policy: PolicyName,
    /// The zone of the requester, in which days end.
    pub zone: Zone,
    /// Where the request stands.
    pub status: Status,
    /// Since when.
    pub status_since: Timestamp,
    /// Since when the requester's wish to cancel waits for an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_requested_at: Option<Timestamp>,
    /// The attachments in the supplier's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The attachments removed last, oldest first; at most 32.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<RemovedAttachment>,
    /// The number of the attachment made last.
    #[serde(default)]
    pub last_attachment: u16,
    /// Uploads under way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uploads: Vec<Upload>,
    /// The number of the upload begun last.
    #[serde(default)]
    pub last_upload: u32,
    /// The links in the order of their numbers; of the revoked ones the last 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Wishes for more that wait for an answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extension_requests: Vec<ExtensionRequest>,
    /// Problems that the requester's staff reported: those that wait for the supplier, and the last 10
    /// answered ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<DocumentProblem>,
    /// The notices, oldest first: those still to be sent, the last 8 of the others, and the last
    /// one that notified each holder of a link of the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// The number of the notice written last.
    #[serde(default)]
    pub last_notice: u32,
    /// Who is to be told as soon as something is attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending_recipients: Vec<Recipient>,
    /// Bytes to delete, when no ticket needs them any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pending_deletions: Vec<PendingDeletion>,
    /// Until when that waits which had fallen due and failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backoff: Option<Backoff>,
    /// Since when the patron is forgotten, because nothing is kept for them any more. News does not
    /// bring them back before something is attached again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten_at: Option<Timestamp>,
    /// When the next thing falls due here; `None` when nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
}

/// Records that the holder of a link asked for more.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionRequest {
    /// The attachment.
    pub attachment: AttachmentNo,
    /// The link by which they asked.
    pub link: LinkNo,
    /// When.
    pub at: Timestamp,
    /// What they wrote; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Names bytes to delete.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingDeletion {
    /// The bytes.
    pub blob: BlobKey,
    /// How many count against the supplier's quota until then.
    pub size: u64,
    /// From when on they may go.
    pub from: Timestamp,
    /// Whose quota they count against, where that is not the supplier any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<AgencyId>,
}

/// Holds back what had fallen due and failed.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backoff {
    /// Until when.
    pub until: Timestamp,
    /// Failures in a row.
    pub times: u8,
}

impl DeliveryRecord {
    /// The record of a request that is with the supplier, with nothing attached.
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

    /// Looks up an attachment that is not removed.
    #[must_use]
    pub fn attachment(&self, no: AttachmentNo) -> Option<&Attachment> {
        self.attachments.iter().find(|attachment| attachment.no == no)
    }

    /// The attachments whose bytes are kept, in the supplier's order.
    pub fn live_attachments(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().filter(|attachment| attachment.is_live())
    }

    /// Whether it waits for the supplier's answer: to a wish for more, to a wish to cancel, or to a
    /// problem with a document.
    #[must_use]
    pub fn waits_for_supplier(&self) -> bool {
        !self.extension_requests.is_empty()
            || self.cancel_requested_at.is_some()
            || self.problems.iter().any(DocumentProblem::is_open)
    }

    /// Looks up a link; of the revoked ones, only the last 10 are kept.
    #[must_use]
    pub fn link(&self, no: LinkNo) -> Option<&Link> {
        self.links.iter().find(|link| link.no == no)
    }

    /// A link that was revoked so long ago that only its number is left. The exact time is no
    /// longer known; it is not later than the earliest known revocation, nor than this request's
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

    /// The newest link of this audience that opens something at `now`.
    #[must_use]
    pub fn active_link(&self, audience: Audience, now: Timestamp) -> Option<&Link> {
        self.links.iter().rev().find(|link| link.audience == audience && link.is_active(now))
    }

    /// The newest link of this audience, where it lasts long enough to be given to somebody now: one
    /// that is about to end would leave the holder with too little time.
    #[must_use]
    pub fn lasting_link(&self, audience: Audience, now: Timestamp) -> Option<&Link> {
        let lasts = now.plus_days(HARD_EXPIRY_DAYS / 2);
        self.active_link(audience, now).filter(|link| link.hard_expires_at >= lasts)
    }

    /// The problems with an attachment that wait for the supplier.
    pub fn open_problems(&self, no: AttachmentNo) -> impl Iterator<Item = &DocumentProblem> {
        self.problems.iter().filter(move |problem| problem.attachment == no && problem.is_open())
    }

    /// Looks up a notice.
    #[must_use]
    pub fn notice(&self, no: NoticeNo) -> Option<&Notice> {
        self.notices.iter().find(|notice| notice.no == no)
    }
}

/// The part of a [`Delivery`] that every claim changes; small, whatever is attached.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryUsage {
    /// What was spent and granted; a budget that is missing is unspent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub budgets: Vec<Budget>,
    /// Claims that can still be repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// Claims made from pages so far, for each link and attachment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<PageClaims>,
    /// The number of the claim made last.
    #[serde(default)]
    pub last_claim: u32,
    /// Claims given back, for each attachment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunded: Vec<(AttachmentNo, u8)>,
}

/// Counts the claims made from the page of one link for one attachment.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageClaims {
    /// The link.
    #[serde(rename = "l")]
    pub link: LinkNo,
    /// The attachment.
    #[serde(rename = "a")]
    pub attachment: AttachmentNo,
    /// How many.
    #[serde(rename = "c")]
    pub count: u32,
    /// The end of the last one's ticket.
    #[serde(rename = "e")]
    pub last_end: Timestamp,
}

impl DeliveryUsage {
    /// What was spent of this budget.
    #[must_use]
    pub fn budget(&self, attachment: AttachmentNo, version: VersionNo, name: BudgetName) -> Budget {
        self.budgets
            .iter()
            .find(|b| b.attachment == attachment && b.version == version && b.name == name)
            .copied()
            .unwrap_or_else(|| Budget::unspent(attachment, version, name))
    }

    /// The stored budget; begins one of which nothing is spent if there is none.
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

    /// Claims made from the page of this link for this attachment.
    #[must_use]
    pub fn made(&self, link: LinkNo, attachment: AttachmentNo) -> Option<&PageClaims> {
        self.made.iter().find(|made| made.link == link && made.attachment == attachment)
    }

    /// Looks up a claim that can still be repeated.
    #[must_use]
    pub fn claim(&self, no: ClaimNo) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.no == no)
    }

    /// The newest claim of this link on this version of an attachment whose ticket is open.
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

    /// The claim that a repeat with this identity means.
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
