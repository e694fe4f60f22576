use crate::support::{assert_whole, child, create};
use desktop_delivery_sqlite::SqliteStore;

pub(crate) fn three_processes_can_create_a_file_at_once() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("delivery.db");
        let children: Vec<_> = (0..3).map(|_| child::start("open", &file)).collect();
        let first: u64 = children.into_iter().map(|(c, output)| child::result(c, output)).sum();
        assert_eq!(first, 1);
    }
}

pub(crate) fn several_processes_count_exactly() {
    for processes in [2, 3] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("delivery.db");
        let store = SqliteStore::open(&file).unwrap();
        create(&store.ledger(), 0);
        let children: Vec<_> =
            (0..processes).map(|_| child::start("count to the limit", &file)).collect();
        let granted: u64 = children.into_iter().map(|(c, output)| child::result(c, output)).sum();
        assert_eq!(granted, u64::from(child::LIMIT), "{processes} processes");
        assert_eq!(assert_whole(&store.ledger(), 0).usage.last_claim, child::LIMIT);
    }
}
