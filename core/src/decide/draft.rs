use super::Context;
use super::openings::still_live;
use crate::model::attachment::Attachment;
use crate::model::delivery::{Delivery, DeliveryRecord, DeliveryUsage, PendingDeletion};
use crate::model::event::{Actor, Event, EventKind};
use crate::model::event_document::EventDocument;
use crate::model::facts::Facts;
use crate::model::ids::{AgencyId, AttachmentNo, LinkNo, NoticeNo, PatronId, StaffId, VersionNo};
use crate::model::limit::QuotaKind;
use crate::model::link::{Audience, Link};
use crate::model::notice::{Notice, NoticeKind, NoticeState, Recipient};
use crate::model::policy::Policy;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;
use crate::ports::change::OutboxEntry;
use std::borrow::Cow;

/// A decision of a rule: the changes to the state, the events, the notices to send, the charges to
/// quotas, and the answer.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Decision<T> {
    /// The new record, if it changes.
    pub record: Option<DeliveryRecord>,
    /// The new usage, if it changes.
    pub usage: Option<DeliveryUsage>,
    /// The events; empty if nothing changes and there is nothing to commit.
    pub events: Vec<Event>,
    /// Notices to be sent.
    pub outbox: Vec<OutboxEntry>,
    /// The charges to quotas that span requests.
    pub charges: Vec<Charged>,
    /// The value returned to the caller after the commit.
    pub answer: T,
}

impl<T> Decision<T> {
    /// Returns the same decision with another answer.
    #[must_use]
    pub fn map<U>(self, answer: impl FnOnce(T) -> U) -> Decision<U> {
        let Self { record, usage, events, outbox, charges, answer: old } = self;
        Decision { record, usage, events, outbox, charges, answer: answer(old) }
    }
}

/// A charge to a quota.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charged {
    /// The quota.
    pub quota: Quota,
    /// The amount to add; a negative amount is a refund.
    pub amount: i64,
    /// The maximum that may be counted; `None` for no limit.
    pub limit: Option<u64>,
}

impl Charged {
    /// Returns the refusal for a quota that has counted `used` and has no room for this amount.
    #[must_use]
    pub const fn over_quota(&self, used: u64) -> Refusal {
        let limit = match self.limit {
            Some(limit) => limit,
            None => u64::MAX,
        };
        self.quota.refusal(used, limit)
    }
}

/// A quota that is counted across requests.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quota {
    /// Downloads claimed by a patron of a requester in one day.
    PatronClaims {
        /// The requester.
        agency: AgencyId,
        /// The patron.
        patron: PatronId,
        /// The number of days since 1970-01-01 (UTC).
        day: i64,
    },
    /// Attachments previewed by a staff member in one day.
    StaffPreviews {
        /// The agency for which the member of staff acts.
        agency: AgencyId,
        /// The member of staff.
        staff: StaffId,
        /// The number of days since 1970-01-01 (UTC).
        day: i64,
    },
    /// Bytes stored by a supplier.
    SupplierBytes {
        /// The supplier.
        agency: AgencyId,
    },
    /// Uploads begun by a supplier in one day.
    SupplierUploads {
        /// The supplier.
        agency: AgencyId,
        /// The number of days since 1970-01-01 (UTC).
        day: i64,
    },
}

impl Quota {
    /// Returns the refusal for this quota when it has counted `used` of `limit`.
    pub(super) const fn refusal(&self, used: u64, limit: u64) -> Refusal {
        Refusal::OverQuota { what: self.kind(), used, limit, frees_at: self.frees_at() }
    }

    /// Returns the kind of the quota.
    pub(crate) const fn kind(&self) -> QuotaKind {
        match self {
            Self::PatronClaims { .. } => QuotaKind::PatronClaims,
            Self::StaffPreviews { .. } => QuotaKind::StaffPreviews,
            Self::SupplierBytes { .. } => QuotaKind::SupplierBytes,
            Self::SupplierUploads { .. } => QuotaKind::SupplierUploads,
        }
    }

    /// Returns when the quota resets by itself; `None` if it does not.
    pub(crate) const fn frees_at(&self) -> Option<Timestamp> {
        match self {
            Self::SupplierBytes { .. } => None,
            Self::PatronClaims { day, .. }
            | Self::StaffPreviews { day, .. }
            | Self::SupplierUploads { day, .. } => Some(Timestamp::EPOCH.plus_days(*day + 1)),
        }
    }
}

/// Returns the quota of a request's patron for the day of `at`, and its limit; `None` if the
/// profile does not limit a patron's downloads, or the request names no patron.
#[must_use]
pub fn patron_quota(facts: &Facts, policy: &Policy, at: Timestamp) -> Option<(Quota, u64)> {
    let limit = policy.quotas.patron_claims_per_day?;
    let (agency, patron) = (facts.requester.clone(), facts.patron.clone()?);
    Some((Quota::PatronClaims { agency, patron, day: day_of(at) }, limit))
}

/// Returns the number of the day since 1970-01-01 (UTC), for daily quotas.
pub(super) const fn day_of(now: Timestamp) -> i64 {
    now.as_seconds() / 86_400
}

/// Collects the changes of a rule; copies a part of the state on the first write to it.
pub(super) struct Draft<'a> {
    context: Context<'a>,
    record: Cow<'a, DeliveryRecord>,
    usage: Cow<'a, DeliveryUsage>,
    events: Vec<Event>,
    outbox: Vec<OutboxEntry>,
    charges: Vec<Charged>,
}

impl<'a> Draft<'a> {
    pub(super) fn of(delivery: &'a Delivery, context: &Context<'a>) -> Self {
        Self::from_parts(Cow::Borrowed(&delivery.record), Cow::Borrowed(&delivery.usage), context)
    }

    /// Creates a draft of a delivery that does not exist yet.
    pub(super) fn new(record: DeliveryRecord, context: &Context<'a>) -> Self {
        Self::from_parts(Cow::Owned(record), Cow::Owned(DeliveryUsage::default()), context)
    }

    fn from_parts(
        record: Cow<'a, DeliveryRecord>,
        usage: Cow<'a, DeliveryUsage>,
        context: &Context<'a>,
    ) -> Self {
        Self {
            context: *context,
            record,
            usage,
            events: Vec::new(),
            outbox: Vec::new(),
            charges: Vec::new(),
        }
    }

    pub(super) fn record(&self) -> &DeliveryRecord {
        &self.record
    }

    pub(super) fn usage(&self) -> &DeliveryUsage {
        &self.usage
    }

    pub(super) fn record_mut(&mut self) -> &mut DeliveryRecord {
        self.record.to_mut()
    }

    pub(super) fn usage_mut(&mut self) -> &mut DeliveryUsage {
        self.usage.to_mut()
    }

    /// Returns whether this decision writes the record.
    pub(super) const fn writes_body(&self) -> bool {
        matches!(self.record, Cow::Owned(_))
    }

    /// Returns whether this decision writes the usage.
    pub(super) const fn writes_usage(&self) -> bool {
        matches!(self.usage, Cow::Owned(_))
    }

    pub(super) fn record_and_usage_mut(&mut self) -> (&DeliveryRecord, &mut DeliveryUsage) {
        (&*self.record, self.usage.to_mut())
    }

    pub(super) const fn now(&self) -> Timestamp {
        self.context.now
    }

    /// Returns an attachment that is neither removed nor purged.
    pub(super) fn live(&self, no: AttachmentNo) -> Result<&Attachment, Refusal> {
        still_live(&self.record, no)
    }

    /// Returns an attachment for changes in place.
    pub(super) fn attachment_mut(&mut self, no: AttachmentNo) -> Option<&mut Attachment> {
        self.record.to_mut().attachments.iter_mut().find(|attachment| attachment.no == no)
    }

    /// Records an event about a document, with the document's version: the version in the event, or
    /// else the current one.
    pub(super) fn add_event(&mut self, what: EventKind) {
        let current = |no| self.record.attachment(no).map(|attachment| attachment.current().no);
        let version = what.version().or_else(|| what.attachment().and_then(current));
        self.add_event_at(what, version);
    }

    /// Records an event about a version that may not be the current one.
    pub(super) fn add_event_of_version(&mut self, what: EventKind, version: VersionNo) {
        self.add_event_at(what, Some(version));
    }

    fn add_event_at(&mut self, what: EventKind, version: Option<VersionNo>) {
        let document = self.document(what.attachment(), version);
        self.push(what, document);
    }

    /// Records an event about a notice, with the document that the notice is about.
    pub(super) fn add_notice_event(&mut self, what: EventKind, document: Option<EventDocument>) {
        self.push(what, document);
    }

    /// Returns the current version of an attachment as events record it.
    pub(super) fn current_document(&self, no: AttachmentNo) -> Option<EventDocument> {
        self.document(
            Some(no),
            self.record.attachment(no).map(|attachment| attachment.current().no),
        )
    }

    fn document(
        &self,
        no: Option<AttachmentNo>,
        version: Option<VersionNo>,
    ) -> Option<EventDocument> {
        let version = self.record.attachment(no?)?.version(version?)?;
        let (version, file_name) = (version.no, version.file_name.clone());
        Some(EventDocument { attachment: no?, version, file_name })
    }

    fn push(&mut self, what: EventKind, document: Option<EventDocument>) {
        let actor = match self.context.actor {
            // The history is kept after the patron is forgotten, so it must not identify them.
            Actor::Patron { .. } => Actor::System,
            actor => actor.clone(),
        };
        let event = Event::new(self.context.now, actor, what);
        self.events.push(Event { document, ..event });
    }

    pub(super) fn charge(&mut self, quota: Quota, amount: i64, limit: Option<u64>) {
        if amount != 0 {
            self.charges.push(Charged { quota, amount, limit });
        }
    }

    /// Charges downloads to the request's patron for the day of `at`, if the profile limits them.
    pub(super) fn charge_patron(&mut self, amount: i64, at: Timestamp) {
        if let Some((quota, limit)) = patron_quota(&self.record.facts, self.context.policy, at) {
            self.charge(quota, amount, Some(limit));
        }
    }

    /// Charges bytes to the supplier's storage quota; a negative amount is a refund.
    pub(super) fn charge_bytes(&mut self, amount: i64) {
        let limit = if amount > 0 { self.context.policy.quotas.supplier_bytes } else { None };
        let agency = self.record.facts.supplier.clone();
        self.charge(Quota::SupplierBytes { agency }, amount, limit);
    }

    /// Schedules the deletion of an attachment's current version from `from` on. Earlier versions
    /// were deleted or scheduled when they were replaced.
    pub(super) fn delete_current(&mut self, no: AttachmentNo, from: Timestamp) {
        if let Some(attachment) = self.record.attachment(no) {
            let version = attachment.current();
            let deletion =
                PendingDeletion { blob: version.blob, size: version.size, from, supplier: None };
            self.record_mut().pending_deletions.push(deletion);
        }
    }

    /// Moves the pending deletions of all versions of an attachment forward to now.
    pub(super) fn delete_all_versions(&mut self, no: AttachmentNo, now: Timestamp) {
        let Some(attachment) = self.record.attachment(no) else { return };
        let blobs: Vec<_> = attachment.versions.iter().map(|version| version.blob).collect();
        let pending = self.record_mut().pending_deletions.iter_mut();
        for deletion in pending.filter(|deletion| blobs.contains(&deletion.blob)) {
            deletion.from = deletion.from.min(now);
        }
    }

    /// Returns the newest lasting link of this audience, or issues a new one.
    pub(super) fn link_for(&mut self, audience: Audience) -> LinkNo {
        let now = self.now();
        if let Some(link) = self.record.lasting_link(audience, now) {
            return link.no;
        }
        let last = self.record.links.last().map_or(0, |link| link.no.get());
        let no = LinkNo::new(last.saturating_add(1));
        self.record_mut().links.push(Link::issued(no, audience, now));
        self.add_event(EventKind::LinkIssued { link: no, audience });
        no
    }

    /// Creates a notice and adds it to the outbox; returns its number.
    pub(super) fn notify(
        &mut self,
        kind: NoticeKind,
        to: Recipient,
        link: Option<LinkNo>,
        attachment: Option<AttachmentNo>,
    ) -> NoticeNo {
        let now = self.now();
        let document = attachment.and_then(|no| self.current_document(no));
        let record = self.record_mut();
        record.last_notice += 1;
        let no = NoticeNo::new(record.last_notice);
        record.notices.push(Notice {
            no,
            kind,
            to,
            link,
            attachment,
            document,
            written_at: now,
            renewed: 0,
            asked_for: false,
            resent: false,
            in_outbox: false,
            state: NoticeState::Waiting { tries: 0 },
            masked_address: String::new(),
            copies: Vec::new(),
        });
        self.outbox.push(OutboxEntry { notice: no, not_before: now });
        no
    }

    /// Returns whether there are events, and therefore something to commit.
    pub(super) const fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    pub(super) const fn policy(&self) -> &Policy {
        self.context.policy
    }

    /// Turns the draft into a decision as it is.
    pub(super) fn into_decision<T>(self, answer: T) -> Decision<T> {
        Decision {
            record: owned(self.record),
            usage: owned(self.usage),
            events: self.events,
            outbox: self.outbox,
            charges: self.charges,
            answer,
        }
    }
}

fn owned<T: Clone>(part: Cow<'_, T>) -> Option<T> {
    match part {
        Cow::Borrowed(_) => None,
        Cow::Owned(part) => Some(part),
    }
}
