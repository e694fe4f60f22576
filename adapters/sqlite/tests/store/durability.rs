use crate::support::{assert_whole, child, commit_id, count_once, create, handle};
use desktop_delivery::Ledger;
use desktop_delivery_sqlite::SqliteStore;
use futures_executor::block_on;
use std::collections::HashMap;
use std::fs;
use std::io::BufRead;
use std::os::unix::fs::PermissionsExt;
use std::thread;

pub(crate) fn commits_survive_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("delivery.db");
    for round in 1..=3 {
        let store = SqliteStore::open(&file).unwrap();
        let ledger = store.ledger();
        if round == 1 {
            create(&ledger, 0);
        }
        for _ in 0..10 {
            count_once(&ledger, 0).unwrap();
        }
        assert_eq!(assert_whole(&ledger, 0).usage.last_claim, round * 10);
    }
}

/// Repeatedly kills a process that commits from eight threads, each time at a different moment.
pub(crate) fn a_kill_loses_no_acknowledged_commit() {
    const ROUNDS: usize = 25;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("delivery.db");
    let store = SqliteStore::open(&file).unwrap();
    (0..4).for_each(|number| create(&store.ledger(), number));
    drop(store);
    let mut acknowledged: HashMap<u32, u64> = (0..4).map(|number| (number, 1)).collect();
    let mut total = 0;
    for round in 0..ROUNDS {
        let (mut child, output) = child::start("count forever", &file);
        let mut lines = output.lines();
        // The child prints its first line at full speed.
        let killed_after = 1 + round * 37 % 400;
        let mut take = |line: String| {
            let (number, revision) = line.split_once(' ').expect("two numbers");
            let highest = acknowledged.entry(number.parse().unwrap()).or_default();
            *highest = (*highest).max(revision.parse().unwrap());
            total += 1;
        };
        lines.by_ref().take(killed_after).for_each(|line| take(line.unwrap()));
        child.kill().unwrap();
        child.wait().unwrap();
        // Lines printed before the kill count as acknowledged, except for an incomplete last line.
        let rest: Vec<String> = lines.map_while(Result::ok).collect();
        let whole = rest.len().saturating_sub(1);
        rest.into_iter().take(whole).for_each(&mut take);
        let store = SqliteStore::open(&file).unwrap();
        for (number, revision) in &acknowledged {
            let delivery = assert_whole(&store.ledger(), *number);
            assert!(delivery.revision >= *revision, "delivery {number} lost a commit");
            let (handle, id) = (handle(*number), commit_id(handle(*number), *revision));
            let stored = block_on(store.ledger().committed(handle, id)).unwrap();
            assert_eq!(stored, Some(*revision));
        }
        assert!(block_on(store.check()).unwrap().is_empty());
    }
    assert!(total > 400, "only {total} commits were acknowledged in all rounds");
}

pub(crate) fn files_are_accessible_to_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("delivery.db")).unwrap();
    create(&store.ledger(), 0);
    block_on(store.backup(folder.path().join("backup.db"))).unwrap();
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(names, ["backup.db", "delivery.db", "delivery.db-shm", "delivery.db-wal"]);
}

pub(crate) fn dropping_the_last_handle_ends_all_threads() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("delivery.db");
    let store = SqliteStore::open(&file).unwrap();
    let (ledger, registry) = (store.ledger(), store.registry());
    create(&ledger, 0);
    drop(store);
    drop(registry);
    // The ledger alone keeps the threads running.
    count_once(&ledger, 0).unwrap();
    let log = folder.path().join("delivery.db-wal");
    assert!(log.exists());
    // Drops the last handle on another thread, as an executor might.
    thread::spawn(move || drop(ledger)).join().unwrap();
    // Closing the last connection removes the log, so no thread still holds one.
    assert!(!log.exists());
}
