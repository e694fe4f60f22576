use crate::model::event::{Event, EventPosition, RecordedEvent};
use crate::model::facts::Facts;
use crate::model::feed_position::FeedPosition;
use crate::model::ids::{CommitId, RequestHandle};
use crate::ports::feed::{FeedOutcome, FeedRow, FeedRows, FeedStart};
use crate::ports::ledger_snapshot::DeliverySnapshot;
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// The order of all events. An event's number is its index plus 1.
pub(super) struct Feed {
    generation: u64,
    places: Vec<Place>,
}

/// Where an event is stored.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) handle: RequestHandle,
    pub(super) position: EventPosition,
    check: u32,
}

impl Default for Feed {
    fn default() -> Self {
        Self { generation: random(), places: Vec::new() }
    }
}

/// Returns a random number. The keys of hash maps are the only randomness in std.
fn random() -> u64 {
    RandomState::new().hash_one(())
}

impl Feed {
    pub(super) fn append(
        &mut self,
        handle: RequestHandle,
        revision: u64,
        commit_id: CommitId,
        events: usize,
    ) {
        let check = commit_id.feed_check();
        self.places.extend((0..).take(events).map(|index| Place {
            handle,
            position: EventPosition { revision, index },
            check,
        }));
    }

    /// Replaces the events of these deliveries and begins a new generation.
    pub(super) fn replace(&mut self, copies: &[DeliverySnapshot]) {
        let replaced: HashSet<_> = copies.iter().map(|copy| copy.delivery.handle).collect();
        self.places.retain(|place| !replaced.contains(&place.handle));
        for copy in copies {
            for (revision, (commit_id, events)) in (1..).zip(&copy.history) {
                self.append(copy.delivery.handle, revision, *commit_id, events.len());
            }
        }
        self.reset();
    }

    pub(super) fn reset(&mut self) {
        self.generation = random();
    }

    /// Returns a page, with the contents of the events as `read` returns them.
    pub(super) fn page<'a>(
        &self,
        start: FeedStart,
        limit: usize,
        read: impl Fn(&Place) -> Option<(&'a Facts, &'a Event)>,
    ) -> FeedOutcome {
        let begin = match start {
            FeedStart::Beginning => 0,
            FeedStart::Latest => self.places.len(),
            FeedStart::After(position) => {
                let number = usize::try_from(position.number).unwrap_or(usize::MAX);
                if number > self.places.len() || self.position(number) != position {
                    return FeedOutcome::Reset;
                }
                number
            }
        };
        let end = self.places.len().min(begin.saturating_add(limit));
        let places = self.places.iter().enumerate().take(end).skip(begin);
        let rows = places.filter_map(|(index, place)| {
            let (facts, event) = read(place)?;
            let Place { handle, position, .. } = *place;
            Some(FeedRow {
                position: self.position(index + 1),
                reference: facts.reference.clone(),
                requester: facts.requester.clone(),
                supplier: facts.supplier.clone(),
                recorded: RecordedEvent { handle, position, event: event.clone() },
            })
        });
        let more = end < self.places.len();
        FeedOutcome::Page(FeedRows { rows: rows.collect(), end: self.position(end), more })
    }

    /// Returns the position of the event with this number.
    fn position(&self, number: usize) -> FeedPosition {
        let place = number.checked_sub(1).and_then(|index| self.places.get(index));
        FeedPosition {
            generation: self.generation,
            number: number as u64,
            check: place.map_or(0, |place| place.check),
        }
    }
}
