use crate::support::{count, count_once, create, creation, handle, load};
use desktop_delivery::Ledger;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::ledger::CommitOutcome;
use desktop_delivery_sqlite::SqliteStore;
use futures_executor::block_on;

fn show(ledger: &dyn Ledger, number: u32) -> Option<Delivery> {
    block_on(ledger.load_to_recall(handle(number))).unwrap()
}

fn recall(ledger: &dyn Ledger, number: u32) -> Option<Delivery> {
    block_on(ledger.recall(handle(number)))
}

pub(crate) fn a_process_recalls_what_it_loaded_for_a_page_and_committed_since() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = SqliteStore::open(folder.path().join("delivery.db")).unwrap().ledger();
    create(&ledger, 1);
    load(&ledger, 1);
    assert_eq!(recall(&ledger, 1), None, "it was not loaded for a page");
    assert_eq!(show(&ledger, 1), load(&ledger, 1));
    assert_eq!(recall(&ledger, 1), load(&ledger, 1));
    for revision in 2..=4 {
        let outcome = block_on(ledger.commit(count(&recall(&ledger, 1).unwrap()))).unwrap();
        assert_eq!(outcome, CommitOutcome::Committed { revision });
    }
    assert_eq!(recall(&ledger, 1), load(&ledger, 1));
}

/// Two stores of one file share no memory, like two processes.
pub(crate) fn a_commit_of_another_process_makes_a_recall_stale() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("delivery.db");
    let [one, other] = [(); 2].map(|()| SqliteStore::open(&file).unwrap().ledger());
    create(&one, 1);
    show(&one, 1);
    count_once(&other, 1).unwrap();
    let outdated = recall(&one, 1).unwrap();
    assert_eq!(outdated.revision, 1);
    assert_eq!(block_on(one.commit(count(&outdated))).unwrap(), CommitOutcome::Stale);
    assert_eq!(recall(&one, 1), None, "it is known to be outdated");
}

pub(crate) fn recalls_are_bounded_and_hidden_from_debug_output() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = SqliteStore::open(folder.path().join("delivery.db")).unwrap().ledger();
    let title = "On the Migration of Eels ".repeat(4_000);
    for number in 1..=300 {
        block_on(ledger.commit(creation(number, &title))).unwrap();
        show(&ledger, number);
    }
    // 32 MiB hold fewer than 168 records of 100 kB, which count twice.
    let recalled = (1..=300).filter(|number| recall(&ledger, *number).is_some()).count();
    assert!((100..168).contains(&recalled), "{recalled}");
    assert!(!format!("{ledger:?}").contains("Eels"));
}
