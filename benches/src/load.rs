//! Many tasks that do one thing over and over, and how long each time took.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a run showed.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// How long all of it took.
    pub elapsed: Duration,
    /// Operations a second.
    pub per_second: f64,
    /// Half of them took at most this long.
    pub p50: Duration,
    /// All but one in a hundred took at most this long.
    pub p99: Duration,
}

/// Does `operation` so many times, on `tasks` tasks of the current runtime.
///
/// # Panics
/// Where an operation does.
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
