use super::support::{NOW, On, agency, change, commit, committed, event, handle, made, stored};
use crate::check::Run;
use crate::race::race;
use desktop_delivery::events::{Event, EventKind, EventPosition, FeedPosition, FeedStart};
use desktop_delivery::ledger::{Change, CommitOutcome, FeedOutcome, FeedRow, FeedRows};
use desktop_delivery::{Actor, Ledger, RequestHandle};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Returns the request of a row and the position of its event.
type Place = (RequestHandle, EventPosition);

fn place(row: &FeedRow) -> Place {
    (row.recorded.handle, row.recorded.position)
}

pub(crate) async fn page(ledger: &dyn Ledger, start: FeedStart, limit: usize) -> FeedRows {
    let page = match ledger.events_since(start, limit).await.expect("the feed is answered") {
        FeedOutcome::Page(page) => page,
        FeedOutcome::Reset => panic!("a position of this feed is a reset: {start:?}"),
    };
    if let FeedStart::After(position) = start {
        let is_after = page.rows.iter().all(|row| row.position > position);
        assert!(is_after, "an event before the start of the page: {page:?}");
    }
    page
}

/// Reads the feed to its end.
pub(crate) async fn rest(ledger: &dyn Ledger, start: FeedStart, limit: usize) -> Vec<FeedRow> {
    let (mut start, mut rows) = (start, Vec::new());
    loop {
        let page = page(ledger, start, limit).await;
        assert!(page.rows.len() <= limit, "a page exceeds its limit");
        let end = page.rows.last().map(|row| row.position);
        assert!(end.is_none_or(|end| end == page.end), "a page ends at its last event");
        assert!(!page.more || !page.rows.is_empty(), "events follow, but the page is empty");
        rows.extend(page.rows);
        if !page.more {
            return rows;
        }
        start = FeedStart::After(page.end);
    }
}

/// Asserts that the rows are all events of these requests, each once, in order.
pub(crate) async fn assert_complete(
    ledger: &dyn Ledger,
    rows: &[FeedRow],
    handles: &[RequestHandle],
) {
    assert!(
        rows.is_sorted_by(|one, next| one.position < next.position),
        "positions increase along the feed"
    );
    for own in handles {
        let history = ledger.events(*own, None, usize::MAX).await.expect("events are answered");
        let fed: Vec<_> = rows
            .iter()
            .filter(|row| row.recorded.handle == *own)
            .map(|row| row.recorded.clone())
            .collect();
        assert_eq!(fed, history, "each event of {own} once, in order");
    }
    let strange = rows.iter().find(|row| !handles.contains(&row.recorded.handle));
    assert!(strange.is_none(), "an event of no request: {strange:?}");
}

/// Fills a ledger with three requests whose commits alternate and have one to three events.
async fn filled(on: &On) -> Vec<RequestHandle> {
    let handles: Vec<_> = [3, 1, 2].map(handle).to_vec();
    for (own, name) in handles.iter().zip(["2026-1", "2026-2", "2026-3"]) {
        committed(on, made(*own, name)).await;
    }
    for revision in 1..=4_u64 {
        for (number, own) in handles.iter().enumerate() {
            let kinds = [EventKind::Shipped { attachments: 1 }, EventKind::Received];
            let mut events = vec![event()];
            events.extend(kinds.map(|kind| Event::new(NOW, Actor::System, kind)));
            events.truncate(1 + (number + usize::try_from(revision).unwrap_or(0)) % 3);
            committed(on, Change { events, ..change(*own, Some(revision)) }).await;
        }
    }
    handles
}

pub(super) async fn the_feed_has_every_event_once_in_order(on: On, _: Run) {
    let handles = filled(&on).await;
    let rows = rest(&*on.adapter, FeedStart::Beginning, 100).await;
    assert_complete(&*on.adapter, &rows, &handles).await;
}

pub(super) async fn a_commit_is_in_the_feed_when_it_returns(on: On, _: Run) {
    committed(&on, made(handle(1), "2026-1")).await;
    let mut start = FeedStart::Beginning;
    for revision in 1..=5 {
        let page = page(&*on.adapter, start, 10).await;
        let places: Vec<_> = page.rows.iter().map(place).collect();
        assert_eq!(places, [(handle(1), EventPosition { revision, index: 0 })]);
        start = FeedStart::After(page.end);
        committed(&on, change(handle(1), Some(revision))).await;
    }
}

pub(super) async fn the_feed_is_paged(on: On, _: Run) {
    let empty = page(&*on.adapter, FeedStart::Beginning, 10).await;
    assert_eq!((empty.rows.len(), empty.more), (0, false), "nothing happened yet");
    filled(&on).await;
    let all = rest(&*on.adapter, FeedStart::Beginning, 1_000).await;
    assert!(all.len() > 20);
    for limit in [1, 2, 3, 7] {
        assert_eq!(rest(&*on.adapter, FeedStart::Beginning, limit).await, all, "pages of {limit}");
        // The end of an empty feed is its beginning.
        assert_eq!(rest(&*on.adapter, FeedStart::After(empty.end), limit).await, all);
    }
    for (number, row) in all.iter().enumerate() {
        let left = page(&*on.adapter, FeedStart::After(row.position), 2).await;
        let expected: Vec<_> = all.iter().skip(number + 1).take(2).cloned().collect();
        assert_eq!(left.rows, expected, "after {}", row.position);
        assert_eq!(left.more, number + 3 < all.len(), "whether more follow {}", row.position);
        let nothing = page(&*on.adapter, FeedStart::After(row.position), 0).await;
        assert_eq!((nothing.rows.len(), nothing.end), (0, row.position));
        assert_eq!(nothing.more, number + 1 < all.len(), "in a page of none");
    }
}

pub(super) async fn the_feed_can_begin_at_its_newest_event(on: On, _: Run) {
    let none = page(&*on.adapter, FeedStart::Latest, 10).await;
    assert_eq!((none.rows.len(), none.more), (0, false), "nothing happened yet");
    let handles = filled(&on).await;
    let newest = page(&*on.adapter, FeedStart::Latest, 10).await;
    let all = rest(&*on.adapter, FeedStart::Beginning, 1_000).await;
    assert_eq!((newest.rows.len(), newest.more), (0, false), "nothing follows the newest event");
    assert_eq!(Some(newest.end), all.last().map(|row| row.position));
    committed(&on, change(handles[1], Some(5))).await;
    let next = page(&*on.adapter, FeedStart::After(newest.end), 10).await;
    let places: Vec<_> = next.rows.iter().map(place).collect();
    assert_eq!(places, [(handles[1], EventPosition { revision: 6, index: 0 })]);
}

pub(super) async fn an_unknown_position_is_a_reset(on: On, _: Run) {
    filled(&on).await;
    let rows = rest(&*on.adapter, FeedStart::Beginning, 1_000).await;
    let (first, last) = (rows[0].position, rows[rows.len() - 1].position);
    let strange = [
        FeedPosition { generation: last.generation.wrapping_add(1), ..last },
        FeedPosition { check: last.check ^ 1, ..last },
        FeedPosition { check: first.check ^ 0x8000_0000, ..first },
        FeedPosition { number: last.number + 1, ..last },
        FeedPosition { number: last.number + 1_000_000, ..last },
        FeedPosition { number: u64::MAX, ..last },
        FeedPosition { check: 1, ..FeedPosition::beginning(last.generation) },
        FeedPosition::beginning(last.generation.wrapping_add(1)),
    ];
    for position in strange {
        let outcome = on.adapter.events_since(FeedStart::After(position), 10).await;
        let outcome = outcome.expect("the feed is answered");
        assert_eq!(outcome, FeedOutcome::Reset, "{position} is not in this feed");
    }
    let beginning = FeedPosition::beginning(last.generation);
    assert_eq!(rest(&*on.adapter, FeedStart::After(beginning), 1_000).await, rows);
}

pub(super) async fn feed_rows_name_the_request_as_it_is_now(on: On, _: Run) {
    committed(&on, made(handle(1), "2026-1")).await;
    let mut record = stored(&on, handle(1)).await.record;
    record.facts.supplier = agency("CA-NSHD");
    committed(&on, Change { record: Some(record), ..change(handle(1), Some(1)) }).await;
    let rows = rest(&*on.adapter, FeedStart::Beginning, 10).await;
    assert_eq!(rows.len(), 2);
    for row in rows {
        let facts = stored(&on, handle(1)).await.record.facts;
        assert_eq!(
            (row.reference, row.requester, row.supplier),
            (facts.reference, facts.requester, facts.supplier)
        );
    }
}

/// A commit that began earlier and ends later must not appear before one that was already read.
pub(super) async fn nothing_appears_before_a_position_that_was_read(on: On, _: Run) {
    let handles: Vec<_> = (1..=4).map(handle).collect();
    for (own, number) in handles.iter().zip(1..) {
        committed(&on, made(*own, &format!("2026-{number}"))).await;
    }
    let mut read = rest(&*on.adapter, FeedStart::Beginning, 100).await;
    for revision in 1..=10 {
        let (polls, slow) = (usize::try_from(revision % 4).unwrap_or(0), &handles[..2]);
        let mut pending: Vec<_> =
            slow.iter().map(|own| on.adapter.commit(change(*own, Some(revision)))).collect();
        for commit in &mut pending {
            for _ in 0..=polls {
                if futures_util::poll!(&mut *commit).is_ready() {
                    *commit = Box::pin(async { Ok(CommitOutcome::Stale) });
                    break;
                }
            }
        }
        for own in &handles[2..] {
            committed(&on, change(*own, Some(revision))).await;
        }
        let last = read.last().map_or(FeedStart::Beginning, |row| FeedStart::After(row.position));
        read.extend(rest(&*on.adapter, last, 3).await);
        for commit in pending {
            commit.await.expect("a commit is answered");
        }
        let last = read.last().map_or(FeedStart::Beginning, |row| FeedStart::After(row.position));
        read.extend(rest(&*on.adapter, last, 3).await);
        assert_complete(&*on.adapter, &read, &handles).await;
        assert_eq!(rest(&*on.adapter, FeedStart::Beginning, 100).await, read);
    }
}

/// The number of futures that commit, and that read, at the same time.
const WRITERS: usize = 8;
const READERS: usize = 4;
const COMMITS: u64 = 20;

pub(super) async fn parallel_commits_are_in_the_feed_once(on: On, run: Run) {
    let shared = handle(0);
    committed(&on, made(shared, "2026-0")).await;
    let writing = Arc::new(AtomicUsize::new(WRITERS));
    let read = race(&run, WRITERS + READERS, |number| {
        let (adapter, writing) = (Arc::clone(&on.adapter), Arc::clone(&writing));
        let ended = (number < WRITERS).then(|| Ended(Arc::clone(&writing)));
        Box::pin(async move {
            if let Some(_ended) = ended {
                write(&*adapter, number, shared).await;
                return Vec::new();
            }
            // Readers begin at different events.
            for _ in 0..(number - WRITERS) * 10 {
                yield_now().await;
            }
            let start = match number % 2 {
                0 => FeedStart::Beginning,
                _ => FeedStart::After(page(&*adapter, FeedStart::Latest, 0).await.end),
            };
            follow(&*adapter, start, 1 + number % 5, &writing).await
        })
    });
    let mut handles: Vec<_> = (1..=WRITERS as u64).map(handle).collect();
    handles.push(shared);
    let all = rest(&*on.adapter, FeedStart::Beginning, 100).await;
    assert_complete(&*on.adapter, &all, &handles).await;
    for rows in read {
        let Some(first) = rows.first() else { continue };
        let since = all.iter().position(|row| row == first).expect("the row is in the feed");
        assert_eq!(rows, all[since..], "a reader gets every event from its start once");
    }
}

/// Counts a writer as ended when it is dropped, even if a failed check drops it.
struct Ended(Arc<AtomicUsize>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Commits to a request of its own and to one that all writers share.
async fn write(ledger: &dyn Ledger, number: usize, shared: RequestHandle) {
    let own = handle(1 + number as u64);
    let first = ledger.commit(made(own, &format!("2026-{}", number + 1))).await;
    assert!(matches!(first, Ok(CommitOutcome::Committed { .. })), "{first:?}");
    for revision in 1..=COMMITS {
        yield_now().await;
        let events = vec![event(); 1 + usize::from(revision % 3 == 0)];
        let next = ledger.commit(Change { events, ..change(own, Some(revision)) }).await;
        assert!(matches!(next, Ok(CommitOutcome::Committed { .. })), "{next:?}");
        let key = desktop_delivery::ledger::DeliveryKey::Handle(shared);
        let found = ledger.load(key).await.expect("a load is answered");
        let expected = found.map(|delivery| delivery.revision);
        // Often stale, because the others commit too.
        ledger.commit(change(shared, expected)).await.expect("a commit is answered");
    }
}

/// Reads until the writers have ended and nothing follows.
async fn follow(
    ledger: &dyn Ledger,
    mut start: FeedStart,
    limit: usize,
    writing: &AtomicUsize,
) -> Vec<FeedRow> {
    let mut rows = Vec::new();
    loop {
        let is_last = writing.load(Ordering::SeqCst) == 0;
        let page = page(ledger, start, limit).await;
        start = FeedStart::After(page.end);
        rows.extend(page.rows);
        if is_last && !page.more {
            return rows;
        }
        yield_now().await;
    }
}

async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|task| {
        if std::mem::replace(&mut yielded, true) {
            return std::task::Poll::Ready(());
        }
        task.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

pub(super) async fn feed_positions_are_durable(on: On, _: Run) {
    let handles = filled(&on).await;
    let before = rest(&*on.adapter, FeedStart::Beginning, 1_000).await;
    let newest = before[before.len() - 1].position;
    // Nothing has read the last commit yet.
    committed(&on, change(handles[0], Some(5))).await;
    let reopened = on.reopened();
    let next = page(&*reopened, FeedStart::After(newest), 10).await;
    let places: Vec<_> = next.rows.iter().map(place).collect();
    assert_eq!(places, [(handles[0], EventPosition { revision: 6, index: 0 })]);
    let all = rest(&*reopened, FeedStart::Beginning, 7).await;
    assert_eq!(all[..before.len()], before, "positions stay the same");
    assert_complete(&*reopened, &all, &handles).await;
    assert_eq!(commit(&on, change(handles[0], Some(9))).await, CommitOutcome::Stale);
}
