use crate::checkpointer::{Alarm, Checkpointer, Limits};
use crate::error::Error;
use futures_channel::oneshot;
use rusqlite::Connection;
use rusqlite::hooks::Wal;
use std::mem;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

/// The most jobs in one transaction, so that the first of them does not wait for ever.
const MAX_BATCH: usize = 1_024;

/// Runs every write on one thread, as many at once as wait, in one transaction with one sync.
///
/// A job first checks, then writes: one whose checks fail writes nothing and disturbs no other in
/// its transaction. Where a write itself fails, the whole transaction is rolled back and each job
/// runs again in one of its own, so that only the one to blame fails. Nobody hears of a job before
/// the transaction that holds it is durable.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Option<Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    /// Ends after the writer.
    _checkpointer: Checkpointer,
}

/// What the writer does for one caller.
trait Job: Send {
    /// Whether anybody still waits for it.
    fn is_wanted(&self) -> bool;
    /// Does the work within the transaction and keeps the answer; may be called again after the
    /// transaction was rolled back.
    fn run(&mut self, connection: &Connection) -> Result<(), Error>;
    /// Gives the answer, after the transaction is durable.
    fn answer(self: Box<Self>);
    /// Answers that nothing happened, or that nobody knows.
    fn fail(self: Box<Self>, error: Error);
}

struct Work<T, F> {
    work: F,
    kept: Option<T>,
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
        self.kept = Some((self.work)(connection)?);
        Ok(())
    }

    fn answer(self: Box<Self>) {
        // A caller that has gone meanwhile needs no answer.
        let _gone = self.reply.send(self.kept.ok_or(Error::ThreadEnded));
    }

    fn fail(self: Box<Self>, error: Error) {
        let _gone = self.reply.send(Err(error));
    }
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(path: &Path, limits: Limits) -> Result<Self, Error> {
        let mut connection = crate::connection::open(path)?;
        let (checkpointer, alarm) = Checkpointer::start(path, limits)?;
        let at_commit = alarm.clone();
        connection.wal_hook(Some(move |_: &mut Wal, pages| {
            at_commit.ring(pages);
            Ok(())
        }))?;
        let (jobs, queue) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("sqlite writer".into())
            .spawn(move || serve(&connection, &queue, &alarm))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), _checkpointer: checkpointer })
    }

    /// Does `work` within a transaction, and answers after that is durable.
    ///
    /// `work` checks before it writes, so that its answer alone says whether it wrote. Where the
    /// caller drops the future, the work is done whole or not at all.
    pub(crate) async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnMut(&Connection) -> Result<T, Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Box<dyn Job> = Box::new(Work { work, kept: None, reply });
        let jobs = self.jobs.as_ref().ok_or(Error::ThreadEnded)?;
        jobs.send(job).map_err(|_| Error::ThreadEnded)?;
        answer.await.map_err(|_| Error::ThreadEnded)?
    }
}

/// Ends the thread after what waits is done.
impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // It never panics; if it did, there is nobody to tell.
            let _ended = thread.join();
        }
    }
}

fn serve(connection: &Connection, queue: &Receiver<Box<dyn Job>>, alarm: &Alarm) {
    let mut batch = Vec::new();
    while let Ok(job) = queue.recv() {
        batch.push(job);
        batch.extend(queue.try_iter().take(MAX_BATCH - 1));
        batch.retain(|job| job.is_wanted());
        write(connection, mem::take(&mut batch));
        alarm.start_over_if_asked(connection);
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
            write_apart(connection, batch);
        }
        Err(Failure { error, .. }) => fail(batch, error),
    }
}

/// Runs each job in a transaction of its own.
fn write_apart(connection: &Connection, batch: Vec<Box<dyn Job>>) {
    let mut jobs = batch.into_iter();
    while let Some(job) = jobs.next() {
        let mut alone = vec![job];
        match transact(connection, &mut alone) {
            Ok(()) => alone.into_iter().for_each(|job| job.answer()),
            Err(Failure { error, began: true }) => fail(alone, error),
            // Nobody else would get in either, each after the same long wait.
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
        // Some failures end the transaction by themselves; then there is nothing to roll back.
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
