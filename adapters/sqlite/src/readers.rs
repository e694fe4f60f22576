use crate::connection;
use crate::error::Error;
use futures_channel::oneshot;
use rusqlite::Connection;
use std::fmt::{self, Debug};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// Connections that are kept open while nobody reads.
const MAX_IDLE: usize = 16;
/// Threads for reads of more than a few rows.
const THREADS: usize = 2;
/// What each of them keeps of the file: the inner pages of the indexes of a million requests.
const CACHE_KIB: i64 = 16 * 1_024;

/// Reads beside the writer, without waiting for it.
///
/// A read of one delivery or record touches a handful of pages, which are in memory unless the
/// machine is short of it: microseconds, less than handing it to another thread and back. It is
/// done on the caller's thread ([`now`](Self::now)). Lists go to threads of their own
/// ([`apart`](Self::apart)).
pub(crate) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    apart: Option<Sender<Box<dyn Read>>>,
    threads: Vec<JoinHandle<()>>,
}

trait Read: Send {
    fn run(self: Box<Self>, connection: &Connection);
}

struct Work<T, F> {
    work: F,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<T, F> Read for Work<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, Error> + Send,
{
    fn run(self: Box<Self>, connection: &Connection) {
        if !self.reply.is_canceled() {
            // A caller that has gone meanwhile needs no answer.
            let _gone = self.reply.send((self.work)(connection));
        }
    }
}

impl Readers {
    /// Opens the connections that the threads use.
    pub(crate) fn start(path: PathBuf) -> Result<Self, Error> {
        let (apart, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        let mut threads = Vec::with_capacity(THREADS);
        for _ in 0..THREADS {
            let connection = connection::open_for_reading(&path)?;
            connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new().name("sqlite reader".into());
            threads.push(thread.spawn(move || serve(&connection, &queue))?);
        }
        Ok(Self { path, idle: Mutex::new(Vec::new()), apart: Some(apart), threads })
    }

    /// Reads on this thread, which so holds at most one connection: there are never more than
    /// threads that read.
    pub(crate) fn now<T>(
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

    /// Reads on another thread.
    pub(crate) async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let apart = self.apart.as_ref().ok_or(Error::ThreadEnded)?;
        apart.send(Box::new(Work { work, reply })).map_err(|_| Error::ThreadEnded)?;
        answer.await.map_err(|_| Error::ThreadEnded)?
    }
}

fn serve(connection: &Connection, queue: &Mutex<Receiver<Box<dyn Read>>>) {
    loop {
        // The lock is held while waiting, so the threads take turns, and not while reading.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(read) => read.run(connection),
            Err(_) => return,
        }
    }
}

/// Ends the threads.
impl Drop for Readers {
    fn drop(&mut self) {
        self.apart = None;
        for thread in self.threads.drain(..) {
            // It never panics; if it did, there is nobody to tell.
            let _ended = thread.join();
        }
    }
}

impl Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").finish_non_exhaustive()
    }
}
