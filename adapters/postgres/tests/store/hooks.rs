use crate::support::{SERVER, count, create, creation, handle, load, options};
use async_trait::async_trait;
use desktop_delivery::error::{ErrorChain, StoreErrorKind};
use desktop_delivery::events::EventName;
use desktop_delivery::hook::{HookError, HookVerdict, HookedCommit, Veto};
use desktop_delivery::input::LocalizedText;
use desktop_delivery::ledger::CommitOutcome;
use desktop_delivery::{Ledger, StoreError};
use desktop_delivery_postgres::{PostgresHook, PostgresLedger, PostgresStore};
use futures_util::future::{BoxFuture, join_all};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio_postgres::Transaction;

const HOST_TABLES: &str = "
    CREATE TABLE requests (reference text PRIMARY KEY);
    CREATE TABLE log (
        commit_id bytea PRIMARY KEY,
        reference text NOT NULL REFERENCES requests DEFERRABLE INITIALLY DEFERRED,
        revision bigint NOT NULL,
        event text NOT NULL
    );
    INSERT INTO requests VALUES ('2026-00001'), ('2026-00002');";

/// What a hook of a test does after it has recorded the commit.
type More = for<'a> fn(&'a Transaction<'_>, &'a HookedCommit, usize) -> BoxFuture<'a, Answer>;
type Answer = Result<HookVerdict, HookError>;

struct Recording {
    more: More,
    runs: Arc<AtomicUsize>,
}

#[async_trait]
impl PostgresHook for Recording {
    async fn run(&self, transaction: &Transaction<'_>, commit: &HookedCommit) -> Answer {
        let run = self.runs.fetch_add(1, Ordering::SeqCst);
        record(transaction, commit).await?;
        (self.more)(transaction, commit, run).await
    }
}

async fn record(transaction: &Transaction<'_>, commit: &HookedCommit) -> Result<(), HookError> {
    for hooked in &commit.events {
        // The host's tables are found by the host's search path.
        let insert = "INSERT INTO log VALUES ($1, $2, $3, $4)";
        let (id, reference) = (&commit.commit_id.as_bytes()[..], commit.reference.as_str());
        let (revision, event) = (commit.revision.cast_signed(), hooked.event.kind.name().as_str());
        transaction.execute(insert, &[&id, &reference, &revision, &event]).await?;
    }
    Ok(())
}

/// A host's database with the tables above, and a store in it.
struct Host {
    database: String,
    ledger: PostgresLedger,
    runs: Arc<AtomicUsize>,
}

impl Host {
    async fn open(more: More) -> Self {
        let database = SERVER.create_database();
        SERVER.run_sql(&database, HOST_TABLES);
        let runs = Arc::new(AtomicUsize::new(0));
        let ledger = Self::store(&database, more, &runs).await.ledger();
        Self { database, ledger, runs }
    }

    async fn store(database: &str, more: More, runs: &Arc<AtomicUsize>) -> PostgresStore {
        let hook = Recording { more, runs: Arc::clone(runs) };
        let options = options(&SERVER.url(database))
            .with_hook([EventName::Reordered], hook)
            .with_hook_deadline(Duration::from_millis(700));
        PostgresStore::open(&options).await.unwrap()
    }

    fn log(&self) -> String {
        let sql =
            "SELECT string_agg(reference || '/' || revision, ' ' ORDER BY 1, revision) FROM log";
        SERVER.query(&self.database, sql).trim().to_owned()
    }

    async fn count(&self, number: u32) -> Result<CommitOutcome, StoreError> {
        self.ledger.commit(count(&load(&self.ledger, number).await)).await
    }

    async fn assert_unchanged(&self) {
        assert_eq!(load(&self.ledger, 1).await.revision, 1);
        assert_eq!(self.ledger.events(handle(1), None, 10).await.unwrap().len(), 1);
        assert_eq!(self.log(), "");
    }
}

fn veto() -> Veto {
    Veto::new("invoice-closed", LocalizedText::new("the invoice is closed"))
}

#[tokio::test(flavor = "multi_thread")]
async fn both_rows_are_committed() {
    let host = Host::open(|_, _, _| Box::pin(async { Ok(HookVerdict::Commit) })).await;
    create(&host.ledger, 1).await;
    assert_eq!(host.log(), "", "the kind of event has no hook");
    for revision in 2..=3 {
        assert_eq!(host.count(1).await.unwrap(), CommitOutcome::Committed { revision });
    }
    assert_eq!(host.log(), "2026-00001/2 2026-00001/3");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_veto_fails_only_its_own_commit() {
    let host = Host::open(|_, commit, _| {
        Box::pin(async move {
            Ok(match commit.reference.as_str() {
                "2026-00001" => HookVerdict::Veto(veto()),
                _ => HookVerdict::Commit,
            })
        })
    })
    .await;
    for number in 1..=2 {
        create(&host.ledger, number).await;
        host.ledger.load_to_recall(handle(number)).await.unwrap();
    }
    let outcomes = join_all([host.count(1), host.count(2)]).await;
    let outcomes: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
    let vetoed = CommitOutcome::Vetoed(Box::new(veto()));
    assert_eq!(outcomes, [vetoed, CommitOutcome::Committed { revision: 2 }]);
    assert_eq!(load(&host.ledger, 1).await.revision, 1);
    assert_eq!(host.log(), "2026-00002/2");
    for number in 1..=2 {
        let recalled = host.ledger.recall(handle(number)).await;
        let stored = load(&host.ledger, number).await;
        assert!(recalled.is_none_or(|recalled| recalled == stored), "{number}");
    }
}

/// Runs a hook that fails in some way, and asserts that neither side changed, and that the same
/// connections work afterwards. Returns the error.
async fn assert_fails(more: More) -> String {
    let host = Host::open(more).await;
    create(&host.ledger, 1).await;
    let error = host.count(1).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Hook, "{error:?}");
    host.assert_unchanged().await;
    create(&host.ledger, 2).await;
    ErrorChain::of(&error).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_hook_changes_neither() {
    let text =
        assert_fails(|_, _, _| Box::pin(async { Err("the service is closed".into()) })).await;
    assert!(text.contains("the service is closed"), "{text}");
    let text = assert_fails(|_, _, _| Box::pin(async { panic!("this test panics") })).await;
    assert!(text.contains("panicked"), "{text}");
    let text = assert_fails(|_, _, _| panic!("this test panics before it returns a future")).await;
    assert!(text.contains("panicked"), "{text}");
    // A reference that does not exist, which only the commit finds.
    assert_fails(|transaction, _, _| {
        Box::pin(async move {
            transaction.batch_execute("INSERT INTO log VALUES ('', 'unknown', 1, '')").await?;
            Ok(HookVerdict::Commit)
        })
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_past_its_deadline_changes_neither() {
    #[expect(clippy::disallowed_methods, reason = "it measures the deadline")]
    let begun = Instant::now();
    assert_fails(|transaction, _, _| {
        Box::pin(async move {
            transaction.batch_execute("SELECT pg_sleep(60)").await?;
            Ok(HookVerdict::Commit)
        })
    })
    .await;
    let text = assert_fails(|_, _, _| Box::pin(std::future::pending())).await;
    assert!(text.contains("deadline"), "{text}");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_ends_the_transaction_or_ignores_an_error_fails() {
    assert_fails(|transaction, _, _| {
        Box::pin(async move {
            transaction.batch_execute("ROLLBACK").await?;
            Ok(HookVerdict::Commit)
        })
    })
    .await;
    assert_fails(|transaction, _, _| {
        Box::pin(async move {
            transaction.batch_execute("ROLLBACK; BEGIN").await?;
            Ok(HookVerdict::Commit)
        })
    })
    .await;
    assert_fails(|transaction, _, _| {
        Box::pin(async move {
            let _ignored = transaction.batch_execute("SELECT 1 / 0").await;
            Ok(HookVerdict::Commit)
        })
    })
    .await;
}

/// A veto after the hook has committed the change itself must not look like a veto.
#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_commits_and_then_vetoes_is_a_failure() {
    let host = Host::open(|transaction, _, _| {
        Box::pin(async move {
            transaction.batch_execute("COMMIT").await?;
            Ok(HookVerdict::Veto(veto()))
        })
    })
    .await;
    create(&host.ledger, 1).await;
    let change = count(&load(&host.ledger, 1).await);
    let error = host.ledger.commit(change.clone()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Hook, "{error:?}");
    let stored = host.ledger.committed(handle(1), change.commit_id).await.unwrap();
    assert_eq!(stored, Some(2), "the outcome can be looked up");
    assert_eq!(host.log(), "2026-00001/2");
}

/// The first try fails as a deadlock victim would; the second commits.
#[tokio::test(flavor = "multi_thread")]
async fn a_hook_runs_again_after_a_conflict() {
    let host = Host::open(|transaction, _, run| {
        Box::pin(async move {
            if run == 0 {
                let fail = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$";
                transaction.batch_execute(fail).await?;
            }
            Ok(HookVerdict::Commit)
        })
    })
    .await;
    create(&host.ledger, 1).await;
    let change = count(&load(&host.ledger, 1).await);
    let outcome = host.ledger.commit(change.clone()).await.unwrap();
    assert_eq!(outcome, CommitOutcome::Committed { revision: 2 });
    assert_eq!(host.log(), "2026-00001/2");
    assert_eq!(host.ledger.commit(change).await.unwrap(), CommitOutcome::Stale);
    assert_eq!(host.runs.load(Ordering::SeqCst), 2, "a stale commit does not reach the hook");
}

/// The server ends the session after both rows are written, before the commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_changes_neither() {
    let host = Host::open(|transaction, _, run| {
        Box::pin(async move {
            if run == 0 {
                let end = "SELECT pg_terminate_backend(pg_backend_pid())";
                transaction.batch_execute(end).await?;
            }
            Ok(HookVerdict::Commit)
        })
    })
    .await;
    create(&host.ledger, 1).await;
    let change = count(&load(&host.ledger, 1).await);
    let error = host.ledger.commit(change.clone()).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    assert_eq!(host.ledger.committed(handle(1), change.commit_id).await.unwrap(), None);
    host.assert_unchanged().await;
    let outcome = host.ledger.commit(change).await.unwrap();
    assert_eq!(outcome, CommitOutcome::Committed { revision: 2 });
    assert_eq!(host.log(), "2026-00001/2");
}

const SETTINGS: &str = "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name)
    FROM pg_settings WHERE name IN ('search_path', 'enable_seqscan', 'enable_hashjoin', 'jit',
        'plan_cache_mode', 'client_min_messages', 'default_transaction_isolation', 'work_mem')";

/// A hook sees the host's settings, and what it sets does not reach the next commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_hook_has_the_settings_of_the_host() {
    let host = Host::open(|transaction, commit, _| {
        Box::pin(async move {
            let own = transaction.query_one(SETTINGS, &[]).await?;
            let note = "INSERT INTO seen VALUES ($1, $2)";
            let (revision, settings) = (commit.revision.cast_signed(), own.get::<_, String>(0));
            transaction.execute(note, &[&revision, &settings]).await?;
            let change = "SET work_mem = '9MB'; SET search_path = pg_catalog; SET ROLE pg_monitor;
                CREATE TEMPORARY TABLE requests (handle bytea); LISTEN something;
                SELECT pg_advisory_lock(77)";
            transaction.batch_execute(change).await?;
            Ok(HookVerdict::Commit)
        })
    })
    .await;
    SERVER.run_sql(&host.database, "CREATE TABLE seen (revision bigint, settings text)");
    create(&host.ledger, 1).await;
    for revision in 2..=6 {
        assert_eq!(host.count(1).await.unwrap(), CommitOutcome::Committed { revision });
    }
    let expected = SERVER.query(&host.database, SETTINGS);
    let seen = SERVER.query(&host.database, "SELECT DISTINCT settings FROM seen");
    assert_eq!(seen.trim(), expected.trim());
    assert!(seen.contains("enable_seqscan=on"), "{seen}");
}

/// Commits without a hooked event take the same batches as without a hook.
#[tokio::test(flavor = "multi_thread")]
async fn commits_without_a_hooked_event_share_a_transaction() {
    const CHANGES: u32 = 64;
    let host = Host::open(|_, _, _| Box::pin(async { Ok(HookVerdict::Commit) })).await;
    let committed = || {
        let sql = "SELECT pg_current_xact_id()";
        SERVER.query(&host.database, sql).trim().parse::<u64>().unwrap()
    };
    let before = committed();
    let creations = (1..=CHANGES).map(|number| host.ledger.commit(creation(number, "Eels")));
    for outcome in join_all(creations).await {
        assert_eq!(outcome.unwrap(), CommitOutcome::Committed { revision: 1 });
    }
    let transactions = committed() - before;
    assert!(transactions < u64::from(CHANGES) / 4, "{transactions} transactions");
    assert_eq!(host.runs.load(Ordering::SeqCst), 0);
}
