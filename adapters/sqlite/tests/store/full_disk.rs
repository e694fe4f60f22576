use crate::support::{assert_whole, child, count_once, creation, load};
use desktop_delivery::Ledger;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ledger::CommitOutcome;
use desktop_delivery_sqlite::SqliteStore;
use futures_executor::block_on;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs [`fill`] in a mount namespace of its own, on a disk of 4 MiB.
pub(crate) fn writes_fail_on_a_full_disk_and_recover() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("unshare");
    // Without root, a user namespace grants the right to mount.
    command.args(["--user", "--map-root-user", "--mount", "--"]);
    command.args(["sh", "-ec", "mount -t tmpfs -o size=4m tmpfs \"$0\"; exec \"$1\""]);
    command.arg(folder.path()).arg(std::env::current_exe().unwrap());
    child::set_role(&mut command, "fill the disk", &folder.path().join("delivery.db"));
    let output = command.output().expect("unshare runs; on Debian it is in util-linux");
    assert!(
        output.status.success(),
        "the child failed; mounting needs root or user namespaces (sysctl \
         kernel.unprivileged_userns_clone=1): {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

pub(crate) fn fill(file: &Path) {
    let ballast = file.with_file_name("ballast");
    fs::write(&ballast, vec![7; 1 << 20]).expect("write ballast");
    let store = SqliteStore::open(file).expect("open");
    let ledger = store.ledger();
    let title = "x".repeat(100_000);
    let mut stored = 0;
    let error = loop {
        match block_on(ledger.commit(creation(stored, &title))) {
            Ok(outcome) => assert_eq!(outcome, CommitOutcome::Committed { revision: 1 }),
            Err(error) => break error,
        }
        stored += 1;
        assert!(stored < 100, "a disk of 4 MiB never filled up");
    };
    assert_eq!(error.kind(), StoreErrorKind::Full, "{error:?}");
    assert!(stored > 3, "only {stored} commits fit");
    for number in 0..stored {
        assert_whole(&ledger, number);
    }
    assert!(load(&ledger, stored).is_none(), "a failed commit was stored");
    // A backup to the full disk also fails, and leaves no file.
    let backup = file.with_file_name("backup.db");
    let error = block_on(store.backup(&backup)).expect_err("no room for a copy");
    assert_eq!(error.kind(), StoreErrorKind::Full, "{error:?}");
    assert!(!backup.exists());

    fs::remove_file(ballast).expect("make room");
    assert!(block_on(ledger.commit(creation(stored, &title))).is_ok());
    count_once(&ledger, 0).expect("count");
    drop((ledger, store));
    let store = SqliteStore::open(file).expect("open again");
    for number in 0..=stored {
        assert_whole(&store.ledger(), number);
    }
    assert_eq!(block_on(store.check()).expect("check"), Vec::<String>::new());
}
