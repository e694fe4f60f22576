use crate::connection;
use crate::error::Error;
use crate::one_time::{OneTime, OneTimeWork};
use futures_channel::oneshot;
use rusqlite::Connection;
use std::fmt::{self, Debug};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// The number of idle connections kept open.
const MAX_IDLE: usize = 16;
/// Threads for reads of more than a few rows.
const THREADS: usize = 2;
/// The page cache of each of these threads: enough for the inner index pages of a million requests.
const CACHE_KIB: i64 = 16 * 1_024;

/// Read connections, which work beside the writer without waiting for it.
///
/// Reading one delivery or registry entry touches a handful of pages, usually in memory. That takes
/// microseconds, less than a switch to another thread and back, so these reads run on the caller's
/// thread ([`on_caller`](Self::on_caller)). Lists run on separate threads
/// ([`on_thread`](Self::on_thread)).
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    jobs: Option<Sender<Box<dyn OneTime>>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Opens the connections of the threads and starts them.
    pub(crate) fn start(path: PathBuf) -> Result<Self, Error> {
        let (jobs, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        let mut threads = Vec::with_capacity(THREADS);
        for _ in 0..THREADS {
            let connection = connection::open_for_reading(&path)?;
            connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new().name("sqlite reader".into());
            threads.push(thread.spawn(move || serve(&connection, &queue))?);
        }
        Ok(Self { path, idle: Mutex::new(Vec::new()), jobs: Some(jobs), threads })
    }

    /// Reads on the calling thread. Each calling thread uses at most one connection at a time.
    pub(crate) fn on_caller<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connection::open_for_reading(&self.path)?,
        };
        let answer = work(&connection);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(connection);
        }
        answer
    }

    /// Reads on one of the reader threads.
    pub(crate) async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or(Error::ThreadEnded)?;
        jobs.send(Box::new(OneTimeWork { work, reply })).map_err(|_| Error::ThreadEnded)?;
        answer.await.map_err(|_| Error::ThreadEnded)?
    }
}

fn serve(connection: &Connection, queue: &Mutex<Receiver<Box<dyn OneTime>>>) {
    loop {
        // The lock is held while waiting for work and released before reading.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(read) => read.run(connection),
            Err(_) => return,
        }
    }
}

/// Waits for the threads to end.
impl Drop for Readers {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            // The thread does not panic, and a panic could not be reported here.
            let _ended = thread.join();
        }
    }
}

impl Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").finish_non_exhaustive()
    }
}
