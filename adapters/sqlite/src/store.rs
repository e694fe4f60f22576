use crate::backup;
use crate::check;
use crate::checkpointer::Limits;
use crate::connection;
use crate::error::Error;
use crate::readers::Readers;
use crate::shared::Shared;
use crate::writer::Writer;
use crate::{SqliteLedger, SqliteRegistry};
use desktop_delivery::StoreError;
use futures_channel::oneshot;
use std::path::Path;
use std::sync::Arc;
use std::thread;

/// Opens one database file, in which a [`SqliteLedger`] and a [`SqliteRegistry`] live.
///
/// Copies are cheap and share the file's connections and threads. Dropping the last of all copies,
/// ledgers and registries waits until what was handed to the writer is done, and closes the file.
///
/// Several processes of one machine may use one file at the same time, each exact as if it were
/// alone; the file must not be on a network file system, whose locks SQLite cannot trust.
#[derive(Clone, Debug)]
pub struct SqliteStore(Arc<Shared>);

impl SqliteStore {
    /// Opens the file, made where there is none, and brings it to this version.
    ///
    /// Blocks, for some milliseconds where the file is new, and for some seconds for each 100,000
    /// requests where it is of a version without an index for searches.
    ///
    /// # Errors
    /// `Denied` where rights are missing or the file belongs to another program or to a newer
    /// version of this one; `Corrupt` where it is no database; `Full` and `Unavailable` as their
    /// names say.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_within(path.as_ref(), Limits::default()).map_err(|error| error.at("open"))
    }

    pub(crate) fn open_within(path: &Path, limits: Limits) -> Result<Self, Error> {
        let path = connection::prepare(path)?;
        let readers = Readers::start(path.clone())?;
        let writer = Writer::start(&path, limits)?;
        Ok(Self(Arc::new(Shared { writer, readers, path })))
    }

    /// The ledger in this file.
    #[must_use]
    pub fn ledger(&self) -> SqliteLedger {
        SqliteLedger::new(Arc::clone(&self.0))
    }

    /// The registry in this file.
    #[must_use]
    pub fn registry(&self) -> SqliteRegistry {
        SqliteRegistry::new(Arc::clone(&self.0))
    }

    /// Copies everything, as it is at one moment, to a new file at `to`, while work goes on.
    ///
    /// The copy appears under its name when it is whole and durable, with the rights of its owner
    /// alone; a file that is there is replaced. To restore, stop the program and put the copy in
    /// the place of the database, without the `-wal` and `-shm` files of the old one. While it
    /// runs, the write-ahead log grows by what is written meanwhile.
    ///
    /// # Errors
    /// `Full`, `Denied`, `Corrupt` where pages cannot be read; nothing is left under the name then.
    ///
    /// # Cancellation
    /// A backup whose future is dropped goes on to its end.
    pub async fn backup(&self, to: impl AsRef<Path>) -> Result<(), StoreError> {
        let (from, to) = (self.0.path.clone(), to.as_ref().to_path_buf());
        apart("sqlite backup", move || backup::run(&from, &to))
            .await
            .map_err(|error| error.at("backup"))
    }

    /// Reads everything and names what is wrong with it, at most 100 problems; an empty list says
    /// that all is well. For operators: it takes as long as reading the whole file.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read at all.
    ///
    /// # Cancellation
    /// A check whose future is dropped goes on to its end.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let path = self.0.path.clone();
        apart("sqlite check", move || check::run(&path)).await.map_err(|error| error.at("check"))
    }
}

/// Does long work on a thread of its own.
async fn apart<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (reply, answer) = oneshot::channel();
    let thread = thread::Builder::new().name(name.into());
    // A caller that has gone meanwhile needs no answer.
    thread.spawn(move || drop(reply.send(work())))?;
    answer.await.map_err(|_| Error::ThreadEnded)?
}
