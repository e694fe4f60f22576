use crate::model::event::RecordedEvent;
use crate::model::feed_position::FeedPosition;
use crate::model::ids::{AgencyId, CommitId, RequestReference};

/// Where a page of the event feed begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every ledger must know all of them")]
pub enum FeedStart {
    /// The first event.
    #[default]
    Beginning,
    /// The events after a position.
    After(FeedPosition),
    /// After the newest event, so that the page is empty and its end is the position of that event.
    Latest,
}

/// An event in the feed, with the request it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers make it")]
pub struct FeedRow {
    /// Its position in the feed.
    pub position: FeedPosition,
    /// The host's reference of the request, as it is now.
    pub reference: RequestReference,
    /// The borrowing library, as it is now.
    pub requester: AgencyId,
    /// The lending library, as it is now.
    pub supplier: AgencyId,
    /// The event with its request and its position in the request's history.
    pub recorded: RecordedEvent,
}

/// A page of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "ledgers make it")]
pub struct FeedRows {
    /// The events, in order.
    pub rows: Vec<FeedRow>,
    /// Where the next page begins: the position of the last event, or, if there are none, the
    /// position where this page begins.
    pub end: FeedPosition,
    /// Whether more events follow.
    pub more: bool,
}

/// The outcome of reading the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every caller must know all outcomes")]
pub enum FeedOutcome {
    /// A page.
    Page(FeedRows),
    /// The start is not a position of this feed, because the ledger's contents were replaced, for
    /// example by a restore.
    Reset,
}

impl CommitId {
    /// Returns the [`FeedPosition::check`] of the events of this commit.
    #[must_use]
    pub const fn feed_check(&self) -> u32 {
        let [a, b, c, d, ..] = *self.as_bytes();
        u32::from_be_bytes([a, b, c, d])
    }
}
