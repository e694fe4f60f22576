use crate::support::desk::Fixture;
use crate::support::{child, count, create, handle, load};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::events::EventName;
use desktop_delivery::hook::{HookError, HookVerdict, HookedCommit, Veto};
use desktop_delivery::input::LocalizedText;
use desktop_delivery::ledger::CommitOutcome;
use desktop_delivery::{
    ClaimKey, ClaimRequest, Error, Ledger, Refusal, RequestReference, StoreError,
};
use desktop_delivery_sqlite::{SqliteLedger, SqliteOptions, SqliteStore};
use futures_executor::block_on;
use rusqlite::{Connection, Transaction};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const HOST_TABLES: &str = "
    CREATE TABLE requests (reference TEXT PRIMARY KEY);
    CREATE TABLE log (
        commit_id BLOB PRIMARY KEY,
        reference TEXT NOT NULL REFERENCES requests DEFERRABLE INITIALLY DEFERRED,
        revision INTEGER NOT NULL,
        event TEXT NOT NULL
    );
    INSERT INTO requests VALUES ('2026-00001'), ('2026-00002');";

/// A host's database with the tables above.
pub(crate) struct Host {
    folder: tempfile::TempDir,
    pub(crate) file: PathBuf,
}

impl Host {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ill.db");
        Connection::open(&file).unwrap().execute_batch(HOST_TABLES).unwrap();
        Self { folder, file }
    }

    /// Opens a store whose hook records each counted download, then does `more`.
    fn open(
        &self,
        more: impl Fn(&Transaction<'_>, &HookedCommit) -> Result<HookVerdict, HookError>
        + Send
        + Sync
        + 'static,
    ) -> SqliteLedger {
        let kinds = [EventName::Reordered, EventName::Claimed];
        let options = SqliteOptions::new(&self.file)
            .in_host_file()
            .with_hook(kinds, move |transaction: &Transaction<'_>, commit: &HookedCommit| {
                record(transaction, commit)?;
                more(transaction, commit)
            })
            .with_hook_deadline(Duration::from_millis(300));
        SqliteStore::open_with(&options).unwrap().ledger()
    }

    /// Returns the recorded revisions of each reference.
    fn log(&self) -> Vec<(String, i64)> {
        let connection = Connection::open(&self.file).unwrap();
        let mut rows =
            connection.prepare("SELECT reference, revision FROM log ORDER BY 1, 2").unwrap();
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// Asserts that the delivery is as it was created, and the host's table is empty.
    fn assert_unchanged(&self, ledger: &dyn Ledger) {
        assert_eq!(load(ledger, 1).unwrap().revision, 1);
        assert_eq!(block_on(ledger.events(handle(1), None, 10)).unwrap().len(), 1);
        assert_eq!(self.log(), []);
    }
}

fn record(transaction: &Transaction<'_>, commit: &HookedCommit) -> Result<(), HookError> {
    for hooked in &commit.events {
        transaction.execute(
            "INSERT INTO log VALUES (?, ?, ?, ?)",
            (
                commit.commit_id.as_bytes(),
                commit.reference.as_str(),
                commit.revision.cast_signed(),
                hooked.event.kind.name().as_str(),
            ),
        )?;
    }
    Ok(())
}

fn count_one(ledger: &dyn Ledger) -> Result<CommitOutcome, StoreError> {
    block_on(ledger.commit(count(&load(ledger, 1).unwrap())))
}

pub(crate) fn veto() -> Veto {
    Veto::new("invoice-closed", LocalizedText::new("the invoice is closed"))
}

pub(crate) fn both_rows_are_committed() {
    let host = Host::new();
    let ledger = host.open(|_, _| Ok(HookVerdict::Commit));
    create(&ledger, 1);
    assert_eq!(host.log(), [], "the kind of event has no hook");
    for revision in 2..=3 {
        assert_eq!(count_one(&ledger).unwrap(), CommitOutcome::Committed { revision });
    }
    let reference = "2026-00001".to_owned();
    assert_eq!(host.log(), [(reference.clone(), 2), (reference, 3)]);
}

pub(crate) fn a_veto_changes_neither_and_is_an_outcome() {
    let host = Host::new();
    let ledger = host.open(|_, _| Ok(HookVerdict::Veto(veto())));
    create(&ledger, 1);
    block_on(ledger.load_to_recall(handle(1))).unwrap();
    assert_eq!(count_one(&ledger).unwrap(), CommitOutcome::Vetoed(Box::new(veto())));
    host.assert_unchanged(&ledger);
    let recalled = block_on(ledger.recall(handle(1)));
    assert!(recalled.is_none_or(|recalled| recalled.revision == 1));
}

/// Runs the hook, which fails in some way, and asserts that neither side changed, and that other
/// commits succeed.
fn assert_fails(
    more: impl Fn(&Transaction<'_>, &HookedCommit) -> Result<HookVerdict, HookError>
    + Send
    + Sync
    + 'static,
) -> String {
    let host = Host::new();
    let ledger = host.open(more);
    create(&ledger, 1);
    let error = count_one(&ledger).unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Hook, "{error:?}");
    host.assert_unchanged(&ledger);
    create(&ledger, 2);
    let durable = Connection::open(&host.file).unwrap();
    let mode: i64 = durable.pragma_query_value(None, "foreign_keys", |row| row.get(0)).unwrap();
    assert_eq!(mode, 1, "rusqlite's default");
    desktop_delivery::error::ErrorChain::of(&error).to_string()
}

pub(crate) fn a_failed_hook_changes_neither() {
    let text = assert_fails(|_, _| Err("the host's service is closed".into()));
    assert!(text.contains("the host's service is closed"), "{text}");
    let text = assert_fails(|_, _| panic!("the hook panics in this test"));
    assert!(text.contains("panicked"), "{text}");
    // The reference of a row that does not exist, which the commit finds.
    assert_fails(|transaction, _| {
        transaction.execute("INSERT INTO log VALUES (x'00', 'unknown', 1, '')", [])?;
        Ok(HookVerdict::Commit)
    });
}

pub(crate) fn a_hook_past_its_deadline_changes_neither() {
    const ENDLESS: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
        SELECT count(*) FROM n";
    #[expect(clippy::disallowed_methods, reason = "it measures the deadline")]
    let begun = Instant::now();
    let text = assert_fails(|transaction, _| {
        transaction.query_row(ENDLESS, [], |row| row.get::<_, i64>(0))?;
        Ok(HookVerdict::Commit)
    });
    assert!(text.contains("deadline"), "{text}");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    // An interrupted write rolls back everything, and a hook may ignore its error and go on.
    assert_fails(|transaction, commit| {
        let endless = format!(
            "INSERT INTO log SELECT i, '', i, '' FROM ({})",
            ENDLESS.replace("SELECT count(*) FROM n", "SELECT i FROM n")
        );
        let _interrupted = transaction.execute(&endless, []);
        let _outside = record(transaction, commit);
        Ok(HookVerdict::Commit)
    });
}

pub(crate) fn a_hook_cannot_end_the_transaction_or_change_settings_or_our_tables() {
    for forbidden in [
        "COMMIT",
        "ROLLBACK",
        "BEGIN",
        "PRAGMA synchronous = OFF",
        "PRAGMA foreign_keys = OFF",
        "ATTACH ':memory:' AS other",
        "DELETE FROM ddlv_events",
        "UPDATE ddlv_request_usage SET revision = 7",
        "DROP TABLE ddlv_counters",
        "CREATE TRIGGER later AFTER INSERT ON ddlv_events BEGIN DELETE FROM log; END",
        "CREATE TEMP TRIGGER later AFTER INSERT ON ddlv_events BEGIN DELETE FROM log; END",
        "CREATE TEMP TABLE ddlv_requests (handle)",
        "CREATE TEMP VIEW ddlv_requests AS SELECT 1",
        "CREATE UNIQUE INDEX one ON ddlv_requests (requester)",
    ] {
        let text = assert_fails(|transaction, _| {
            transaction.execute_batch(forbidden)?;
            Ok(HookVerdict::Commit)
        });
        assert!(text.contains("not authorized"), "{forbidden}: {text}");
    }
    let host = Host::new();
    let ledger = host.open(|transaction, _| {
        transaction.execute_batch(
            "SAVEPOINT one; DELETE FROM log; ROLLBACK TO one; RELEASE one;
             CREATE TABLE IF NOT EXISTS more (id INTEGER)",
        )?;
        Ok(HookVerdict::Commit)
    });
    create(&ledger, 1);
    count_one(&ledger).unwrap();
    assert_eq!(host.log().len(), 1, "savepoints and the host's own tables are allowed");
}

/// A hook of another process that is killed after both rows are written, before the commit.
pub(crate) fn a_kill_before_the_commit_changes_neither() {
    let host = Host::new();
    let ledger = host.open(|_, _| Ok(HookVerdict::Commit));
    create(&ledger, 1);
    drop(ledger);
    let status = child::command("abort in a hook", &host.file).status().unwrap();
    assert!(!status.success());
    let ledger = host.open(|_, _| Ok(HookVerdict::Commit));
    host.assert_unchanged(&ledger);
    count_one(&ledger).unwrap();
    assert_eq!(host.log().len(), 1);
}

/// The child of the test above.
pub(crate) fn abort_in_a_hook(file: &Path) {
    let hook = |transaction: &Transaction<'_>, commit: &HookedCommit| {
        record(transaction, commit)?;
        std::process::abort()
    };
    let options = SqliteOptions::new(file).in_host_file().with_hook([EventName::Reordered], hook);
    let ledger = SqliteStore::open_with(&options).unwrap().ledger();
    let _never = count_one(&ledger);
}

/// A commit whose first try failed runs its hook again, with the same id.
pub(crate) fn a_hook_runs_again_for_the_same_commit() {
    let host = Host::new();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let ledger = host.open(move |_, _| match counted.fetch_add(1, Ordering::SeqCst) {
        0 => Err("once".into()),
        _ => Ok(HookVerdict::Commit),
    });
    create(&ledger, 1);
    let change = count(&load(&ledger, 1).unwrap());
    block_on(ledger.commit(change.clone())).unwrap_err();
    assert_eq!(block_on(ledger.committed(handle(1), change.commit_id)).unwrap(), None);
    let outcome = block_on(ledger.commit(change.clone())).unwrap();
    assert_eq!(outcome, CommitOutcome::Committed { revision: 2 });
    assert_eq!(host.log().len(), 1);
    // A stale commit does not reach the hook.
    assert_eq!(block_on(ledger.commit(change)).unwrap(), CommitOutcome::Stale);
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

/// Through a desk, which begins with a recalled delivery: a veto is a refusal, and nothing counts.
pub(crate) fn a_vetoed_claim_is_refused_and_not_counted() {
    let host = Host::new();
    Connection::open(&host.file)
        .unwrap()
        .execute("INSERT INTO requests VALUES ('2026-00417')", [])
        .unwrap();
    let is_closed = Arc::new(AtomicUsize::new(1));
    let (closed, runs) = (Arc::clone(&is_closed), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&runs);
    let ledger = host.open(move |_, _| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(match closed.load(Ordering::SeqCst) {
            0 => HookVerdict::Commit,
            _ => HookVerdict::Veto(veto()),
        })
    });
    let Fixture { desk, token, attachment } = Fixture::new(ledger, "2026-00417", 1);
    let claim = || {
        let claim = ClaimRequest::new(attachment, ClaimKey::Ordinal(1)).with_acknowledged(true);
        block_on(desk.claim(token.expose(), &claim))
    };
    block_on(desk.link_page(token.expose())).unwrap();
    match claim() {
        Err(Error::Refused(refusal @ Refusal::Vetoed(_))) => {
            assert_eq!(refusal.to_string(), "the host refused the change: the invoice is closed");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(runs.load(Ordering::SeqCst), 1, "the veto is final");
    assert_eq!(host.log(), []);
    is_closed.store(0, Ordering::SeqCst);
    claim().unwrap();
    assert_eq!(host.log().len(), 1);
    let reference = RequestReference::new("2026-00417").unwrap();
    assert_eq!(host.log()[0].0, reference.as_str());
    drop(host.folder);
}
