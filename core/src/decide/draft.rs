use super::Context;
use super::openings::still_live;
use crate::model::attachment::Attachment;
use crate::model::delivery::{Delivery, DeliveryRecord, DeliveryUsage, PendingDeletion};
use crate::model::event::{Actor, Event, EventKind};
use crate::model::event_document::EventDocument;
use crate::model::ids::{AgencyId, AttachmentNo, LinkNo, NoticeNo, PatronId, StaffId, VersionNo};
use crate::model::limit::QuotaKind;
use crate::model::link::{Audience, Link};
use crate::model::notice::{Notice, NoticeKind, NoticeState, Recipient};
use crate::model::policy::Policy;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;
use crate::ports::change::OutboxEntry;
use std::borrow::Cow;

/// What a rule decided: what changes, what happened, what is to be done, and the answer.
#[non_exhaustive]
#[derive(Clone, Debug)]
pub struct Decision<T> {
    /// The record from now on, where it changes.
    pub record: Option<DeliveryRecord>,
    /// The usage from now on, where it changes.
    pub usage: Option<DeliveryUsage>,
    /// What happened; empty where nothing changes and nothing is to be committed.
    pub events: Vec<Event>,
    /// Notices to be sent.
    pub outbox: Vec<OutboxEntry>,
    /// Amounts against quotas that span requests.
    pub charges: Vec<Charged>,
    /// What the caller gets when it is committed.
    pub answer: T,
}

impl<T> Decision<T> {
    /// The same decision with another answer.
    #[must_use]
    pub fn map<U>(self, answer: impl FnOnce(T) -> U) -> Decision<U> {
        let Self { record, usage, events, outbox, charges, answer: old } = self;
        Decision { record, usage, events, outbox, charges, answer: answer(old) }
    }
}

/// An amount against a quota.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charged {
    /// What is counted.
    pub quota: Quota,
    /// What is added; negative amounts give back.
    pub amount: i64,
    /// The most that may be counted; `None` does not limit.
    pub limit: Option<u64>,
}

impl Charged {
    /// The refusal where the quota holds `used` and has no room for this.
    pub(crate) const fn over_quota(&self, used: u64) -> Refusal {
        let limit = match self.limit {
            Some(limit) => limit,
            None => u64::MAX,
        };
        let frees_at = self.quota.frees_at();
        Refusal::OverQuota { what: self.quota.kind(), used, limit, frees_at }
    }
}

/// Names what is counted across requests.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quota {
    /// Downloads claimed by a patron of a requester in a day.
    PatronClaims {
        /// The requester.
        agency: AgencyId,
        /// Its patron.
        patron: PatronId,
        /// Days since 1970-01-01 (UTC).
        day: i64,
    },
    /// Attachments that a member of staff looked at in a day.
    StaffPreviews {
        /// The agency for which they act.
        agency: AgencyId,
        /// Who they are.
        staff: StaffId,
        /// Days since 1970-01-01 (UTC).
        day: i64,
    },
    /// Bytes stored by a supplier.
    SupplierBytes {
        /// The supplier.
        agency: AgencyId,
    },
    /// Uploads begun by a supplier in a day.
    SupplierUploads {
        /// The supplier.
        agency: AgencyId,
        /// Days since 1970-01-01 (UTC).
        day: i64,
    },
}

impl Quota {
    /// What is counted.
    pub(crate) const fn kind(&self) -> QuotaKind {
        match self {
            Self::PatronClaims { .. } => QuotaKind::PatronClaims,
            Self::StaffPreviews { .. } => QuotaKind::StaffPreviews,
            Self::SupplierBytes { .. } => QuotaKind::SupplierBytes,
            Self::SupplierUploads { .. } => QuotaKind::SupplierUploads,
        }
    }

    /// When it starts again from zero by itself.
    pub(crate) const fn frees_at(&self) -> Option<Timestamp> {
        match self {
            Self::SupplierBytes { .. } => None,
            Self::PatronClaims { day, .. }
            | Self::StaffPreviews { day, .. }
            | Self::SupplierUploads { day, .. } => Some(Timestamp::EPOCH.plus_days(*day + 1)),
        }
    }
}

/// The number of a day (UTC), for quotas that count by the day.
pub(super) const fn day_of(now: Timestamp) -> i64 {
    now.as_seconds() / 86_400
}

/// Collects what a rule changes; copies a part of the state when it is first written to.
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

    /// A draft of a delivery that does not exist yet.
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

    /// Whether the record is written by this decision.
    pub(super) const fn writes_body(&self) -> bool {
        matches!(self.record, Cow::Owned(_))
    }

    /// Whether the usage is written by this decision.
    pub(super) const fn writes_usage(&self) -> bool {
        matches!(self.usage, Cow::Owned(_))
    }

    pub(super) fn record_and_usage_mut(&mut self) -> (&DeliveryRecord, &mut DeliveryUsage) {
        (&*self.record, self.usage.to_mut())
    }

    pub(super) const fn now(&self) -> Timestamp {
        self.context.now
    }

    /// Looks up an attachment that is neither removed nor purged.
    pub(super) fn live(&self, no: AttachmentNo) -> Result<&Attachment, Refusal> {
        still_live(&self.record, no)
    }

    /// Changes an attachment in place.
    pub(super) fn attachment_mut(&mut self, no: AttachmentNo) -> Option<&mut Attachment> {
        self.record.to_mut().attachments.iter_mut().find(|attachment| attachment.no == no)
    }

    /// Records what happened, with the version of the document that it is about: the one that it names,
    /// or else the current one.
    pub(super) fn add_event(&mut self, what: EventKind) {
        let current = |no| self.record.attachment(no).map(|attachment| attachment.current().no);
        let version = what.version().or_else(|| what.attachment().and_then(current));
        self.add_event_at(what, version);
    }

    /// Records what happened to a version that may not be the current one.
    pub(super) fn add_event_of_version(&mut self, what: EventKind, version: VersionNo) {
        self.add_event_at(what, Some(version));
    }

    fn add_event_at(&mut self, what: EventKind, version: Option<VersionNo>) {
        let document = self.document(what.attachment(), version);
        self.push(what, document);
    }

    /// Records what became of a notice, with the document that it was written about.
    pub(super) fn add_notice_event(&mut self, what: EventKind, document: Option<EventDocument>) {
        self.push(what, document);
    }

    /// The current version of an attachment, as events name it.
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
            // The history outlives what is known of a patron.
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

    /// Counts downloads of the request's patron on the day of `at`, where the profile limits them.
    pub(super) fn charge_patron(&mut self, amount: i64, at: Timestamp) {
        let facts = &self.record.facts;
        if let Some(limit) = self.context.policy.quotas.patron_claims_per_day
            && let Some(patron) = facts.patron.clone()
        {
            let agency = facts.requester.clone();
            self.charge(
                Quota::PatronClaims { agency, patron, day: day_of(at) },
                amount,
                Some(limit),
            );
        }
    }

    /// Charges the supplier's stored bytes, or gives them back.
    pub(super) fn charge_bytes(&mut self, amount: i64) {
        let limit = if amount > 0 { self.context.policy.quotas.supplier_bytes } else { None };
        let agency = self.record.facts.supplier.clone();
        self.charge(Quota::SupplierBytes { agency }, amount, limit);
    }

    /// Lets the bytes of an attachment's current version go from `from` on; those of earlier versions
    /// went, or wait to go, since they were replaced.
    pub(super) fn delete_current(&mut self, no: AttachmentNo, from: Timestamp) {
        if let Some(attachment) = self.record.attachment(no) {
            let version = attachment.current();
            let deletion =
                PendingDeletion { blob: version.blob, size: version.size, from, supplier: None };
            self.record_mut().pending_deletions.push(deletion);
        }
    }

    /// Deletes the versions of an attachment that wait for the end of their last ticket now instead.
    pub(super) fn delete_all_versions(&mut self, no: AttachmentNo, now: Timestamp) {
        let Some(attachment) = self.record.attachment(no) else { return };
        let blobs: Vec<_> = attachment.versions.iter().map(|version| version.blob).collect();
        let pending = self.record_mut().pending_deletions.iter_mut();
        for deletion in pending.filter(|deletion| blobs.contains(&deletion.blob)) {
            deletion.from = deletion.from.min(now);
        }
    }

    /// The newest link of this audience that still lasts, or a new one.
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

    /// Writes a notice and puts it in the outbox; answers its number.
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
            state: NoticeState::Waiting { tries: 0 },
            masked_address: String::new(),
            copies: Vec::new(),
        });
        self.outbox.push(OutboxEntry { notice: no, not_before: now });
        no
    }

    /// Whether anything happened, so that there is something to commit.
    pub(super) const fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    pub(super) const fn policy(&self) -> &Policy {
        self.context.policy
    }

    /// Ends the draft as it is.
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
