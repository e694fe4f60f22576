use crate::error::Error;
use crate::file_sync;
use rusqlite::Connection;
use rusqlite::wal::CheckpointMode;
use std::ffi::c_int;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long the writer waits for readers at the end of the log before it continues with the old
/// log.
const READERS: Duration = Duration::from_millis(5);
/// The pause after a failed checkpoint, for example on a full disk.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a short log may wait for more pages before it is checkpointed.
const QUIET: Duration = Duration::from_secs(5);

/// Thresholds for checkpointing and restarting the write-ahead log, in pages of 4 KiB.
///
/// A checkpoint competes with commits for the disk. Large checkpoints copy a page that was written
/// several times only once; small ones shorten the syncs that compete with commits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The number of pages not yet in the database at which a checkpoint starts immediately.
    pub(crate) copy_at: c_int,
    /// The number of remaining pages for which the writer may pause: a few milliseconds of work.
    pub(crate) pause_for: c_int,
    /// The log length at which the writer pauses whatever remains.
    pub(crate) stall_at: c_int,
}

/// 32 MiB, 4 MiB and 512 MiB.
impl Default for Limits {
    fn default() -> Self {
        Self { copy_at: 8_192, pause_for: 1_024, stall_at: 131_072 }
    }
}

/// Checkpoints the write-ahead log on a thread of its own, so that commits do not wait for it.
///
/// A log that is written to continuously never restarts on its own. When few pages remain, the
/// checkpointer asks the writer to copy them between two transactions; the next transaction then
/// restarts the log.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    thread: Option<JoinHandle<()>>,
}

/// Reports the length of the log to the checkpointer.
#[derive(Clone, Debug)]
pub(crate) struct CheckpointTrigger {
    log: Arc<Log>,
    wake: SyncSender<()>,
}

#[derive(Debug)]
struct Log {
    limits: Limits,
    /// Pages in the log.
    pages: AtomicI32,
    /// Pages of the log that are already in the database.
    copied: AtomicI32,
    restart_requested: AtomicBool,
    /// Locked during a checkpoint.
    copying: Mutex<()>,
}

impl Checkpointer {
    /// Starts the thread, which ends when the last clone of its trigger is dropped.
    pub(crate) fn start(path: &Path, limits: Limits) -> Result<(Self, CheckpointTrigger), Error> {
        let connection = crate::connection::open(path)?;
        let log = Arc::new(Log {
            limits,
            pages: AtomicI32::new(0),
            copied: AtomicI32::new(0),
            restart_requested: AtomicBool::new(false),
            copying: Mutex::new(()),
        });
        // One slot: a second wake-up would add nothing.
        let (wake, wakeups) = mpsc::sync_channel(1);
        let trigger = CheckpointTrigger { log: Arc::clone(&log), wake };
        let database = path.to_path_buf();
        let thread = thread::Builder::new()
            .name("sqlite checkpoints".into())
            .spawn(move || serve(&connection, &database, &wakeups, &log))?;
        Ok((Self { thread: Some(thread) }, trigger))
    }
}

/// Waits for the thread to end.
impl Drop for Checkpointer {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            // The thread does not panic, and a panic could not be reported here.
            let _ended = thread.join();
        }
    }
}

impl CheckpointTrigger {
    /// Records the length of the log in pages and wakes the checkpointer if enough are new.
    pub(crate) fn log_length_changed(&self, pages: c_int) {
        let log = &*self.log;
        if pages < log.pages.swap(pages, Ordering::Relaxed) {
            // The log has restarted.
            log.copied.store(0, Ordering::Relaxed);
        }
        if pages >= log.limits.stall_at {
            log.restart_requested.store(true, Ordering::Relaxed);
        }
        if pages - log.copied.load(Ordering::Relaxed) >= log.limits.copy_at {
            match self.wake.try_send(()) {
                // The thread is already awake, or has ended with its connection.
                Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
            }
        }
    }

    /// Restarts the log if the checkpointer asked for it. Must be called between two transactions.
    pub(crate) fn restart_log_if_requested(&self, connection: &Connection) {
        if !self.log.restart_requested.swap(false, Ordering::Relaxed) {
            return;
        }
        let _copying = self.log.copying.lock().unwrap_or_else(PoisonError::into_inner);
        // If a reader such as a backup holds the log for longer, the log grows and the checkpointer
        // asks again.
        let _waits = connection.busy_timeout(READERS);
        let _later = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::RESTART);
        let _waits = connection.busy_timeout(crate::connection::BUSY);
    }
}

fn serve(connection: &Connection, database: &Path, wakeups: &Receiver<()>, log: &Log) {
    loop {
        match wakeups.recv_timeout(QUIET) {
            Ok(()) => log.copy(connection, database),
            Err(RecvTimeoutError::Timeout) => {
                if log.pages.load(Ordering::Relaxed) > log.copied.load(Ordering::Relaxed) {
                    log.copy(connection, database);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

impl Log {
    /// Checkpoints the log until few pages remain.
    fn copy(&self, connection: &Connection, database: &Path) {
        loop {
            let copying = self.copying.lock().unwrap_or_else(PoisonError::into_inner);
            let done = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE);
            let before = done.map(|(_, copied)| self.copied.swap(copied, Ordering::Relaxed));
            drop(copying);
            let Ok(before) = before else { return thread::sleep(PAUSE) };
            // While the log grows, SQLite leaves the copied pages unsynced until the log restarts,
            // and the writer would then wait for all of them. SQLite syncs them again before it
            // relies on them. If this sync fails, Linux reports that to its descriptors as well.
            let _later = file_sync::sync(database);
            let pages = self.pages.load(Ordering::Relaxed);
            let copied = self.copied.load(Ordering::Relaxed);
            let Limits { copy_at, pause_for, stall_at } = self.limits;
            if pages < copy_at {
                return;
            }
            // A reader such as a backup keeps pages from being copied; retrying now would not help.
            if copied == before && copied < pages {
                return thread::sleep(PAUSE);
            }
            if pages - copied <= pause_for || pages >= stall_at {
                return self.restart_requested.store(true, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SqliteOptions, SqliteStore};
    use bytes::Bytes;
    use desktop_delivery::Registry;
    use futures_executor::block_on;
    use futures_util::future::join_all;
    use std::fs;

    const PAGE: u64 = 4_096;

    fn length_of_log(folder: &Path) -> u64 {
        fs::metadata(folder.join("delivery.db-wal")).map_or(0, |log| log.len())
    }

    fn write(store: &SqliteStore, round: usize) {
        let registry = store.registry();
        let value = Bytes::from(vec![7; 20_000]);
        let writes = (0..8).map(|n| {
            let (registry, value) = (registry.clone(), value.clone());
            async move { registry.write("test", &format!("{round}-{n}"), Some(value), 0).await }
        });
        assert!(block_on(join_all(writes)).into_iter().all(|written| written.is_ok()));
    }

    /// Rounds of eight 20 kB writes leave no pause, so the log restarts only on request.
    #[test]
    fn a_log_under_steady_writing_stays_within_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits { copy_at: 512, pause_for: 64, stall_at: 2_048 };
        let file = folder.path().join("delivery.db");
        let store = SqliteStore::open_within(&SqliteOptions::new(&file), limits).unwrap();
        let mut longest = 0;
        // About 48 pages a round: nine times the bound in all.
        for round in 0..400 {
            write(&store, round);
            longest = longest.max(length_of_log(folder.path()));
        }
        assert!(longest > 512 * PAGE, "the log did not grow: {longest} bytes");
        // One batch may exceed the limit before the writer checks it.
        assert!(longest < (2_048 + 512) * PAGE, "the log grew to {longest} bytes");
    }

    #[test]
    fn a_reader_that_stays_stops_neither_commits_nor_the_next_copy() {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits { copy_at: 64, pause_for: 16, stall_at: 256 };
        let file = folder.path().join("delivery.db");
        let store = SqliteStore::open_within(&SqliteOptions::new(&file), limits).unwrap();
        write(&store, 0);
        let reader = Connection::open(&file).unwrap();
        reader.execute_batch("BEGIN; SELECT count(*) FROM ddlv_registry").unwrap();
        (1..20).for_each(|round| write(&store, round));
        assert!(length_of_log(folder.path()) > 256 * PAGE, "the reader's pages were overwritten");
        reader.execute_batch("COMMIT").unwrap();
        let before = length_of_log(folder.path());
        (20..60).for_each(|round| write(&store, round));
        // The log restarted: it is at most a little longer than before.
        assert!(length_of_log(folder.path()) < before + 512 * PAGE, "the log did not restart");
    }
}
