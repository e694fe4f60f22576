use crate::support::{NOW, SERVER, count, creation, handle, load, node};
use desktop_delivery::Ledger;
use desktop_delivery::ids::NoticeNo;
use desktop_delivery::ledger::{Change, CommitOutcome, OutboxEntry};

#[tokio::test]
async fn the_shell_shows_requests_events_and_notices() {
    let database = SERVER.create_database();
    let ledger = node(&SERVER.url(&database)).await.ledger();
    let outbox = vec![OutboxEntry { notice: NoticeNo::new(1), not_before: NOW }];
    let made = Change { outbox, ..creation(417, "On “Eels”") };
    assert_eq!(ledger.commit(made).await.unwrap(), CommitOutcome::Committed { revision: 1 });
    ledger.commit(count(&load(&ledger, 417).await)).await.unwrap();
    ledger.commit(creation(418, "A title with \0 in it")).await.unwrap();
    let sql = "SELECT request, reference, status, title, attachments, downloads, revision, created
        FROM desktop_delivery.request_overview ORDER BY reference";
    let shown = SERVER.query(&database, sql);
    let expected = format!(
        "{}|2026-00417|pending|On “Eels”|0|0|2|2026-11-23 20:46:32\n\
         {}|2026-00418|pending||0|0|1|2026-11-23 20:46:32\n",
        handle(417),
        handle(418)
    );
    assert_eq!(shown, expected);
    let sql = format!(
        r"SELECT revision, place, by, event FROM desktop_delivery.event_log
        WHERE handle = '\x{}' ORDER BY revision",
        handle(417)
    );
    assert_eq!(SERVER.query(&database, &sql), "1|0|system|created\n2|0|system|reordered\n");
    let sql = "SELECT reference, notice, state, free FROM desktop_delivery.notice_queue";
    assert_eq!(SERVER.query(&database, sql), "2026-00417|1|waiting|2026-11-23 20:46:32\n");
    ledger.lease(NOW, NOW.plus_seconds(60), 1).await.unwrap();
    assert_eq!(SERVER.query(&database, sql), "2026-00417|1|leased|2026-11-23 20:47:32\n");
}
