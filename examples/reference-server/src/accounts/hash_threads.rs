use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tokio::sync::oneshot;

/// How much the threads of pages come before these, as `nice` counts.
const NICENESS: i32 = 5;

type Job = Box<dyn FnOnce() + Send>;

/// Runs what takes a processor and 19 MiB each on a few threads of its own, one job a thread.
///
/// Threads of their own, not tokio's: each of those that ever hashed would keep the memory. They end
/// when the last copy is dropped.
#[derive(Clone, Debug)]
pub(super) struct HashThreads {
    jobs: Sender<Job>,
}

/// A job was not run to its end.
#[derive(Debug, thiserror::Error)]
#[error("a thread that hashes passwords ended early")]
pub(super) struct Ended;

impl HashThreads {
    /// One thread for each two processors, at most four.
    pub(super) fn start() -> std::io::Result<Self> {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..(processors / 2).clamp(1, 4) {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("passwords".to_owned()).spawn(move || work(&waiting))?;
        }
        Ok(Self { jobs })
    }

    /// Runs a job, after those that were handed over before.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Ended> {
        let (sender, done) = oneshot::channel();
        let job = move || {
            // Nobody waits for it any more where the caller was dropped.
            if !sender.is_closed() {
                let _ = sender.send(job());
            }
        };
        self.jobs.send(Box::new(job)).map_err(|_| Ended)?;
        done.await.map_err(|_| Ended)
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    // On Linux this is the thread's own; where it is not allowed, all come alike.
    let _ = rustix::process::setpriority_process(None, NICENESS);
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // Whoever waits for a job that panics learns so when its sender is dropped.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn jobs_are_run_also_after_one_that_panics() {
        let threads = HashThreads::start().unwrap();
        let panics = threads.run(|| -> u32 { panic!("a test") });
        assert!(panics.await.is_err());
        assert_eq!(threads.run(|| 7).await.unwrap(), 7);
    }
}
