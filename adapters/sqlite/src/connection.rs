use crate::error::Error;
use crate::schema;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// How long a connection waits for a writer in another process.
pub(crate) const BUSY: Duration = Duration::from_secs(10);
/// The number of attempts to switch a new file to a write-ahead log, [`SWITCH_PAUSE`] apart.
const SWITCH_TRIES: u32 = 2_000;
const SWITCH_PAUSE: Duration = Duration::from_millis(5);
/// The capacity of the statement cache; more than the number of different statements.
const STATEMENTS: usize = 64;

/// Creates the file if it is missing, readable by its owner only, migrates it to the newest
/// version, and returns its absolute path, under which connections open it.
///
/// Any number of processes may call this at once.
pub(crate) fn prepare(path: &Path, in_host_file: bool) -> Result<PathBuf, Error> {
    // SQLite reads a path that begins with `file:` as a URI; an absolute path never does.
    let path = std::path::absolute(path)?;
    create(&path)?;
    let mut connection = open(&path)?;
    schema::migrate(&mut connection, in_host_file)?;
    switch_to_wal(&connection)?;
    Ok(path)
}

/// Opens a file that was prepared by [`prepare`].
pub(crate) fn open(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    #[cfg(test)]
    let connection = crate::plans::watched(connection);
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;",
    )?;
    Ok(connection)
}

/// Opens a read-only connection.
pub(crate) fn open_for_reading(path: &Path) -> Result<Connection, Error> {
    let connection = open(path)?;
    connection.execute_batch("PRAGMA query_only = ON")?;
    Ok(connection)
}

/// Does nothing: only Unix can sync the entries of a folder.
#[cfg(not(unix))]
pub(crate) const fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Syncs the folder that contains `path`, which makes new names in it durable.
#[cfg(unix)]
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Creates an empty file readable by its owner only; SQLite gives its logs the same mode.
pub(crate) fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => sync_folder_of(path),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Switches the file to a write-ahead log. If another process is doing the same, SQLite answers
/// "busy" immediately, regardless of the busy timeout.
fn switch_to_wal(connection: &Connection) -> Result<(), Error> {
    for _ in 0..SWITCH_TRIES {
        let mode = connection
            .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0));
        match mode {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) => {}
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {}
            Err(error) => return Err(error.into()),
        }
        thread::sleep(SWITCH_PAUSE);
    }
    Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None)
        .into())
}
