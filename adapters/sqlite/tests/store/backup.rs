use crate::support::{assert_whole, count_once, create};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery_sqlite::SqliteStore;
use futures_executor::block_on;
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// One writer increments deliveries 0 to 3 in turn, so that in any snapshot two neighboring counts
/// are equal or differ by one.
pub(crate) fn a_backup_under_load_is_a_consistent_snapshot() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("delivery.db")).unwrap();
    (0..4).for_each(|number| create(&store.ledger(), number));
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let counter = scope.spawn(|| {
            let ledger = store.ledger();
            while !stop.load(Ordering::Relaxed) {
                for number in 0..4 {
                    count_once(&ledger, number).unwrap();
                }
            }
        });
        let mut last = 0;
        for round in 0..5 {
            let to = folder.path().join(format!("backup-{round}.db"));
            block_on(store.backup(&to)).unwrap();
            let restored = SqliteStore::open(&to).unwrap();
            assert_eq!(block_on(restored.check()).unwrap(), Vec::<String>::new());
            let ledger = restored.ledger();
            let counts: Vec<u64> =
                (0..4).map(|number| assert_whole(&ledger, number).revision).collect();
            assert!(counts.is_sorted_by(|one, next| one >= next), "{counts:?}");
            assert!(counts[0] - counts[3] <= 1, "{counts:?}");
            assert!(counts[0] > last, "no writes between two backups");
            last = counts[0];
            count_once(&ledger, 0).unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        counter.join().unwrap();
    });
}

pub(crate) fn a_database_cannot_be_backed_up_to_itself() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("delivery.db");
    let store = SqliteStore::open(&file).unwrap();
    create(&store.ledger(), 0);
    assert!(block_on(store.backup(&file)).is_err());
    assert!(block_on(store.backup(folder.path().join("./delivery.db"))).is_err());
    count_once(&store.ledger(), 0).unwrap();
    assert_whole(&store.ledger(), 0);
}

pub(crate) fn a_failed_backup_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("delivery.db")).unwrap();
    let error = block_on(store.backup(folder.path().join("no/backup.db"))).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Denied);
    let to = folder.path().join("taken");
    fs::create_dir(&to).unwrap();
    assert!(block_on(store.backup(&to)).is_err());
    let left = fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("partial"));
    assert_eq!(left.count(), 0);
}

pub(crate) fn a_backup_replaces_an_older_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("delivery.db")).unwrap();
    let to = folder.path().join("backup.db");
    for number in 0..3 {
        create(&store.ledger(), number);
        // A partial file left by a killed backup is overwritten.
        fs::write(folder.path().join(".backup.db.partial"), "torn").unwrap();
        block_on(store.backup(&to)).unwrap();
        let restored = SqliteStore::open(&to).unwrap();
        assert_whole(&restored.ledger(), number);
    }
}
