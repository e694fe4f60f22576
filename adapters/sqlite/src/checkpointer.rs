use crate::error::Error;
use rusqlite::Connection;
use rusqlite::wal::CheckpointMode;
use std::ffi::c_int;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Pages that the log grows before they are copied into the database: 16 MiB.
const COPY_AT: c_int = 4_096;
/// Pages that the log holds before the writer is asked to start it over: 128 MiB. Less load than
/// that leaves pauses in which it starts over by itself.
const START_OVER_AT: c_int = 32_768;
/// Passes over a log that grows meanwhile, before the writer is asked.
const PASSES: usize = 4;
/// How long the writer waits for readers of the log's end before it goes on with the old log.
const READERS: Duration = Duration::from_millis(5);
/// How long a failed copy, as on a full disk, is not tried again.
const PAUSE: Duration = Duration::from_millis(100);

/// Copies the write-ahead log into the database, on a thread of its own, so that no commit waits
/// for it.
///
/// A log under steady writing never ends, and so would never start over. From 128 MiB on the
/// writer is asked to pause between two transactions, when little is left to copy.
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

#[derive(Debug, Default)]
struct Log {
    /// Pages of the log that are in the database.
    copied: AtomicI32,
    must_start_over: AtomicBool,
}

impl Checkpointer {
    /// Starts the thread, which ends when every copy of its alarm is gone.
    pub(crate) fn start(path: &Path) -> Result<(Self, Alarm), Error> {
        let connection = crate::connection::open(path)?;
        let log = Arc::new(Log::default());
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
        let mut copied = self.log.copied.load(Ordering::Relaxed);
        if pages < copied {
            // The log has started over.
            self.log.copied.store(0, Ordering::Relaxed);
            copied = 0;
        }
        if pages - copied >= COPY_AT {
            match self.wake.try_send(()) {
                // Awake already, or ended together with its connection.
                Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
            }
        }
    }

    /// Lets the writer's next transaction begin the log anew, where the checkpointer asked for it;
    /// called between two transactions.
    pub(crate) fn start_over_if_asked(&self, connection: &Connection) {
        if !self.log.must_start_over.swap(false, Ordering::Relaxed) {
            return;
        }
        // Where a reader stays in the log for longer, as a backup does, the log grows on and the
        // checkpointer asks again.
        let _waits = connection.busy_timeout(READERS);
        let _later = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::RESTART);
        let _waits = connection.busy_timeout(crate::connection::BUSY);
    }
}

fn serve(connection: &Connection, alarms: &Receiver<()>, log: &Log) {
    while alarms.recv().is_ok() {
        for _ in 0..PASSES {
            match connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE) {
                Ok((pages, copied)) => {
                    log.copied.store(copied, Ordering::Relaxed);
                    if pages < START_OVER_AT {
                        break;
                    }
                    if pages - copied < COPY_AT {
                        log.must_start_over.store(true, Ordering::Relaxed);
                        break;
                    }
                }
                Err(_) => {
                    thread::sleep(PAUSE);
                    break;
                }
            }
        }
    }
}
