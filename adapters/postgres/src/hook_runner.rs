use crate::batch_state::BatchState;
use crate::error::Error;
use crate::hook_options::HookOptions;
use crate::pool::{Connection, Connections};
use crate::prepared::Prepared;
use crate::session::{Session, within};
use crate::writes::Writes;
use crate::{commits, rows, session_settings, transact};
use deadpool_postgres::Transaction;
use desktop_delivery::hook::{HookError, HookVerdict, HookedCommit};
use desktop_delivery::ledger::CommitOutcome;
use desktop_delivery::storage::{HookedChange, HookedRequest};
use desktop_delivery::{AgencyId, RequestReference};
use futures_util::FutureExt as _;
use std::error::Error as StdError;
use std::panic::AssertUnwindSafe;
use tokio_postgres::error::SqlState;

const REQUEST: &str = "SELECT reference, requester, supplier FROM requests WHERE handle = $1";

/// Encloses the hook. If the hook has ended the transaction, or ignored a failed statement, the
/// savepoint cannot be released.
const BEGIN_HOOK: &str = "SAVEPOINT desktop_delivery_hook;";
const END_HOOK: &str = "RELEASE SAVEPOINT desktop_delivery_hook;";
const UNDO_HOOK: &str = "ROLLBACK TO SAVEPOINT desktop_delivery_hook";

/// Commits changes with a hook.
#[derive(Clone, Debug)]
pub(crate) struct HookRunner(pub(crate) HookOptions);

/// A change and the hook's view of it.
pub(crate) type Hooked = (Prepared, HookedChange);

impl HookRunner {
    /// Applies a change and runs the hook, both in one transaction. Retries if the transaction
    /// conflicts with others.
    pub(crate) async fn commit(
        &self,
        connections: &Connections,
        change: &Hooked,
    ) -> Result<CommitOutcome, Error> {
        let mut tries = 0;
        loop {
            tries += 1;
            let mut connection = connections.take().await?;
            match self.attempt(&mut connection, change).await {
                Ok(outcome) => return Ok(outcome),
                Err(error) => {
                    // A statement may still be running.
                    connection.discard();
                    if !error.is_conflict() || tries == commits::MAX_TRIES {
                        return Err(error);
                    }
                }
            }
        }
    }

    async fn attempt(
        &self,
        connection: &mut Connection,
        (change, hooked): &Hooked,
    ) -> Result<CommitOutcome, Error> {
        let timeout = connection.timeout();
        let transaction = connection.begin().await?;
        let session = Session::new(transaction.client(), &transaction.statement_cache, timeout);
        let changes = std::slice::from_ref(change);
        let mut state: BatchState = transact::lock(&session, changes, None).await?;
        let mut writes = Writes::default();
        let outcome = state.apply(change, &mut writes);
        if !matches!(outcome, CommitOutcome::Committed { .. }) {
            within(timeout, async { Ok(transaction.rollback().await?) }).await?;
            return Ok(outcome);
        }
        let request = match hooked.request() {
            Some(request) => request.clone(),
            None => stored_request(&session, change).await?,
        };
        let settings = session_settings::of_host(self.0.deadline);
        writes.send(&session, &format!("{BEGIN_HOOK} {settings}")).await?;
        match self.run(&transaction, &hooked.commit(request)).await? {
            HookVerdict::Commit => {
                let end = format!("{END_HOOK} {}", session_settings::limits("SET LOCAL", timeout));
                session.run(&end).await.map_err(after_hook)?;
                let commit = within(timeout, async { Ok(transaction.commit().await?) }).await;
                commit.map_err(after_hook)?;
                Ok(outcome)
            }
            HookVerdict::Veto(veto) => {
                // Fails if the hook has ended the transaction, and perhaps committed the change.
                session.run(UNDO_HOOK).await.map_err(after_hook)?;
                within(timeout, async { Ok(transaction.rollback().await?) }).await?;
                Ok(CommitOutcome::Vetoed(Box::new(veto)))
            }
        }
    }

    async fn run(
        &self,
        transaction: &Transaction<'_>,
        commit: &HookedCommit,
    ) -> Result<HookVerdict, Error> {
        let run = async { self.0.hook.run(transaction, commit).await };
        let run = AssertUnwindSafe(run).catch_unwind();
        match tokio::time::timeout(self.0.deadline, run).await {
            Err(_late) => Err(Error::HookLate),
            Ok(Err(_reported)) => Err(Error::HookPanicked),
            Ok(Ok(answer)) => answer.map_err(hook_error),
        }
    }
}

/// Returns the error of a hook. If the server, the connection or another transaction caused it,
/// returns the error that the same failure of our own statement would cause.
fn hook_error(error: HookError) -> Error {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(&*error);
    while let Some(next) = cause {
        if let Some(reported) = next.downcast_ref::<tokio_postgres::Error>() {
            if reported.is_closed() {
                return Error::Lost;
            }
            match reported.code() {
                Some(code) if TIMEOUTS.contains(code) => return Error::HookLate,
                Some(code) if is_of_class(code, &["08", "40", "53", "57"]) => {
                    let what = "in the commit hook".to_owned();
                    return Error::Server { code: code.clone(), what };
                }
                _ => {}
            }
        }
        cause = next.source();
    }
    Error::Hook(error)
}

/// The codes that the server reports when a statement of the hook exceeds the deadline.
const TIMEOUTS: [SqlState; 2] = [SqlState::QUERY_CANCELED, SqlState::LOCK_NOT_AVAILABLE];

/// Returns the error of a statement that ends the hook or commits. Only the hook can have violated a
/// deferred constraint (23), ended the transaction or ignored a failed statement (25, 2D), or
/// released the savepoint (3B).
fn after_hook(error: Error) -> Error {
    match &error {
        Error::Server { code, .. } if is_of_class(code, &["23", "25", "2D", "3B"]) => {
            Error::Hook(Box::new(error))
        }
        _ => error,
    }
}

fn is_of_class(code: &SqlState, classes: &[&str]) -> bool {
    code.code().get(..2).is_some_and(|class| classes.contains(&class))
}

async fn stored_request(session: &Session<'_>, change: &Prepared) -> Result<HookedRequest, Error> {
    let found = session.query(REQUEST, &[&&change.handle[..]]).await?;
    let row = found.first().ok_or(Error::Row("request"))?;
    let agency = |column| {
        AgencyId::new(rows::field::<String>(row, column)?)
            .map_err(|_| Error::Row("library of a request"))
    };
    let reference = RequestReference::new(rows::field::<String>(row, 0)?);
    Ok(HookedRequest {
        reference: reference.map_err(|_| Error::Row("reference of a request"))?,
        requester: agency(1)?,
        supplier: agency(2)?,
    })
}
