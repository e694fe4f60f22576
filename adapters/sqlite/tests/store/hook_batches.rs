//! Commits with and without a hook that are queued together.

use crate::hooks::{Host, veto};
use crate::support::{count, create, creation, load};
use desktop_delivery::events::EventName;
use desktop_delivery::hook::{HookVerdict, HookedCommit};
use desktop_delivery::ledger::{Change, CommitOutcome};
use desktop_delivery::{Ledger, StoreError};
use desktop_delivery_sqlite::{SqliteLedger, SqliteOptions, SqliteStore};
use futures_executor::block_on;
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use rusqlite::Transaction;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Blocks the writer in a hook, queues commits, and returns their outcomes.
fn commit_at_once(
    ledger: &SqliteLedger,
    started: &Receiver<()>,
    go_on: &Sender<()>,
    changes: Vec<Change>,
) -> Vec<Result<CommitOutcome, StoreError>> {
    std::thread::scope(|scope| {
        let blocked = scope.spawn(|| block_on(ledger.commit(creation(99, "It holds the writer"))));
        started.recv().unwrap();
        let mut queued: Vec<_> = changes.into_iter().map(|change| ledger.commit(change)).collect();
        for commit in &mut queued {
            // The first poll sends the change to the writer, which is busy.
            assert!(commit.now_or_never().is_none());
        }
        go_on.send(()).unwrap();
        assert!(blocked.join().unwrap().is_ok());
        block_on(join_all(queued))
    })
}

/// Opens a ledger whose hook blocks at the creation of request 99 and vetoes changes of request 1.
fn blocking(host: &Host) -> (SqliteLedger, Receiver<()>, Sender<()>) {
    let ((start, started), (go_on, wait)) = (channel(), channel());
    let (start, wait) = (Mutex::new(start), Mutex::new(wait));
    let hook = move |_: &Transaction<'_>, commit: &HookedCommit| match commit.reference.as_str() {
        "2026-00099" => {
            start.lock().unwrap().send(())?;
            wait.lock().unwrap().recv()?;
            Ok(HookVerdict::Commit)
        }
        "2026-00001" => Ok(HookVerdict::Veto(veto())),
        _ => Ok(HookVerdict::Commit),
    };
    let options = SqliteOptions::new(&host.file)
        .in_host_file()
        .with_hook([EventName::Created, EventName::Claimed], hook);
    (SqliteStore::open_with(&options).unwrap().ledger(), started, go_on)
}

pub(crate) fn a_veto_fails_only_its_own_commit_among_those_queued_with_it() {
    let host = Host::new();
    let (ledger, started, go_on) = blocking(&host);
    let changes = (1..=8).map(|number| creation(number, "Eels")).collect();
    let outcomes = commit_at_once(&ledger, &started, &go_on, changes);
    for (number, outcome) in (1..).zip(outcomes) {
        let expected = match number {
            1 => CommitOutcome::Vetoed(Box::new(veto())),
            _ => CommitOutcome::Committed { revision: 1 },
        };
        assert_eq!(outcome.unwrap(), expected, "{number}");
        assert_eq!(load(&ledger, number).is_some(), number != 1, "{number}");
    }
}

pub(crate) fn commits_without_a_hooked_event_share_a_transaction() {
    let host = Host::new();
    let (ledger, started, go_on) = blocking(&host);
    for number in 11..=18 {
        create(&ledger, number);
    }
    let changes: Vec<Change> =
        (11..=18).map(|number| count(&load(&ledger, number).unwrap())).collect();
    let before = transactions(&host.file);
    let outcomes = commit_at_once(&ledger, &started, &go_on, changes);
    for outcome in outcomes {
        assert_eq!(outcome.unwrap(), CommitOutcome::Committed { revision: 2 });
    }
    // The one that blocked, and the eight together.
    assert_eq!(transactions(&host.file) - before, 2);
}

/// Counts the commits in the write-ahead log: frames with the size of the database after a commit
/// (<https://www.sqlite.org/fileformat2.html#walformat>).
fn transactions(file: &Path) -> usize {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::read(log).unwrap();
    let page = u32::from_be_bytes(log[8..12].try_into().unwrap()) as usize;
    let salt = &log[16..24];
    let frames = log[32..].chunks_exact(24 + page).take_while(|frame| &frame[8..16] == salt);
    frames.filter(|frame| frame[4..8] != [0; 4]).count()
}
