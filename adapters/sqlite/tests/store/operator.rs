use crate::support::desk::Fixture;
use desktop_delivery::{ClaimKey, ClaimRequest};
use desktop_delivery_sqlite::SqliteStore;
use futures_executor::block_on;
use std::path::Path;
use std::process::Command;

fn shell(file: &Path, sql: &str) -> String {
    let output = Command::new("sqlite3")
        .arg(file)
        .arg(sql)
        .output()
        .expect("the sqlite3 shell runs; on Debian: apt-get install sqlite3");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs while the store is open, as an operator would.
pub(crate) fn the_shell_shows_requests_events_and_notices() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("delivery.db");
    let store = SqliteStore::open(&file).unwrap();
    let fixture = Fixture::new(store.ledger(), "2026-00417", 5);
    let claim = |ordinal| {
        ClaimRequest::new(fixture.attachment, ClaimKey::Ordinal(ordinal)).with_acknowledged(true)
    };
    for ordinal in [1, 2] {
        block_on(fixture.desk.claim(fixture.token.expose(), &claim(ordinal))).unwrap();
    }
    block_on(fixture.desk.ask(fixture.token.expose(), fixture.attachment, "two more")).unwrap();

    let overview = shell(
        &file,
        "SELECT reference, status, requester, supplier, title, attachments, downloads, links,
             created FROM ddlv_request_overview",
    );
    assert_eq!(
        overview,
        "2026-00417|shipped|CA-BVAU|CA-OTUCL|On the Migration of Eels|1|2|1|2026-11-23 20:46:32\n"
    );
    let handle = shell(&file, "SELECT request FROM ddlv_request_overview");
    let by_handle = format!(
        "SELECT time, by, event, details ->> 'claim' FROM ddlv_event_log
         WHERE handle = 0x{} AND event = 'claimed' ORDER BY revision",
        handle.trim()
    );
    assert_eq!(
        shell(&file, &by_handle),
        "2026-11-23 20:46:32|link-holder|claimed|1\n2026-11-23 20:46:32|link-holder|claimed|2\n"
    );
    let followed = format!(
        "WITH RECURSIVE history (no) AS (
             SELECT last_event FROM ddlv_request_usage WHERE handle = 0x{}
             UNION ALL
             SELECT previous FROM history JOIN ddlv_events ON id = no WHERE previous IS NOT NULL)
         SELECT ddlv_event_log.event FROM history JOIN ddlv_event_log ON id = no ORDER BY id",
        handle.trim()
    );
    let all = "SELECT event FROM ddlv_event_log ORDER BY revision, place";
    assert_eq!(shell(&file, &followed), shell(&file, all));
    let notices = shell(
        &file,
        "SELECT reference, kind, recipient, tries, state, free FROM ddlv_notice_queue",
    );
    assert_eq!(notices, "2026-00417|more-requested|supplier-staff|0|waiting|2026-11-23 20:46:32\n");
}
