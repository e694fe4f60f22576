use crate::progress::Progress;
use desktop_delivery::RequestHandle;
use desktop_delivery::Timestamp;
use desktop_delivery::events::{FeedEntry, FeedPage, FeedPosition};
use std::collections::{HashSet, VecDeque};

/// The most events that are considered at once.
pub(crate) const WINDOW: usize = 100;

/// The events after the cursor, oldest first.
///
/// Events of different requests are delivered side by side. Those of one request follow each other,
/// so that a failed event blocks only its own request until the window is full.
#[derive(Debug)]
pub(crate) struct Window {
    entries: VecDeque<FeedEntry>,
    /// The cursor when it was read.
    start: FeedPosition,
    /// Where the next window begins.
    pub(crate) end: FeedPosition,
    /// Whether more events follow.
    pub(crate) more: bool,
}

impl Window {
    /// Returns the window of a page that was read after `start`.
    pub(crate) fn of(page: FeedPage, start: FeedPosition) -> Self {
        Self { entries: page.entries.into(), start, end: page.next, more: page.more }
    }

    /// Returns whether a window after the present cursor would show further events.
    pub(crate) fn can_move(&self, progress: &Progress) -> bool {
        self.more && progress.cursor != self.start
    }

    /// Returns the first event that may be tried at `now`: the oldest of its request that has not
    /// been delivered, unless it is being tried or waits for its next attempt.
    pub(crate) fn ready(
        &self,
        progress: &Progress,
        in_flight: &HashSet<u64>,
        now: Timestamp,
    ) -> Option<&FeedEntry> {
        let mut blocked = HashSet::<RequestHandle>::new();
        self.entries.iter().find(|entry| {
            let number = entry.position.number;
            !progress.done.contains(&number)
                && blocked.insert(entry.recorded.handle)
                && !in_flight.contains(&number)
                && progress.is_due(number, now)
        })
    }

    /// Moves the cursor past the delivered events at the beginning.
    pub(crate) fn advance(&mut self, progress: &mut Progress) {
        while let Some(first) = self.entries.front()
            && progress.done.remove(&first.position.number)
        {
            progress.cursor = first.position;
            self.entries.pop_front();
        }
        if self.entries.is_empty() {
            progress.cursor = self.end;
        }
    }
}
