use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use tokio::sync::oneshot;

/// The `nice` value of these threads, so that threads serving pages have priority.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

type Job = Box<dyn FnOnce() + Send>;

/// Runs jobs that each need a processor and 19 MiB on a few dedicated threads, one job per thread.
///
/// Threads of tokio would each keep the memory after hashing. The threads end when the last clone
/// is dropped.
#[derive(Clone, Debug)]
pub(super) struct HashThreads {
    jobs: Sender<Job>,
}

/// A job did not run to completion.
#[derive(Debug, thiserror::Error)]
#[error("a thread that hashes passwords ended early")]
pub(super) struct Ended;

impl HashThreads {
    /// Starts one thread per two processors, at most four.
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

    /// Queues a job and waits for its result.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Ended> {
        let (sender, done) = oneshot::channel();
        let job = move || {
            // Skips jobs whose caller dropped its future.
            if !sender.is_closed() {
                let _ = sender.send(job());
            }
        };
        self.jobs.send(Box::new(job)).map_err(|_| Ended)?;
        done.await.map_err(|_| Ended)
    }
}

fn work(waiting: &Mutex<Receiver<Job>>) {
    // On other systems this would apply to the whole process. If it is not permitted, all threads
    // have the same priority.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, NICENESS);
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // A panic drops the sender, which ends the caller's wait.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn jobs_run_after_a_panic() {
        let threads = HashThreads::start().unwrap();
        let panics = threads.run(|| -> u32 { panic!("a test") });
        assert!(panics.await.is_err());
        assert_eq!(threads.run(|| 7).await.unwrap(), 7);
    }
}
