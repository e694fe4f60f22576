use crate::backup;
use crate::check;
use crate::checkpointer::Limits;
use crate::connection;
use crate::error::Error;
use crate::readers::Readers;
use crate::shared::Shared;
use crate::writer::Writer;
use crate::{SqliteLedger, SqliteOptions, SqliteProjections, SqliteRegistry};
use desktop_delivery::StoreError;
use desktop_delivery::storage::RecentDeliveries;
use futures_channel::oneshot;
use std::path::Path;
use std::sync::Arc;
use std::thread;

/// An open database file, which contains a [`SqliteLedger`], a [`SqliteRegistry`] and
/// [`SqliteProjections`].
///
/// Clones are cheap and share connections and threads. Dropping the last store and the last of its
/// parts waits for queued writes and closes the file.
///
/// Several processes on one machine may use the file at the same time; counts stay exact. The file
/// must not be on a network file system, because SQLite cannot rely on its locks.
#[derive(Clone, Debug)]
pub struct SqliteStore(Arc<Shared>);

impl SqliteStore {
    /// Opens the file, creating it if it is missing, and migrates it to this version.
    ///
    /// Blocks the calling thread, for some milliseconds if the file is new.
    ///
    /// # Errors
    /// `Denied` if access rights are missing, or if the file belongs to another program, a newer
    /// version or a version before the first release. `Corrupt` if it is not a database. `Full` if
    /// the disk is full, `Unavailable` if the file is locked for more than 10 seconds.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(&SqliteOptions::new(path.as_ref()))
    }

    /// Opens a file as [`open`](Self::open) does, with options.
    ///
    /// # Errors
    /// As for [`open`](Self::open). `Denied` also if the host has a table whose name begins with
    /// `ddlv_`.
    pub fn open_with(options: &SqliteOptions) -> Result<Self, StoreError> {
        Self::open_within(options, Limits::default()).map_err(|error| error.at("open"))
    }

    pub(crate) fn open_within(options: &SqliteOptions, limits: Limits) -> Result<Self, Error> {
        let path = connection::prepare(options.path(), options.is_in_host_file())?;
        let hook = options.hook().map(Arc::new);
        let readers = Readers::start(path.clone())?;
        let writer = Writer::start(&path, limits, hook.as_ref().map(|hook| &hook.guard))?;
        let recent = RecentDeliveries::default();
        Ok(Self(Arc::new(Shared { writer, readers, path, recent, hook })))
    }

    /// Returns the ledger in this file.
    #[must_use]
    pub fn ledger(&self) -> SqliteLedger {
        SqliteLedger::new(Arc::clone(&self.0))
    }

    /// Returns the registry in this file.
    #[must_use]
    pub fn registry(&self) -> SqliteRegistry {
        SqliteRegistry::new(Arc::clone(&self.0))
    }

    /// Returns the projections in this file.
    #[must_use]
    pub fn projections(&self) -> SqliteProjections {
        SqliteProjections::new(Arc::clone(&self.0))
    }

    /// Copies the database as of one moment to the file `to` while other work continues.
    ///
    /// The copy appears at `to` once it is complete and durable, with access for its owner only. An
    /// existing file is replaced. To restore, stop the program, put the copy in place of the
    /// database and delete the old `-wal` and `-shm` files. During a backup, the write-ahead log
    /// grows by everything that is written.
    ///
    /// # Errors
    /// `Full`, `Denied`, or `Corrupt` if pages cannot be read. On an error, `to` is unchanged.
    ///
    /// # Cancellation
    /// Dropping the future does not stop the backup.
    pub async fn backup(&self, to: impl AsRef<Path>) -> Result<(), StoreError> {
        let (from, to) = (self.0.path.clone(), to.as_ref().to_path_buf());
        on_thread("sqlite backup", move || backup::run(&from, &to))
            .await
            .map_err(|error| error.at("backup"))
    }

    /// Reads the whole database and returns a description of each problem, at most 100. An empty
    /// list means that the database is sound.
    ///
    /// Intended for operators: takes as long as reading the whole file.
    ///
    /// # Errors
    /// [`StoreError`] if the file cannot be read at all.
    ///
    /// # Cancellation
    /// Dropping the future does not stop the check.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let path = self.0.path.clone();
        on_thread("sqlite check", move || check::run(&path))
            .await
            .map_err(|error| error.at("check"))
    }
}

/// Runs long work on a thread of its own.
async fn on_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (reply, answer) = oneshot::channel();
    let thread = thread::Builder::new().name(name.into());
    // The caller may have dropped its future.
    thread.spawn(move || drop(reply.send(work())))?;
    answer.await.map_err(|_| Error::ThreadEnded)?
}
