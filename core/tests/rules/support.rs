//! A delivery without a desk: applies decisions one by one, like a ledger.

use desktop_delivery::blob::Stored;
use desktop_delivery::content::{FileContent, FileKind};
use desktop_delivery::decide::{
    self, BeginUpload, Charged, Context, Decision, Quota, RequestUpdate, Ship, StoredUpload,
};
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::EventKind;
use desktop_delivery::ids::{BlobKey, Digest};
use desktop_delivery::{
    Actor, AgencyId, AttachmentNo, Facts, FileName, NewFile, Participant, PatronId, Policy,
    Refusal, RequestHandle, RequestReference, Shipment, StaffId, Status, Timestamp, Zone,
};

pub(crate) const START: Timestamp = Timestamp::from_seconds(1_795_466_792);

pub(crate) fn agency(id: &str) -> AgencyId {
    AgencyId::new(id).expect("the id is short and plain")
}

pub(crate) fn staff(of: &str) -> Actor {
    Actor::staff(agency(of), StaffId::new("s-17").expect("the id is short and plain"))
}

pub(crate) fn facts() -> Facts {
    let reference = RequestReference::new("2026-00417").expect("the reference is short and plain");
    Facts::new(reference, agency("CA-BVAU"), agency("CA-OTU"), "On Ice Ages")
        .with_patron(PatronId::new("p-2211").expect("the id is short and plain"))
}

pub(crate) fn update(policy: &Policy, status: Status) -> RequestUpdate {
    let requester = Participant::new(agency("CA-BVAU"), "Lakeside University Library")
        .with_policy(policy.name.clone())
        .with_zone(Zone::utc());
    let mut update = RequestUpdate::new(facts(), status, Some(START), requester);
    (update.notify_partner, update.notify_patron) = (false, true);
    update
}

/// A delivery, its policy and its time.
#[derive(Clone, Debug)]
pub(crate) struct Bench {
    pub(crate) delivery: Delivery,
    pub(crate) policy: Policy,
    pub(crate) now: Timestamp,
    /// All events so far.
    pub(crate) events: Vec<EventKind>,
    /// The charges of the last decision.
    pub(crate) charges: Vec<Charged>,
    /// The quotas charged so far, as a ledger counts them.
    counted: Vec<(Quota, u64)>,
    blobs: u32,
}

impl Bench {
    pub(crate) fn new(policy: Policy) -> Self {
        let context = Context::new(START, &policy, &Actor::Host);
        let made = decide::sync(None, &update(&policy, Status::Pending), &context)
            .expect("the update creates the request");
        let delivery = Delivery::from_parts(
            RequestHandle::from_bytes(*b"\0\0\0\0delv"),
            1,
            made.record.expect("a new request has a record"),
            made.usage.expect("a new request has a usage"),
        );
        Self {
            delivery,
            policy,
            now: START,
            events: vec![],
            charges: vec![],
            counted: vec![],
            blobs: 0,
        }
    }

    pub(crate) fn context<'a>(&'a self, actor: &'a Actor) -> Context<'a> {
        Context::new(self.now, &self.policy, actor)
    }

    pub(crate) fn try_as<T>(
        &mut self,
        actor: &Actor,
        rule: impl FnOnce(&Delivery, &Context<'_>) -> Result<Decision<T>, Refusal>,
    ) -> Result<T, Refusal> {
        let context = Context::new(self.now, &self.policy, actor);
        let decision = rule(&self.delivery, &context)?;
        let changes = decision.record.is_some() || decision.usage.is_some();
        assert!(
            !changes || !decision.events.is_empty(),
            "what changes without an event is not committed"
        );
        let counted = self.count(&decision.charges)?;
        self.counted = counted;
        self.events.extend(decision.events.iter().map(|event| event.kind.clone()));
        self.charges = decision.charges;
        if !decision.events.is_empty() {
            let delivery = &mut self.delivery;
            delivery.revision += 1;
            delivery.record = decision.record.unwrap_or_else(|| delivery.record.clone());
            delivery.usage = decision.usage.unwrap_or_else(|| delivery.usage.clone());
        }
        Ok(decision.answer)
    }

    /// Returns the quotas after these charges, or the refusal of one that has no room.
    fn count(&self, charges: &[Charged]) -> Result<Vec<(Quota, u64)>, Refusal> {
        let mut counted = self.counted.clone();
        for charged in charges {
            let used = counted_of(&counted, &charged.quota);
            let sum = used.saturating_add_signed(charged.amount);
            if charged.amount > 0 && charged.limit.is_some_and(|limit| sum > limit) {
                return Err(charged.over_quota(used));
            }
            counted.retain(|(quota, _)| *quota != charged.quota);
            counted.push((charged.quota.clone(), sum));
        }
        Ok(counted)
    }

    /// Returns the downloads counted today for the request's patron, if the profile limits them.
    pub(crate) fn patron_downloads(&self) -> Option<u64> {
        let facts = &self.delivery.record.facts;
        let (quota, _) = decide::patron_quota(facts, &self.policy, self.now)?;
        Some(counted_of(&self.counted, &quota))
    }

    pub(crate) fn act<T>(
        &mut self,
        rule: impl FnOnce(&Delivery, &Context<'_>) -> Result<Decision<T>, Refusal>,
    ) -> Result<T, Refusal> {
        self.try_as(&Actor::Host, rule)
    }

    /// Returns a key that was not used before.
    pub(crate) fn blob(&mut self) -> BlobKey {
        self.blobs += 1;
        BlobKey::from_bytes(u128::from(self.blobs).to_be_bytes())
    }

    pub(crate) fn upload(&mut self, file: NewFile) -> Result<AttachmentNo, Refusal> {
        let blob = self.blob();
        let digest = Digest::from_bytes([self.blobs.to_be_bytes()[3]; 32]);
        let upload = self.act(|d, c| decide::begin_upload(d, &BeginUpload::new(file, blob), c))?.no;
        let stored = Stored { size: 1_000, digest };
        let settled = StoredUpload::new(upload, stored, FileContent::of(FileKind::Pdf));
        Ok(self.act(|d, c| decide::attach(d, &settled, c))?.0)
    }

    pub(crate) fn attach(&mut self) -> AttachmentNo {
        self.upload(article()).expect("a small PDF can be attached")
    }

    pub(crate) fn ship(&mut self) {
        let ship = Ship::new(Shipment::WithoutFiles);
        self.act(|d, c| decide::ship(d, &ship, c)).expect("a pending request can be shipped");
    }

    pub(crate) fn expire(&mut self) {
        self.act(|d, c| Ok(decide::expire(d, &[], c))).expect("what is due is done");
    }

    /// Runs due work, like a desk whose blob store never fails.
    pub(crate) fn run_due(&mut self) {
        self.expire();
        let gone: Vec<_> = decide::blobs_to_delete(&self.delivery, self.now)
            .map(|deletion| deletion.blob)
            .collect();
        let now = self.now;
        self.act(|d, c| Ok(decide::record_deleted(d, &gone, now, c)))
            .expect("deletions are recorded");
    }

    pub(crate) fn advance(&mut self, seconds: i64) {
        self.now = self.now.plus_seconds(seconds);
    }
}

pub(crate) fn article() -> NewFile {
    NewFile::new(FileName::new("ice-ages.pdf").expect("the name is plain")).with_size(1_000)
}

fn counted_of(counted: &[(Quota, u64)], quota: &Quota) -> u64 {
    counted.iter().find(|(one, _)| one == quota).map_or(0, |(_, used)| *used)
}
