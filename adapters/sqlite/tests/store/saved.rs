use desktop_delivery::events::FeedStart;
use desktop_delivery::ledger::{DeliveryKey, FeedOutcome, ListQuery, Party, Search};
use desktop_delivery::{Ledger, Registry};
use desktop_delivery_sqlite::SqliteStore;
use futures_executor::block_on;
use std::fs;
use std::path::Path;

/// Databases that earlier versions wrote, one for each schema: the sample data of the reference
/// server with seven requests, without what it keeps in the registry.
const SAVED: [&str; 1] = ["schema-8.db"];

pub(crate) fn saved_databases_open_and_are_sound() {
    for name in SAVED {
        let saved = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("delivery.db");
        fs::copy(saved, &file).unwrap();
        let store = SqliteStore::open(&file).unwrap();
        assert_eq!(block_on(store.check()).unwrap(), Vec::<String>::new(), "{name}");
        let ledger = store.ledger();
        let listed = block_on(ledger.list(&ListQuery::of(Party::Anyone, 100))).unwrap();
        assert_eq!(listed.len(), 7, "{name}");
        let feed = block_on(ledger.events_since(FeedStart::Beginning, 100)).unwrap();
        let FeedOutcome::Page(feed) = feed else { panic!("{feed:?}") };
        assert_eq!((feed.rows.len(), feed.more), (36, false), "{name}");
        let mut events = 0;
        for request in &listed {
            let delivery =
                block_on(ledger.load(DeliveryKey::Handle(request.position.handle))).unwrap();
            let delivery = delivery.unwrap();
            let history = block_on(ledger.events(request.position.handle, None, 100)).unwrap();
            assert!(history.is_sorted_by_key(|event| event.position), "{name}: {history:?}");
            let last = history.last().map(|event| event.position.revision);
            assert_eq!(last, Some(delivery.revision), "{name}");
            let of_request =
                feed.rows.iter().filter(|row| row.recorded.handle == request.position.handle);
            let fed: Vec<_> = of_request.map(|row| row.recorded.clone()).collect();
            assert_eq!(fed, history, "{name}");
            events += history.len();
        }
        assert_eq!(events, 36, "{name}");
        let search = ListQuery::of(Party::Anyone, 100).with_search(Search::of("estuaries letters"));
        assert_eq!(block_on(ledger.list(&search)).unwrap().len(), 1, "{name}");
        assert!(block_on(store.registry().list("participant", "", 1)).unwrap().is_empty());
    }
}
