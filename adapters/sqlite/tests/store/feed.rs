use crate::support::{NOW, assert_whole, count_once, create, handle};
use desktop_delivery::Ledger;
use desktop_delivery::events::FeedStart;
use desktop_delivery::ledger::{FeedOutcome, FeedRow, FeedRows};
use desktop_delivery_sqlite::SqliteStore;
use futures_executor::block_on;
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const WRITERS: u32 = 8;
const COMMITS: u64 = 1_250;

fn page(ledger: &dyn Ledger, start: FeedStart, limit: usize) -> FeedRows {
    match block_on(ledger.events_since(start, limit)).unwrap() {
        FeedOutcome::Page(page) => page,
        FeedOutcome::Reset => panic!("{start:?} is a reset"),
    }
}

/// Reads the feed from `start` until the writers have ended and no more events follow. Opens the
/// store again after every few pages.
fn follow(path: &Path, mut start: FeedStart, limit: usize, writing: &AtomicUsize) -> Vec<FeedRow> {
    let mut rows = Vec::new();
    loop {
        let ledger = SqliteStore::open(path).unwrap().ledger();
        for _ in 0..20 {
            let is_last = writing.load(Ordering::SeqCst) == 0;
            let page = page(&ledger, start, limit);
            start = FeedStart::After(page.end);
            rows.extend(page.rows);
            if is_last && !page.more {
                return rows;
            }
        }
    }
}

/// Eight writers, two of which open the file again and again, make 10,000 commits while readers
/// follow from different events.
pub(crate) fn every_event_is_read_once_whatever_happens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("delivery.db");
    let store = SqliteStore::open(&path).unwrap();
    for number in 0..WRITERS {
        create(&store.ledger(), number);
    }
    let writing = AtomicUsize::new(WRITERS as usize);
    let read: Vec<Vec<FeedRow>> = thread::scope(|scope| {
        for number in 0..WRITERS {
            let (writing, path, shared) = (&writing, &path, store.ledger());
            scope.spawn(move || {
                for _ in 0..COMMITS / 250 {
                    let ledger = match number {
                        0 | 1 => SqliteStore::open(path).unwrap().ledger(),
                        _ => shared.clone(),
                    };
                    for _ in 0..250 {
                        count_once(&ledger, number).unwrap();
                    }
                }
                writing.fetch_sub(1, Ordering::SeqCst);
            });
        }
        let readers: Vec<_> = [7, 1_000, 50]
            .into_iter()
            .map(|limit| {
                let (writing, path, ledger) = (&writing, &path, store.ledger());
                scope.spawn(move || {
                    let start = match limit {
                        7 => FeedStart::Beginning,
                        _ => FeedStart::After(page(&ledger, FeedStart::Latest, 0).end),
                    };
                    follow(path, start, limit, writing)
                })
            })
            .collect();
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });
    let ledger = store.ledger();
    let all = page(&ledger, FeedStart::Beginning, usize::MAX - 1).rows;
    assert_eq!(all.len() as u64, u64::from(WRITERS) * (COMMITS + 1));
    assert!(all.is_sorted_by(|one, next| one.position < next.position));
    let mut fed: HashMap<_, Vec<_>> = HashMap::new();
    for row in &all {
        fed.entry(row.recorded.handle).or_default().push(row.recorded.clone());
    }
    for number in 0..WRITERS {
        assert_whole(&ledger, number);
        let history = block_on(ledger.events(handle(number), None, usize::MAX)).unwrap();
        assert!(fed[&handle(number)] == history, "the events of request {number}");
    }
    for rows in read {
        assert!(rows == all[all.len() - rows.len()..], "every event from the start, once");
    }
}

/// Putting an older copy in place by hand keeps the generation.
pub(crate) fn a_position_beyond_an_older_copy_is_a_reset() {
    let folder = tempfile::tempdir().unwrap();
    let [path, copy] = ["delivery.db", "copy.db"].map(|name| folder.path().join(name));
    let store = SqliteStore::open(&path).unwrap();
    create(&store.ledger(), 1);
    block_on(store.backup(&copy)).unwrap();
    let common = page(&store.ledger(), FeedStart::Latest, 0).end;
    create(&store.ledger(), 2);
    let lost = page(&store.ledger(), FeedStart::Latest, 0).end;
    drop(store);
    std::fs::rename(&copy, &path).unwrap();
    let ledger = SqliteStore::open(&path).unwrap().ledger();
    let reads = |position| block_on(ledger.events_since(FeedStart::After(position), 9)).unwrap();
    assert_eq!(page(&ledger, FeedStart::After(common), 9).rows.len(), 0);
    assert_eq!(reads(lost), FeedOutcome::Reset, "a number ahead of the copy");
    create(&ledger, 3);
    assert_eq!(reads(lost), FeedOutcome::Reset, "a number that another event has");
    let next = page(&ledger, FeedStart::After(common), 9).rows;
    assert_eq!((next.len(), next[0].recorded.event.at), (1, NOW));
}
