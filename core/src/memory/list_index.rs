use crate::model::delivery::{DeliveryRecord, Status};
use crate::model::ids::RequestHandle;
use crate::ports::change::{ListQuery, Party};
use crate::ports::list_position::ListPosition;
use std::collections::{BTreeSet, HashMap};

/// Index of deliveries by party and status in list order. Reading a page costs only what it
/// contains.
#[derive(Debug, Default)]
pub(super) struct ListIndex(HashMap<(Party, Option<Status>), BTreeSet<ListPosition>>);

impl ListIndex {
    pub(super) fn add(&mut self, handle: RequestHandle, record: &DeliveryRecord) {
        let position = ListPosition { created_at: record.created_at, handle };
        for key in keys(record) {
            self.0.entry(key).or_default().insert(position);
        }
    }

    pub(super) fn remove(&mut self, handle: RequestHandle, record: &DeliveryRecord) {
        let position = ListPosition { created_at: record.created_at, handle };
        for key in keys(record) {
            if let Some(positions) = self.0.get_mut(&key) {
                positions.remove(&position);
                if positions.is_empty() {
                    self.0.remove(&key);
                }
            }
        }
    }

    /// Returns the positions of a party's deliveries with a status, in list order.
    pub(super) fn behind(&self, query: &ListQuery) -> impl Iterator<Item = ListPosition> {
        let positions = self.0.get(&(query.party.clone(), query.status));
        let older = positions.map(|positions| match query.after {
            Some(after) => positions.range(..after),
            None => positions.range(..),
        });
        older.into_iter().flat_map(|older| older.rev().copied())
    }
}

/// Returns whether both records have the same positions in lists.
pub(super) fn is_listed_alike(one: &DeliveryRecord, other: &DeliveryRecord) -> bool {
    one.status == other.status
        && one.created_at == other.created_at
        && one.facts.requester == other.facts.requester
        && one.facts.supplier == other.facts.supplier
        && one.facts.patron == other.facts.patron
}

fn keys(record: &DeliveryRecord) -> impl Iterator<Item = (Party, Option<Status>)> {
    let facts = &record.facts;
    let patron = facts.patron.clone().map(|id| Party::Patron(facts.requester.clone(), id));
    let parties = [
        Party::Anyone,
        Party::Requester(facts.requester.clone()),
        Party::Supplier(facts.supplier.clone()),
    ];
    let status = record.status;
    let both = move |party: Party| [(party.clone(), None), (party, Some(status))];
    parties.into_iter().chain(patron).flat_map(both)
}
