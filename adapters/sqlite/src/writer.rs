use crate::checkpointer::{CheckpointTrigger, Checkpointer, Limits};
use crate::error::Error;
use crate::hook_guard::HookGuard;
use crate::one_time::{OneTime, OneTimeWork};
use futures_channel::oneshot;
use rusqlite::Connection;
use rusqlite::hooks::Wal;
use std::collections::VecDeque;
use std::mem;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

/// The maximum number of jobs in one transaction, which bounds the wait of the first.
const MAX_BATCH: usize = 1_024;

/// Runs all writes on one thread. Jobs that are queued together share one transaction and one sync.
///
/// A job checks before it writes: a job that fails its checks writes nothing and does not affect
/// the others in its transaction. If a write fails, the transaction is rolled back and each job
/// runs again in a transaction of its own, so that only the failing job fails. A job is answered
/// only after its transaction is durable.
///
/// Commits with a hook of the host run in transactions of their own, between the others.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Option<Sender<Queued>>,
    thread: Option<JoinHandle<()>>,
    /// Dropped after the writer has ended.
    _checkpointer: Checkpointer,
}

enum Queued {
    /// Shares a transaction.
    Shared(Box<dyn Job>),
    /// Begins and ends a transaction of its own.
    Alone(Box<dyn OneTime>),
}

/// The work of the writer for one caller.
trait Job: Send {
    /// Returns whether the caller still waits for the result.
    fn is_wanted(&self) -> bool;
    /// Does the work within the transaction and stores the result. May run again after a rollback.
    fn run(&mut self, connection: &Connection) -> Result<(), Error>;
    /// Sends the result. Called after the transaction is durable.
    fn answer(self: Box<Self>);
    /// Sends an error: the work was not done, or its outcome is unknown.
    fn fail(self: Box<Self>, error: Error);
}

struct Work<T, F> {
    work: F,
    result: Option<T>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<T, F> Job for Work<T, F>
where
    T: Send,
    F: FnMut(&Connection) -> Result<T, Error> + Send,
{
    fn is_wanted(&self) -> bool {
        !self.reply.is_canceled()
    }

    fn run(&mut self, connection: &Connection) -> Result<(), Error> {
        self.result = Some((self.work)(connection)?);
        Ok(())
    }

    fn answer(self: Box<Self>) {
        // The caller may have dropped its future.
        let _gone = self.reply.send(self.result.ok_or(Error::ThreadEnded));
    }

    fn fail(self: Box<Self>, error: Error) {
        let _gone = self.reply.send(Err(error));
    }
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(
        path: &Path,
        limits: Limits,
        guard: Option<&HookGuard>,
    ) -> Result<Self, Error> {
        let mut connection = crate::connection::open(path)?;
        if let Some(guard) = guard {
            guard.install(&mut connection)?;
        }
        let (checkpointer, trigger) = Checkpointer::start(path, limits)?;
        let at_commit = trigger.clone();
        connection.wal_hook(Some(move |_: &mut Wal, pages| {
            at_commit.log_length_changed(pages);
            Ok(())
        }))?;
        let (jobs, queue) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("sqlite writer".into())
            .spawn(move || serve(&connection, &queue, &trigger))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), _checkpointer: checkpointer })
    }

    /// Runs `work` within a transaction and returns its result once the transaction is durable.
    ///
    /// `work` must check before it writes, so that its result alone says whether it wrote. If the
    /// caller drops the future, the work is done completely or not at all.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T, Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.queue(Queued::Shared(Box::new(Work { work, result: None, reply })))?;
        answer.await.map_err(|_| Error::ThreadEnded)?
    }

    /// Runs `work`, which begins and ends its own transaction. If the caller drops the future, the
    /// work is done completely or not at all.
    pub(crate) async fn run_alone<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.queue(Queued::Alone(Box::new(OneTimeWork { work, reply })))?;
        answer.await.map_err(|_| Error::ThreadEnded)?
    }

    fn queue(&self, job: Queued) -> Result<(), Error> {
        let jobs = self.jobs.as_ref().ok_or(Error::ThreadEnded)?;
        jobs.send(job).map_err(|_| Error::ThreadEnded)
    }
}

/// Waits for queued jobs and ends the thread.
impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // The thread does not panic, and a panic could not be reported here.
            let _ended = thread.join();
        }
    }
}

fn serve(connection: &Connection, queue: &Receiver<Queued>, trigger: &CheckpointTrigger) {
    let (mut batch, mut alone) = (Vec::new(), VecDeque::new());
    loop {
        let first = match alone.is_empty() {
            true => match queue.recv() {
                Ok(job) => Some(job),
                Err(_) => return,
            },
            false => None,
        };
        for job in first.into_iter().chain(queue.try_iter().take(MAX_BATCH - 1)) {
            match job {
                Queued::Shared(job) => batch.push(job),
                Queued::Alone(job) => alone.push_back(job),
            }
        }
        batch.retain(|job| job.is_wanted());
        write(connection, mem::take(&mut batch));
        // One at a time, so that a slow hook delays what is queued meanwhile only once.
        if let Some(job) = alone.pop_front() {
            job.run(connection);
        }
        trigger.restart_log_if_requested(connection);
    }
}

fn write(connection: &Connection, mut batch: Vec<Box<dyn Job>>) {
    if batch.is_empty() {
        return;
    }
    match transact(connection, &mut batch) {
        Ok(()) => batch.into_iter().for_each(|job| job.answer()),
        Err(Failure { error, began: true }) if batch.len() > 1 => {
            drop(error);
            write_individually(connection, batch);
        }
        Err(Failure { error, .. }) => fail(batch, error),
    }
}

/// Runs each job in a transaction of its own.
fn write_individually(connection: &Connection, batch: Vec<Box<dyn Job>>) {
    let mut jobs = batch.into_iter();
    while let Some(job) = jobs.next() {
        let mut alone = vec![job];
        match transact(connection, &mut alone) {
            Ok(()) => alone.into_iter().for_each(|job| job.answer()),
            Err(Failure { error, began: true }) => fail(alone, error),
            // The other jobs could not begin either, each after the same long wait.
            Err(Failure { error, began: false }) => {
                alone.extend(jobs);
                return fail(alone, error);
            }
        }
    }
}

struct Failure {
    error: Error,
    began: bool,
}

fn transact(connection: &Connection, batch: &mut [Box<dyn Job>]) -> Result<(), Failure> {
    let execute = |sql| -> Result<(), Error> {
        connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    };
    execute("BEGIN IMMEDIATE").map_err(|error| Failure { error, began: false })?;
    let done = batch.iter_mut().try_for_each(|job| job.run(connection));
    done.and_then(|()| execute("COMMIT")).map_err(|error| {
        // Some failures end the transaction themselves; then there is nothing to roll back.
        if !connection.is_autocommit() {
            let _ended = connection.execute_batch("ROLLBACK");
        }
        Failure { error, began: true }
    })
}

fn fail(batch: Vec<Box<dyn Job>>, error: Error) {
    let error = Arc::new(error);
    for job in batch {
        job.fail(Error::Shared(Arc::clone(&error)));
    }
}
