use crate::hook::SqliteHook;
use crate::hook_runner::HookRunner;
use desktop_delivery::events::EventName;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The shortest deadline of a hook.
const MIN_DEADLINE: Duration = Duration::from_millis(10);

/// The location of the database, and the host's part in it.
///
/// Every connection is opened by the store from the path, and every setting except the journal mode
/// applies to these connections only.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    path: PathBuf,
    in_host_file: bool,
    hook: Option<HookRunner>,
}

impl SqliteOptions {
    /// Uses a file that contains nothing else.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), in_host_file: false, hook: None }
    }

    /// Uses a database file of the host, which may contain other tables. Without this option, such a file is
    /// refused, so that a wrong path does no harm.
    ///
    /// All tables, indexes and views of this store have names that begin with `ddlv_`.
    /// The store neither reads nor writes the `user_version` and the `application_id` of the file.
    /// It switches the file to a write-ahead log (`journal_mode = wal`), which is a property of the
    /// file and applies to all its users.
    #[must_use]
    pub fn in_host_file(mut self) -> Self {
        self.in_host_file = true;
        self
    }

    /// Runs `hook` in the transaction of every commit that has an event of one of these kinds.
    /// Other commits are written together as before. One hook can be set.
    #[must_use]
    pub fn with_hook(
        mut self,
        kinds: impl IntoIterator<Item = EventName>,
        hook: impl SqliteHook + 'static,
    ) -> Self {
        self.hook = Some(HookRunner::new(Arc::new(hook), kinds.into_iter().collect()));
        self
    }

    /// Sets how long the hook may take. Default: 5 seconds; at least 10 milliseconds. Statements of
    /// the hook are interrupted at the deadline. Has no effect before a hook is set.
    #[must_use]
    pub fn with_hook_deadline(mut self, deadline: Duration) -> Self {
        if let Some(hook) = &mut self.hook {
            hook.deadline = deadline.max(MIN_DEADLINE);
        }
        self
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) const fn is_in_host_file(&self) -> bool {
        self.in_host_file
    }

    /// Returns the hook, with a guard for one connection.
    pub(crate) fn hook(&self) -> Option<HookRunner> {
        self.hook.as_ref().map(HookRunner::with_new_guard)
    }
}
