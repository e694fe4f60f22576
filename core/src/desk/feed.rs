use super::Desk;
use super::requests::MAX_PAGE;
use crate::decide::{self, FeedEntry};
use crate::desk::Error;
use crate::model::delivery::Delivery;
use crate::model::event::Actor;
use crate::model::event_name::EventName;
use crate::model::feed_position::FeedPosition;
use crate::model::ids::{AgencyId, RequestHandle};
use crate::model::refusal::Refusal;
use crate::ports::feed::{FeedOutcome, FeedRow, FeedRows, FeedStart};
use futures_core::Stream;
use std::collections::{BTreeSet, HashMap, VecDeque};

/// The maximum number of events that one call reads, however few of them match its filters.
const MAX_EXAMINED: usize = 5_000;

/// The minimum number of events that a call with a filter reads at once.
const MIN_FILTERED: usize = 100;

/// Selects events of the feed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedQuery {
    /// Where the page begins.
    pub start: FeedStart,
    /// The maximum number of entries, 1 to 1,000.
    pub limit: usize,
    /// Restricts the page to requests of which this agency is the requester or the supplier.
    pub agency: Option<AgencyId>,
    /// Restricts the page to these kinds; all kinds if empty.
    pub kinds: Vec<EventName>,
}

impl FeedQuery {
    /// Returns a query for all events from `start`.
    #[must_use]
    pub const fn of(start: FeedStart, limit: usize) -> Self {
        Self { start, limit, agency: None, kinds: Vec::new() }
    }

    /// Sets where the page begins.
    #[must_use]
    pub fn with_start(self, start: FeedStart) -> Self {
        Self { start, ..self }
    }

    /// Restricts the page to the requests of an agency; `None` lifts the restriction.
    #[must_use]
    pub fn with_agency(self, agency: impl Into<Option<AgencyId>>) -> Self {
        Self { agency: agency.into(), ..self }
    }

    /// Restricts the page to some kinds of events; an empty list lifts the restriction.
    #[must_use]
    pub fn with_kinds(self, kinds: impl IntoIterator<Item = EventName>) -> Self {
        Self { kinds: kinds.into_iter().collect(), ..self }
    }

    fn selects(&self, row: &FeedRow) -> bool {
        let is_party = |agency: &AgencyId| *agency == row.requester || *agency == row.supplier;
        let is_kind = self.kinds.is_empty() || self.kinds.contains(&row.recorded.event.kind.name());
        is_kind && self.agency.as_ref().is_none_or(is_party)
    }
}

/// A page of the event feed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedPage {
    /// The events, oldest first.
    pub entries: Vec<FeedEntry>,
    /// The position where the next page begins, even if this page is empty.
    pub next: FeedPosition,
    /// Whether more events follow, which the filters may exclude. If not, wait before you read the
    /// next page.
    pub more: bool,
}

impl Desk {
    /// Returns a page of the events of all requests, oldest first, as [`decide::feed_view`] shows
    /// them: at most `query.limit` entries, and at most 1,000.
    ///
    /// Every event is in the feed exactly once, and the events of one request are in order. A
    /// consumer that stores [`FeedPage::next`] in one transaction with its results, and begins
    /// there the next time, processes each event exactly once.
    ///
    /// The host sees all requests; staff see those of their own library. One call reads at most
    /// 5,000 events, so a page may have fewer entries than requested, or none, although more
    /// follow.
    ///
    /// # Errors
    /// [`Refusal::FeedReset`] if the start is not a position of this feed; [`Refusal::Forbidden`]
    /// for patrons and for the requests of another library; [`Error::Store`].
    pub async fn events_since(&self, query: &FeedQuery, actor: &Actor) -> Result<FeedPage, Error> {
        let query = scoped(query, actor)?;
        let limit = query.limit.min(MAX_PAGE);
        let (mut start, mut entries, mut examined) = (query.start, Vec::new(), 0);
        loop {
            // A filter may match every event, or hardly any.
            let wanted = match query.agency.is_some() || !query.kinds.is_empty() {
                false => limit - entries.len(),
                true if examined == 0 => limit.max(MIN_FILTERED),
                true => MAX_PAGE.min(MAX_EXAMINED - examined),
            };
            let page = match self.ledger.events_since(start, wanted).await? {
                FeedOutcome::Page(page) => page,
                FeedOutcome::Reset => return Err(Refusal::FeedReset.into()),
            };
            examined += page.rows.len();
            let (next, is_complete) = self.select(&query, actor, page, limit, &mut entries).await?;
            start = FeedStart::After(next.position);
            let is_full = entries.len() >= limit || examined >= MAX_EXAMINED;
            if is_full || !is_complete || !next.more {
                return Ok(FeedPage { entries, next: next.position, more: next.more });
            }
        }
    }

    /// Appends the entries of a page that the actor may see, up to `limit` in total. Returns where
    /// to continue, and whether the whole page was used.
    async fn select(
        &self,
        query: &FeedQuery,
        actor: &Actor,
        page: FeedRows,
        limit: usize,
        entries: &mut Vec<FeedEntry>,
    ) -> Result<(Next, bool), Error> {
        let selected: Vec<FeedRow> =
            page.rows.into_iter().filter(|row| query.selects(row)).collect();
        let needed: BTreeSet<RequestHandle> = selected
            .iter()
            .filter(|row| decide::feed_needs_delivery(row, actor))
            .map(|row| row.recorded.handle)
            .collect();
        let mut deliveries: HashMap<RequestHandle, Delivery> = HashMap::new();
        if !needed.is_empty() {
            let handles: Vec<_> = needed.into_iter().collect();
            let loaded = self.ledger.load_many(&handles).await?;
            deliveries.extend(loaded.into_iter().map(|delivery| (delivery.handle, delivery)));
        }
        for row in selected {
            if entries.len() >= limit {
                let last = entries.last().map(|entry| entry.position);
                let position = last.unwrap_or(page.end);
                return Ok((Next { position, more: true }, false));
            }
            let delivery = deliveries.get(&row.recorded.handle);
            entries.extend(decide::feed_view(row, delivery, actor));
        }
        Ok((Next { position: page.end, more: page.more }, true))
    }

    /// Returns the events of all requests as an endless stream, beginning at `query.start`. The
    /// stream reads up to `query.limit` events at a time.
    ///
    /// When no more events follow, and after an error, the stream awaits `wait` before it reads
    /// again, so that the host chooses the interval and the timer. A host may wait for half a
    /// second, or for a signal that it sends after each change. After an error, the stream
    /// continues at the same position. It ends when the host drops it.
    ///
    /// # Example
    /// ```no_run
    /// # // Endless.
    /// # use desktop_delivery::{Actor, Desk, Error};
    /// # use desktop_delivery::events::{FeedPosition, FeedQuery, FeedStart};
    /// use futures_util::{StreamExt as _, pin_mut};
    ///
    /// async fn follow(desk: &Desk, last: FeedPosition) -> Result<(), Error> {
    ///     let query = FeedQuery::of(FeedStart::After(last), 100);
    ///     # let sleep = || async {};
    ///     let events = desk.event_stream(query, Actor::Host, sleep);
    ///     pin_mut!(events);
    ///     while let Some(entry) = events.next().await {
    ///         let entry = entry?;
    ///         println!("{}: {}", entry.reference, entry.recorded.event.kind.name());
    ///         // The host stores `entry.position` here.
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// An item is an error if [`events_since`](Self::events_since) fails.
    pub fn event_stream<W, F>(
        &self,
        query: FeedQuery,
        actor: Actor,
        wait: W,
    ) -> impl Stream<Item = Result<FeedEntry, Error>>
    where
        W: Fn() -> F,
        F: Future<Output = ()>,
    {
        let query = FeedQuery { limit: query.limit.max(1), ..query };
        let state = Follow { query, ready: VecDeque::new(), must_wait: false };
        futures_util::stream::unfold((state, actor, wait), move |(mut state, actor, wait)| async {
            loop {
                if let Some(entry) = state.ready.pop_front() {
                    return Some((Ok(entry), (state, actor, wait)));
                }
                if std::mem::take(&mut state.must_wait) {
                    wait().await;
                }
                match self.events_since(&state.query, &actor).await {
                    Ok(page) => {
                        state.query.start = FeedStart::After(page.next);
                        state.must_wait = !page.more;
                        state.ready.extend(page.entries);
                    }
                    Err(error) => {
                        state.must_wait = true;
                        return Some((Err(error), (state, actor, wait)));
                    }
                }
            }
        })
    }
}

/// The state of a stream.
struct Follow {
    query: FeedQuery,
    ready: VecDeque<FeedEntry>,
    must_wait: bool,
}

struct Next {
    position: FeedPosition,
    more: bool,
}

/// Restricts a query to what the actor may read.
fn scoped(query: &FeedQuery, actor: &Actor) -> Result<FeedQuery, Refusal> {
    let agency = match (actor, &query.agency) {
        (Actor::Host | Actor::System, agency) => agency.clone(),
        (Actor::Staff { agency: own, .. }, agency)
            if agency.as_ref().is_none_or(|agency| agency == own) =>
        {
            Some(own.clone())
        }
        _ => return Err(Refusal::Forbidden),
    };
    Ok(query.clone().with_agency(agency))
}
