use crate::clock;
use crate::error::Error;
use crate::schema::PREFIX;
use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// The number of instructions of SQLite's virtual machine between two checks of the deadline: well
/// below a millisecond.
const CHECK_INTERVAL: i32 = 1_000;

/// The pragmas with an argument that change nothing beyond the transaction.
const HARMLESS: [&str; 8] = [
    "defer_foreign_keys",
    "foreign_key_check",
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "table_info",
    "table_xinfo",
];

/// Restricts the writer's connection while a hook runs.
#[derive(Clone, Default)]
pub(crate) struct HookGuard(Arc<Mutex<Option<Instant>>>);

/// A running hook. The restrictions end when this is dropped.
pub(crate) struct RunningHook<'a>(&'a HookGuard);

impl HookGuard {
    /// Installs the guard on the writer's connection.
    pub(crate) fn install(&self, connection: &mut Connection) -> Result<(), Error> {
        let guard = self.clone();
        connection.progress_handler(CHECK_INTERVAL, Some(move || guard.is_late()))?;
        // If an interrupted statement has rolled the transaction back, each statement that follows
        // would be a transaction of its own. This turns its commit into a rollback.
        let guard = self.clone();
        connection.commit_hook(Some(move || guard.end().is_some()))?;
        let guard = self.clone();
        connection.authorizer(Some(move |context: AuthContext<'_>| guard.authorize(&context)))?;
        Ok(())
    }

    /// Begins the run of a hook that must end before `end`.
    pub(crate) fn start(&self, end: Instant) -> RunningHook<'_> {
        *self.end() = Some(end);
        RunningHook(self)
    }

    fn is_late(&self) -> bool {
        self.end().is_some_and(|end| clock::now() >= end)
    }

    fn authorize(&self, context: &AuthContext<'_>) -> Authorization {
        let is_allowed = match context.action {
            AuthAction::Attach { .. }
            | AuthAction::Detach { .. }
            | AuthAction::Transaction { .. } => false,
            AuthAction::Pragma { pragma_name, pragma_value: Some(_) } => {
                HARMLESS.contains(&pragma_name)
            }
            // A temporary table or view of the same name would hide a table of this store, and a
            // trigger would run in later commits.
            AuthAction::AlterTable { table_name: name, .. }
            | AuthAction::CreateIndex { table_name: name, .. }
            | AuthAction::CreateTable { table_name: name }
            | AuthAction::CreateTempTable { table_name: name }
            | AuthAction::CreateTempTrigger { table_name: name, .. }
            | AuthAction::CreateTempView { view_name: name }
            | AuthAction::CreateTrigger { table_name: name, .. }
            | AuthAction::CreateView { view_name: name }
            | AuthAction::CreateVtable { table_name: name, .. }
            | AuthAction::Delete { table_name: name }
            | AuthAction::DropIndex { table_name: name, .. }
            | AuthAction::DropTable { table_name: name }
            | AuthAction::DropTrigger { table_name: name, .. }
            | AuthAction::DropView { view_name: name }
            | AuthAction::DropVtable { table_name: name, .. }
            | AuthAction::Insert { table_name: name }
            | AuthAction::Update { table_name: name, .. } => !name.starts_with(PREFIX),
            _ => true,
        };
        match is_allowed || self.end().is_none() {
            true => Authorization::Allow,
            false => Authorization::Deny,
        }
    }

    fn end(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for RunningHook<'_> {
    fn drop(&mut self) {
        *self.0.end() = None;
    }
}

impl fmt::Debug for HookGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookGuard").finish_non_exhaustive()
    }
}
