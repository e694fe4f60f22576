use crate::error::Error;
use rusqlite::Connection;
use rusqlite::wal::CheckpointMode;
use std::ffi::c_int;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long the writer waits for readers of the log's end before it goes on with the old log.
const READERS: Duration = Duration::from_millis(5);
/// How long a failed copy, as on a full disk, is not tried again.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a short log waits for company before it is copied.
const QUIET: Duration = Duration::from_secs(5);

/// Says when the write-ahead log is copied and started over, in pages of 4 KiB that it holds.
///
/// While the log is copied, commits share the disk with it and take longer. So it is copied seldom,
/// much at once: pages that were written several times are then copied once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Pages not yet in the database that are copied at once, without waiting for quiet.
    pub(crate) copy_at: c_int,
    /// Pages left to copy for which the writer may pause: a few milliseconds' work.
    pub(crate) pause_for: c_int,
    /// Pages from which the writer pauses for whatever is left.
    pub(crate) stall_at: c_int,
}

/// 128 MiB, 4 MiB and 512 MiB.
impl Default for Limits {
    fn default() -> Self {
        Self { copy_at: 32_768, pause_for: 1_024, stall_at: 131_072 }
    }
}

/// Copies the write-ahead log into the database, on a thread of its own, so that no commit waits
/// for it.
///
/// A log under steady writing never ends, and so would never start over. When little is left to
/// copy, the writer is asked to do that rest between two transactions; its next one then begins the
/// log anew.
#[derive(Debug)]
pub(crate) struct Checkpointer {
    thread: Option<JoinHandle<()>>,
}

/// Tells the checkpointer how long the log is.
#[derive(Clone, Debug)]
pub(crate) struct Alarm {
    log: Arc<Log>,
    wake: SyncSender<()>,
}

#[derive(Debug)]
struct Log {
    limits: Limits,
    /// Pages in the log.
    pages: AtomicI32,
    /// Those of them that are in the database.
    copied: AtomicI32,
    must_start_over: AtomicBool,
    /// Held while the log is copied.
    copying: Mutex<()>,
}

impl Checkpointer {
    /// Starts the thread, which ends when every copy of its alarm is gone.
    pub(crate) fn start(path: &Path, limits: Limits) -> Result<(Self, Alarm), Error> {
        let connection = crate::connection::open(path)?;
        let log = Arc::new(Log {
            limits,
            pages: AtomicI32::new(0),
            copied: AtomicI32::new(0),
            must_start_over: AtomicBool::new(false),
            copying: Mutex::new(()),
        });
        // One place: a second alarm says nothing new.
        let (wake, alarms) = mpsc::sync_channel(1);
        let alarm = Alarm { log: Arc::clone(&log), wake };
        let thread = thread::Builder::new()
            .name("sqlite checkpoints".into())
            .spawn(move || serve(&connection, &alarms, &log))?;
        Ok((Self { thread: Some(thread) }, alarm))
    }
}

/// Waits for the thread's end.
impl Drop for Checkpointer {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            // It never panics; if it did, there is nobody to tell.
            let _ended = thread.join();
        }
    }
}

impl Alarm {
    /// Wakes the checkpointer where the log, now of this many pages, has grown enough.
    pub(crate) fn ring(&self, pages: c_int) {
        let log = &*self.log;
        if pages < log.pages.swap(pages, Ordering::Relaxed) {
            // The log has started over.
            log.copied.store(0, Ordering::Relaxed);
        }
        if pages >= log.limits.stall_at {
            log.must_start_over.store(true, Ordering::Relaxed);
        }
        if pages - log.copied.load(Ordering::Relaxed) >= log.limits.copy_at {
            match self.wake.try_send(()) {
                // Awake already, or ended together with its connection.
                Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
            }
        }
    }

    /// Lets the writer's next transaction begin the log anew, where that was asked for; called
    /// between two transactions.
    pub(crate) fn start_over_if_asked(&self, connection: &Connection) {
        if !self.log.must_start_over.swap(false, Ordering::Relaxed) {
            return;
        }
        let _copying = self.log.copying.lock().unwrap_or_else(PoisonError::into_inner);
        // Where a reader stays in the log for longer, as a backup does, the log grows on and is
        // asked about again.
        let _waits = connection.busy_timeout(READERS);
        let _later = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::RESTART);
        let _waits = connection.busy_timeout(crate::connection::BUSY);
    }
}

fn serve(connection: &Connection, alarms: &Receiver<()>, log: &Log) {
    loop {
        match alarms.recv_timeout(QUIET) {
            Ok(()) => log.copy(connection),
            Err(RecvTimeoutError::Timeout) => {
                if log.pages.load(Ordering::Relaxed) > log.copied.load(Ordering::Relaxed) {
                    log.copy(connection);
                }
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

impl Log {
    /// Copies the log, and what came meanwhile, until little is left.
    fn copy(&self, connection: &Connection) {
        loop {
            let copying = self.copying.lock().unwrap_or_else(PoisonError::into_inner);
            let done = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE);
            drop(copying);
            let Ok((pages, copied)) = done else { return thread::sleep(PAUSE) };
            let before = self.copied.swap(copied, Ordering::Relaxed);
            let Limits { copy_at, pause_for, stall_at } = self.limits;
            if pages < copy_at || pages == copied {
                return;
            }
            // A backup keeps pages from being copied; to try at once again would change nothing.
            if copied == before {
                return thread::sleep(PAUSE);
            }
            if pages - copied <= pause_for || pages >= stall_at {
                return self.must_start_over.store(true, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SqliteStore;
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

    /// Eight writes of 20 kB never pause, so the log is started over only because it is asked to.
    #[test]
    fn a_log_under_steady_writing_stays_within_its_bound() {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits { copy_at: 512, pause_for: 64, stall_at: 2_048 };
        let file = folder.path().join("delivery.db");
        let store = SqliteStore::open_within(&file, limits).unwrap();
        let mut longest = 0;
        // About 48 pages a round: nine times the bound in all.
        for round in 0..400 {
            write(&store, round);
            longest = longest.max(length_of_log(folder.path()));
        }
        assert!(longest > 512 * PAGE, "the log never grew: {longest} bytes");
        // One batch may pass the bound before the writer sees it.
        assert!(longest < (2_048 + 512) * PAGE, "the log grew to {longest} bytes");
    }

    #[test]
    fn a_reader_that_stays_stops_neither_commits_nor_the_next_copy() {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits { copy_at: 64, pause_for: 16, stall_at: 256 };
        let file = folder.path().join("delivery.db");
        let store = SqliteStore::open_within(&file, limits).unwrap();
        write(&store, 0);
        let reader = Connection::open(&file).unwrap();
        reader.execute_batch("BEGIN; SELECT count(*) FROM registry").unwrap();
        (1..20).for_each(|round| write(&store, round));
        assert!(length_of_log(folder.path()) > 256 * PAGE, "the reader's pages were overwritten");
        reader.execute_batch("COMMIT").unwrap();
        let before = length_of_log(folder.path());
        (20..60).for_each(|round| write(&store, round));
        // As long as it was, or a little longer: it began anew.
        assert!(length_of_log(folder.path()) < before + 512 * PAGE, "the log only grows");
    }
}
