//! Runs many tasks that repeat an operation, and measures how long each operation took.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The results of a run.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// The total duration.
    pub elapsed: Duration,
    /// Operations per second.
    pub per_second: f64,
    /// The median duration.
    pub p50: Duration,
    /// The 99th percentile of the duration.
    pub p99: Duration,
}

/// Runs `operation` this many times on `tasks` tasks of the current runtime.
///
/// # Panics
/// If an operation panics.
#[expect(clippy::disallowed_methods, reason = "it measures")]
pub async fn run<F>(
    tasks: usize,
    operations: usize,
    operation: impl Fn() -> F + Send + Sync + 'static,
) -> Figures
where
    F: Future<Output = ()> + Send + 'static,
{
    let left = Arc::new(AtomicUsize::new(operations));
    let operation = Arc::new(operation);
    let start = Instant::now();
    let running: Vec<_> = (0..tasks.min(operations))
        .map(|_| {
            let (left, operation) = (Arc::clone(&left), Arc::clone(&operation));
            tokio::spawn(async move {
                let mut took = Vec::new();
                let one_less = |left: usize| left.checked_sub(1);
                while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok() {
                    let begun = Instant::now();
                    operation().await;
                    took.push(begun.elapsed());
                }
                took
            })
        })
        .collect();
    let mut took = Vec::with_capacity(operations);
    for task in running {
        took.extend(task.await.expect("an operation succeeds"));
    }
    let elapsed = start.elapsed();
    took.sort_unstable();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    let count = u32::try_from(took.len()).unwrap_or(u32::MAX);
    Figures {
        elapsed,
        per_second: f64::from(count) / elapsed.as_secs_f64(),
        p50: at(50),
        p99: at(99),
    }
}
