//! The reference model: the state of a request, as its events record it. It has its own idea of the
//! rules and never calls `decide`.

mod agree;
mod apply;
mod checks;
mod counters;
mod counts;
mod documents;
mod expect;
mod request;
mod rights;

pub(crate) use expect::{Expected, holds, is_requester_only, is_stranger, open_links};
pub(crate) use request::{Request, over};

use crate::violation::{Verdict, Violation, ensure};
use bytes::Bytes;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::desk::{Grant, TermsChange};
use desktop_delivery::events::EventKind;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::ledger::Change;
use desktop_delivery::notices::{OutgoingNotice, Recipient};
use desktop_delivery::{Actor, AgencyId, Facts, PatronId, Policy, RequestHandle, Terms, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the caller of an operation wants, as far as its events do not record it.
#[derive(Clone, Debug)]
pub(crate) enum Intent {
    /// The events record everything.
    Plain,
    /// An acknowledged claim with this identity.
    Claim(String),
    ForgetPatron,
    Grant(Grant),
    Sync {
        facts: Box<Facts>,
        as_of: Option<Timestamp>,
    },
    Terms(TermsChange),
    Upload {
        terms: Option<Terms>,
        bytes: Bytes,
    },
}

/// All requests, as they were at each revision.
pub(crate) struct Model {
    /// The policy profile of each requester.
    policies: BTreeMap<AgencyId, Policy>,
    /// The addresses of each patron.
    addresses: BTreeMap<String, Vec<String>>,
    requests: BTreeMap<RequestHandle, Vec<Arc<Request>>>,
    /// What is charged to the counters that end on each day, by the number of the day.
    charged: BTreeMap<i64, i64>,
}

/// Returns the SHA-256 of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}

impl Model {
    pub(crate) const fn new(
        policies: BTreeMap<AgencyId, Policy>,
        addresses: BTreeMap<String, Vec<String>>,
    ) -> Self {
        Self { policies, addresses, requests: BTreeMap::new(), charged: BTreeMap::new() }
    }

    pub(crate) fn handles(&self) -> Vec<RequestHandle> {
        self.requests.keys().copied().collect()
    }

    /// Returns a request as it is now.
    pub(crate) fn latest(&self, handle: RequestHandle) -> Option<&Arc<Request>> {
        self.requests.get(&handle)?.last()
    }

    /// Returns the ends of tickets and terms after an instant, at most 60 days later.
    pub(crate) fn ends_after(&self, now: Timestamp) -> Vec<Timestamp> {
        let mut ends: Vec<Timestamp> = Vec::new();
        for request in self.requests.values().filter_map(|history| history.last()) {
            ends.extend(request.claims.values().map(|claim| claim.ends_at));
            ends.extend(request.documents.values().filter_map(|document| document.expires_at));
        }
        ends.retain(|end| *end > now && *end < now.plus_days(60));
        ends
    }

    /// Returns a request as it was at a revision.
    pub(crate) fn at(&self, handle: RequestHandle, revision: u64) -> Option<&Arc<Request>> {
        let place = usize::try_from(revision.checked_sub(1)?).ok()?;
        self.requests.get(&handle)?.get(place)
    }

    /// Applies the events of a commit, and compares the stored delivery with the result.
    pub(crate) fn commit(
        &mut self,
        change: &Change,
        after: &Delivery,
        intent: &Intent,
        actor: &Actor,
        blobs: &BTreeMap<BlobKey, Bytes>,
    ) -> Verdict {
        let history = self.requests.entry(change.handle).or_default();
        let mut request = match history.last() {
            Some(last) => Request::clone(last),
            None => {
                let Intent::Sync { facts, as_of, .. } = intent else {
                    let detail = format!("{} by {intent:?}", change.handle);
                    return Err(Violation { check: "4 a request comes from nowhere", detail });
                };
                let policy = self.policies.get(&facts.requester).cloned().unwrap_or_default();
                let at = change.events.first().map_or(Timestamp::EPOCH, |event| event.at);
                Request::new(facts, as_of.unwrap_or(at), policy)
            }
        };
        let is_first = history.is_empty();
        let created = change.events.iter().filter(|event| event.kind == EventKind::Created).count();
        ensure!(
            created == usize::from(is_first),
            "4 a request is created twice",
            "{} has {created} such events",
            change.handle
        );
        let charged = &mut self.charged;
        let verdict = change
            .events
            .iter()
            .try_for_each(|event| {
                counters::charge(charged, &request, event);
                request.apply(event, intent, actor, after, blobs)
            })
            .and_then(|()| request.agree(change, after));
        history.push(Arc::new(request));
        verdict
    }

    /// Checks that nobody needs the bytes that are deleted.
    pub(crate) fn may_delete(&self, key: BlobKey, clocks: &[Timestamp]) -> Verdict {
        const CHECK: &str = "4 bytes are deleted too early";
        // A node whose clock is behind may still serve a ticket.
        let now = clocks.iter().min().copied().unwrap_or(Timestamp::EPOCH);
        for (handle, history) in &self.requests {
            let Some(request) = history.last() else { continue };
            ensure!(
                !request.uploads.values().any(|blob| *blob == key),
                CHECK,
                "an upload of {handle}"
            );
            for (no, document) in &request.documents {
                let needed = document.needed(*no, request, now);
                ensure!(
                    !needed.iter().any(|version| version.blob == key),
                    CHECK,
                    "document {no} of {handle}"
                );
            }
        }
        Ok(())
    }

    /// Checks that a message may go out, and goes to the right person.
    pub(crate) fn may_notify(&self, message: &OutgoingNotice) -> Verdict {
        const CHECK: &str = "6 a message goes to the wrong person or too early";
        let Some(request) = self.latest(message.handle) else {
            return Err(Violation { check: CHECK, detail: "no such request".to_owned() });
        };
        let to_patron = message.to == Recipient::Patron;
        ensure!(
            request.was_shipped || !matches!(message.to, Recipient::Partner | Recipient::Patron),
            CHECK,
            "{:?} before Shipped",
            message.kind
        );
        let of_patron = |id: &PatronId| self.addresses.get(id.as_str());
        let mut addresses = request.patrons.iter().filter_map(of_patron).flatten();
        let is_patrons = addresses.any(|address| address == message.address.as_str());
        ensure!(is_patrons == to_patron, CHECK, "{:?} to {:?}", message.kind, message.to);
        Ok(())
    }
}
