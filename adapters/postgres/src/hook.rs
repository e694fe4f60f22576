use async_trait::async_trait;
use desktop_delivery::hook::{HookError, HookVerdict, HookedCommit};
use tokio_postgres::Transaction;

/// Runs the host's code within the transaction of a commit, so that the host's rows and the
/// delivery change together or not at all.
///
/// # Example
/// ```
/// use async_trait::async_trait;
/// use desktop_delivery::hook::{HookError, HookVerdict, HookedCommit};
/// use desktop_delivery_postgres::PostgresHook;
/// use tokio_postgres::Transaction;
///
/// struct LoanStatus;
///
/// #[async_trait]
/// impl PostgresHook for LoanStatus {
///     async fn run(
///         &self,
///         transaction: &Transaction<'_>,
///         commit: &HookedCommit,
///     ) -> Result<HookVerdict, HookError> {
///         let update = "UPDATE loans SET status = 'shipped' WHERE reference = $1";
///         transaction.execute(update, &[&commit.reference.as_str()]).await?;
///         Ok(HookVerdict::Commit)
///     }
/// }
/// ```
///
/// # Contract
/// - The hook runs after the change is written and before the commit, while the rows of the request
///   are locked. Other commits of this request wait for it, so it should take milliseconds. It must
///   not call the desk, which could wait for the hook.
/// - It may run again for the same commit: after a deadlock or a serialization failure, or if the
///   reply was lost. Everything that it does must therefore be in the transaction.
///   [`HookedCommit::commit_id`] stays the same.
/// - The transaction has the session settings that the server, the database and the role define,
///   such as the `search_path`, except for `synchronous_commit` and the timeouts. Settings that the
///   hook changes are reset afterwards.
/// - It must not end the transaction; if it does, or if it ignores a failed statement, the commit
///   fails. Savepoints are allowed.
/// - If it vetoes, fails, panics or exceeds its deadline, only this commit fails.
#[async_trait]
pub trait PostgresHook: Send + Sync {
    /// Writes the host's rows, or refuses the change.
    ///
    /// # Errors
    /// Any error rolls the transaction back. If a deadlock or a serialization failure caused it, the
    /// commit is tried again. If the connection or the server failed, the caller gets a
    /// [`StoreError`](desktop_delivery::StoreError) of the kind of that failure, such as
    /// `Unavailable`. Otherwise, the kind is `Hook`, with this error as a cause.
    async fn run(
        &self,
        transaction: &Transaction<'_>,
        commit: &HookedCommit,
    ) -> Result<HookVerdict, HookError>;
}
