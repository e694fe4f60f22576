use crate::error::Error;
use crate::hook::SqliteHook;
use crate::hook_guard::HookGuard;
use crate::prepared::Prepared;
use crate::{clock, commit};
use desktop_delivery::events::EventName;
use desktop_delivery::hook::HookVerdict;
use desktop_delivery::ledger::{Change, CommitOutcome};
use desktop_delivery::storage::{HookedChange, HookedRequest};
use desktop_delivery::{AgencyId, RequestReference};
use rusqlite::{Connection, ErrorCode, Row, Transaction, TransactionBehavior};
use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

const REQUEST: &str = "SELECT reference, requester, supplier FROM ddlv_requests WHERE handle = ?1";

/// A hook and the kinds of events for which it is registered.
#[derive(Clone)]
pub(crate) struct HookRunner {
    hook: Arc<dyn SqliteHook>,
    kinds: BTreeSet<EventName>,
    pub(crate) deadline: Duration,
    pub(crate) guard: HookGuard,
}

impl HookRunner {
    pub(crate) fn new(hook: Arc<dyn SqliteHook>, kinds: BTreeSet<EventName>) -> Self {
        let deadline = Duration::from_secs(5);
        Self { hook, kinds, deadline, guard: HookGuard::default() }
    }

    /// Returns the same hook for another connection.
    pub(crate) fn with_new_guard(&self) -> Self {
        Self { guard: HookGuard::default(), ..self.clone() }
    }

    /// Returns the hook's view of a change; `None` if the change has no event for the hook.
    pub(crate) fn hooked(&self, change: &Change) -> Option<HookedChange> {
        HookedChange::of(change, &self.kinds)
    }

    /// Applies a change and runs the hook, both in one transaction.
    pub(crate) fn commit(
        &self,
        connection: &Connection,
        change: &Prepared,
        hooked: &HookedChange,
    ) -> Result<CommitOutcome, Error> {
        let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
        let outcome = commit::commit(&transaction, change)?;
        if !matches!(outcome, CommitOutcome::Committed { .. }) {
            return Ok(outcome);
        }
        match self.run(&transaction, change, hooked)? {
            HookVerdict::Commit => {
                transaction.commit().map_err(commit_error)?;
                Ok(outcome)
            }
            HookVerdict::Veto(veto) => Ok(CommitOutcome::Vetoed(Box::new(veto))),
        }
    }

    fn run(
        &self,
        transaction: &Transaction<'_>,
        change: &Prepared,
        hooked: &HookedChange,
    ) -> Result<HookVerdict, Error> {
        let request = match hooked.request() {
            Some(request) => request.clone(),
            None => stored_request(transaction, change.handle)?,
        };
        let commit = hooked.commit(request);
        let end = clock::now() + self.deadline;
        let running = self.guard.start(end);
        let answer = catch_unwind(AssertUnwindSafe(|| self.hook.run(transaction, &commit)));
        drop(running);
        if clock::now() >= end {
            return Err(Error::HookLate);
        }
        let verdict = answer.map_err(|_reported| Error::HookPanicked)?.map_err(Error::Hook)?;
        // A statement of the hook that failed may have rolled the transaction back.
        match transaction.is_autocommit() {
            true => Err(Error::HookRolledBack),
            false => Ok(verdict),
        }
    }
}

/// Returns the error of a commit. If it violates a constraint, the hook has deferred that constraint:
/// the store never does.
fn commit_error(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => Error::Hook(error.into()),
        _ => error.into(),
    }
}

fn stored_request(connection: &Connection, handle: i64) -> Result<HookedRequest, Error> {
    let mut statement = connection.prepare_cached(REQUEST)?;
    let mut found = statement.query([handle])?;
    let row = found.next()?.ok_or(Error::Row("request"))?;
    let text = |row: &Row<'_>, column| row.get::<_, String>(column);
    let agency = |text| AgencyId::new(text).map_err(|_| Error::Row("library of a request"));
    let reference = RequestReference::new(text(row, 0)?);
    Ok(HookedRequest {
        reference: reference.map_err(|_| Error::Row("reference of a request"))?,
        requester: agency(text(row, 1)?)?,
        supplier: agency(text(row, 2)?)?,
    })
}

impl fmt::Debug for HookRunner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookRunner")
            .field("kinds", &self.kinds)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
