use crate::decide::note_of;
use crate::model::event::EventPosition;
use crate::model::event_name::EventName;
use crate::model::ids::{AgencyId, CommitId, RequestHandle, RequestReference};
use crate::ports::change::Change;
use crate::ports::hook::{HookedCommit, HookedEvent};
use std::collections::BTreeSet;

/// A change with events for the host's commit hook, made from a [`Change`] before the change is
/// converted to rows.
#[derive(Clone, Debug)]
pub struct HookedChange {
    handle: RequestHandle,
    commit_id: CommitId,
    revision: u64,
    /// The request as the change stores it; `None` if the change does not affect it.
    request: Option<HookedRequest>,
    events: Vec<HookedEvent>,
}

/// The fields of a stored request that a [`HookedCommit`] contains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers make it")]
pub struct HookedRequest {
    /// The host's reference.
    pub reference: RequestReference,
    /// The borrowing library.
    pub requester: AgencyId,
    /// The lending library.
    pub supplier: AgencyId,
}

impl HookedChange {
    /// Returns the view of a change that a hook for `kinds` receives; `None` if the change has no
    /// event of these kinds.
    #[must_use]
    pub fn of(change: &Change, kinds: &BTreeSet<EventName>) -> Option<Self> {
        if !change.events.iter().any(|event| kinds.contains(&event.kind.name())) {
            return None;
        }
        let revision = change.expected.unwrap_or(0) + 1;
        let record = change.record.as_ref();
        let wanted = (0..).zip(&change.events);
        let wanted = wanted.filter(|(_, event)| kinds.contains(&event.kind.name()));
        let events = wanted.map(|(index, event)| {
            let note = record.and_then(|record| note_of(record, &event.kind, event.at));
            HookedEvent::new(EventPosition { revision, index }, event.clone(), note)
        });
        Some(Self {
            handle: change.handle,
            commit_id: change.commit_id,
            revision,
            request: record.map(|record| HookedRequest {
                reference: record.facts.reference.clone(),
                requester: record.facts.requester.clone(),
                supplier: record.facts.supplier.clone(),
            }),
            events: events.collect(),
        })
    }

    /// Returns the request as the change stores it. If `None`, the ledger reads it within the
    /// transaction.
    #[must_use]
    pub const fn request(&self) -> Option<&HookedRequest> {
        self.request.as_ref()
    }

    /// Returns what the hook receives, with the request as it is stored by this commit.
    #[must_use]
    pub fn commit(&self, request: HookedRequest) -> HookedCommit {
        let HookedRequest { reference, requester, supplier } = request;
        HookedCommit {
            commit_id: self.commit_id,
            handle: self.handle,
            revision: self.revision,
            reference,
            requester,
            supplier,
            events: self.events.clone(),
        }
    }
}
