use desktop_delivery::hook::{HookError, HookVerdict, HookedCommit};
use rusqlite::Transaction;

/// Runs the host's code within the transaction of a commit, so that the host's rows and the
/// delivery change together or not at all.
///
/// A closure with the arguments and the result of [`run`](Self::run) is a hook.
///
/// # Example
/// ```
/// use desktop_delivery::events::EventName;
/// use desktop_delivery::hook::{HookError, HookVerdict, HookedCommit};
/// use desktop_delivery_sqlite::{SqliteOptions, SqliteStore};
/// use rusqlite::{Connection, Transaction};
///
/// # let folder = tempfile::tempdir()?;
/// let file = folder.path().join("ill.db");
/// Connection::open(&file)?
///     .execute_batch("CREATE TABLE loans (reference TEXT PRIMARY KEY, status TEXT NOT NULL)")?;
/// let hook = |transaction: &Transaction<'_>, commit: &HookedCommit| {
///     transaction.execute(
///         "UPDATE loans SET status = 'shipped' WHERE reference = ?",
///         [commit.reference.as_str()],
///     )?;
///     Ok(HookVerdict::Commit)
/// };
/// let options = SqliteOptions::new(&file).in_host_file().with_hook([EventName::Shipped], hook);
/// let store = SqliteStore::open_with(&options)?;
/// # drop(store);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Contract
/// - The hook runs on the thread of the only writer, after the change is written and before the
///   commit. All other writes wait for it, so it should take milliseconds. It must not wait for
///   anything outside of this transaction, or call the desk, which would wait for the hook.
/// - It may run again for the same commit, after a rollback or if the reply was lost. Everything
///   that it does must therefore be in the transaction. [`HookedCommit::commit_id`] stays the same.
/// - It cannot end the transaction, change settings of the connection, attach databases, write to
///   the tables of this store, or add triggers and indexes to them: SQLite returns "not authorized".
///   Savepoints are allowed.
/// - Foreign keys are enforced, and functions and collations that the host registers on its own
///   connections do not exist here.
/// - If it vetoes, fails, panics or exceeds its deadline, only this commit fails.
pub trait SqliteHook: Send + Sync {
    /// Writes the host's rows, or refuses the change.
    ///
    /// # Errors
    /// Any error rolls the transaction back. The caller gets a
    /// [`StoreError`](desktop_delivery::StoreError) of the kind `Hook`, with this error as a cause.
    fn run(
        &self,
        transaction: &Transaction<'_>,
        commit: &HookedCommit,
    ) -> Result<HookVerdict, HookError>;
}

impl<F> SqliteHook for F
where
    F: Fn(&Transaction<'_>, &HookedCommit) -> Result<HookVerdict, HookError> + Send + Sync,
{
    fn run(
        &self,
        transaction: &Transaction<'_>,
        commit: &HookedCommit,
    ) -> Result<HookVerdict, HookError> {
        self(transaction, commit)
    }
}
