use desktop_delivery::delivery::{Expiry, ReplaceReason};
use desktop_delivery::ids::{BlobKey, Digest};
use desktop_delivery::policy::Spending;
use desktop_delivery::{AgencyId, Audience, Facts, PatronId, Policy, Status, Terms, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The budgets in the model: of the patron, the partner, the requester's staff, or of all together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purse {
    Everyone,
    Partner,
    Patron,
    Staff,
}

#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) blob: BlobKey,
    pub(crate) size: u64,
    pub(crate) digest: Digest,
    pub(crate) used: BTreeMap<Purse, u32>,
    pub(crate) granted: BTreeMap<Purse, u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// By number, from 1.
    pub(crate) versions: Vec<Version>,
    pub(crate) terms: Terms,
    pub(crate) description: String,
    pub(crate) shipped_at: Option<Timestamp>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) expiry_recorded: bool,
    pub(crate) is_removed: bool,
    pub(crate) is_purged: bool,
    /// The last version that was the wrong document; 0 if none was.
    pub(crate) recalled: u16,
    pub(crate) refunds: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) audience: Audience,
    pub(crate) issued_at: Timestamp,
    pub(crate) is_revoked: bool,
    /// The patron it was issued for.
    pub(crate) patron: Option<PatronId>,
}

#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) link: u16,
    pub(crate) document: u16,
    pub(crate) version: u16,
    pub(crate) identity: String,
    pub(crate) claimed_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) is_refunded: bool,
}

/// A request, as its events record it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) facts: Facts,
    pub(crate) as_of: Timestamp,
    pub(crate) policy: Policy,
    pub(crate) status: Status,
    pub(crate) since: Timestamp,
    pub(crate) was_shipped: bool,
    pub(crate) cancel_requested: bool,
    /// Whether the patron was forgotten because nothing was kept.
    pub(crate) is_forgotten: bool,
    /// Every patron it ever named.
    pub(crate) patrons: Vec<PatronId>,
    pub(crate) documents: BTreeMap<u16, Document>,
    pub(crate) links: BTreeMap<u16, Link>,
    pub(crate) claims: BTreeMap<u32, Claim>,
    /// The claims made from each link's page.
    pub(crate) page_claims: BTreeMap<(u16, u16), u32>,
    pub(crate) uploads: BTreeMap<u32, BlobKey>,
    pub(crate) last_upload: u32,
    /// Pending extension requests, by link and document.
    pub(crate) asks: BTreeSet<(u16, u16)>,
    /// Documents with open problems.
    pub(crate) problems: BTreeSet<u16>,
    /// The notices so far, and whether each has ended.
    pub(crate) notices: BTreeMap<u32, bool>,
    /// The time of its latest event on any clock.
    pub(crate) latest: Timestamp,
}

impl Request {
    pub(crate) fn new(facts: &Facts, as_of: Timestamp, policy: Policy) -> Self {
        Self {
            patrons: facts.patron.iter().cloned().collect(),
            facts: facts.clone(),
            as_of,
            policy,
            status: Status::Pending,
            since: as_of,
            was_shipped: false,
            cancel_requested: false,
            is_forgotten: false,
            documents: BTreeMap::new(),
            links: BTreeMap::new(),
            claims: BTreeMap::new(),
            page_claims: BTreeMap::new(),
            uploads: BTreeMap::new(),
            last_upload: 0,
            asks: BTreeSet::new(),
            problems: BTreeSet::new(),
            notices: BTreeMap::new(),
            latest: Timestamp::EPOCH,
        }
    }

    pub(crate) const fn is_visible(&self) -> bool {
        matches!(self.status, Status::Shipped | Status::Received)
    }

    pub(crate) const fn is_over(&self) -> bool {
        matches!(self.status, Status::Cancelled | Status::Unfilled | Status::Withdrawn)
    }

    pub(crate) fn live(&self) -> impl Iterator<Item = (u16, &Document)> {
        let documents = self.documents.iter().filter(|(_, document)| document.is_live());
        documents.map(|(no, document)| (*no, document))
    }

    pub(crate) fn live_document(&mut self, no: u16) -> Option<&mut Document> {
        self.documents.get_mut(&no).filter(|document| document.is_live())
    }

    /// Returns the budget from which an audience spends.
    pub(crate) const fn purse(&self, audience: Audience) -> Purse {
        match (self.policy.spending, audience) {
            (Spending::Shared, _) => Purse::Everyone,
            (_, Audience::Partner) => Purse::Partner,
            (_, Audience::Patron) => Purse::Patron,
            _ => Purse::Staff,
        }
    }

    /// Returns the budgets that exist under the profile.
    pub(crate) fn purses(&self) -> &'static [Purse] {
        match self.policy.spending {
            Spending::Shared => &[Purse::Everyone],
            _ => &[Purse::Partner, Purse::Patron, Purse::Staff],
        }
    }

    /// Returns how many downloads of the current version are left in a budget.
    pub(crate) fn left(&self, document: &Document, purse: Purse) -> u32 {
        let Some(version) = document.versions.last() else { return 0 };
        let count = |counts: &BTreeMap<Purse, u32>| counts.get(&purse).copied().unwrap_or(0);
        let limit = self.allowance(document, purse) + count(&version.granted);
        limit.saturating_sub(count(&version.used))
    }

    pub(crate) fn allowance(&self, document: &Document, purse: Purse) -> u32 {
        match (self.policy.spending, purse) {
            (Spending::Own { staff_downloads }, Purse::Staff) => staff_downloads,
            _ => document.terms.max_downloads,
        }
    }

    /// Returns whether a claim's ticket gives access at an instant.
    pub(crate) fn is_open(&self, claim: &Claim, now: Timestamp) -> bool {
        let is_kept = self
            .documents
            .get(&claim.document)
            .is_some_and(|document| document.is_live() && claim.version > document.recalled);
        let is_valid = self.links.get(&claim.link).is_some_and(|link| !link.is_revoked);
        now < claim.ends_at && !claim.is_refunded && is_kept && is_valid && !self.is_over()
    }
}

impl Document {
    pub(crate) const fn is_live(&self) -> bool {
        !self.is_removed && !self.is_purged
    }

    /// Returns the number of the current version.
    pub(crate) fn current(&self) -> u16 {
        u16::try_from(self.versions.len()).unwrap_or(u16::MAX)
    }

    /// Returns the versions whose bytes must be stored.
    pub(crate) fn needed(&self, no: u16, request: &Request, now: Timestamp) -> Vec<&Version> {
        let numbered = (1..).zip(&self.versions);
        let needed = numbered.filter(|(version, _)| self.needs(no, *version, request, now));
        needed.map(|(_, version)| version).collect()
    }

    /// Returns whether the bytes of a version must be stored: those of the current one, and of an
    /// older one with an open ticket.
    pub(crate) fn needs(&self, no: u16, version: u16, request: &Request, now: Timestamp) -> bool {
        let is_claimed = || {
            request.claims.values().any(|claim| {
                (claim.document, claim.version) == (no, version) && request.is_open(claim, now)
            })
        };
        self.is_live() && (version == self.current() || is_claimed())
    }

    /// Starts the days of the terms.
    pub(crate) fn ship(&mut self, now: Timestamp) {
        self.shipped_at = Some(now);
        self.expires_at = Some(end_of(&self.terms, now));
    }

    /// Returns why it cannot be claimed at an instant, whatever is left of its budget.
    pub(crate) fn closed(&self, now: Timestamp) -> Option<&'static str> {
        if self.expires_at.is_some_and(|end| now >= end) {
            return Some("expired");
        }
        self.terms.not_before.is_some_and(|from| now < from).then_some("not-yet-valid")
    }
}

impl Link {
    pub(crate) const fn hard_expires_at(&self) -> Timestamp {
        self.issued_at.plus_days(400)
    }
}

/// Returns the end of the day so many days after `from`. All libraries of a run are in UTC.
pub(crate) const fn end_of_day(from: Timestamp, days: u16) -> Timestamp {
    Timestamp::from_seconds((from.as_seconds() / 86_400 + days as i64 + 1) * 86_400)
}

/// Returns the end of terms whose days start at `from`.
pub(crate) const fn end_of(terms: &Terms, from: Timestamp) -> Timestamp {
    match terms.expiry {
        Expiry::At(end) => end,
        Expiry::Days(days) => end_of_day(from, days),
        _ => from,
    }
}

/// Returns whether the bytes so far are taken back at once.
pub(crate) const fn recalls(reason: ReplaceReason) -> bool {
    matches!(reason, ReplaceReason::WrongDocument)
}

/// Returns the code of the refusal for a request that is over.
pub(crate) const fn over(status: Status) -> Option<&'static str> {
    match status {
        Status::Cancelled => Some("cancelled"),
        Status::Unfilled => Some("wrong-status"),
        Status::Withdrawn => Some("withdrawn"),
        _ => None,
    }
}

/// Returns whether the actor is a member of staff of this agency, or may act for every agency.
pub(crate) fn acts_for(actor: &desktop_delivery::Actor, agency: &AgencyId) -> bool {
    use desktop_delivery::Actor;
    match actor {
        Actor::Staff { agency: own, .. } => own == agency,
        Actor::Host | Actor::System => true,
        _ => false,
    }
}
