use crate::support::{SERVER, node};
use desktop_delivery::Ledger;
use desktop_delivery::events::FeedStart;
use desktop_delivery::ledger::{DeliveryKey, FeedOutcome, ListQuery, Party};

/// Databases that earlier versions wrote, one for each schema, as dumps: the sample data of the
/// reference server with seven requests, without its registry entries.
const SAVED: [&str; 1] = [include_str!("../fixtures/schema-3.sql")];

#[tokio::test(flavor = "multi_thread")]
async fn saved_databases_open_and_are_whole() {
    for dump in SAVED {
        let database = SERVER.create_database();
        SERVER.run_sql(&database, dump);
        let ledger = node(&SERVER.url(&database)).await.ledger();
        let listed = ledger.list(&ListQuery::of(Party::Anyone, 100)).await.unwrap();
        assert_eq!(listed.len(), 7);
        let feed = ledger.events_since(FeedStart::Beginning, 1_000).await.unwrap();
        let FeedOutcome::Page(feed) = feed else { panic!("{feed:?}") };
        assert_eq!((feed.rows.len(), feed.more), (36, false));
        for request in &listed {
            let handle = request.position.handle;
            let delivery = ledger.load(DeliveryKey::Handle(handle)).await.unwrap().unwrap();
            let history = ledger.events(handle, None, 100).await.unwrap();
            let last = history.last().map(|event| event.position.revision);
            assert_eq!(last, Some(delivery.revision));
            let of_request = feed.rows.iter().filter(|row| row.recorded.handle == handle);
            let fed: Vec<_> = of_request.map(|row| row.recorded.clone()).collect();
            assert_eq!(fed, history);
        }
        let times: Vec<_> = feed.rows.iter().map(|row| row.recorded.event.at).collect();
        assert!(times.is_sorted(), "old events are in the order of their times: {times:?}");
    }
}
