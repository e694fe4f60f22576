use crate::check::Run;
use futures_util::future::{BoxFuture, join_all};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The number of threads of a race.
pub(crate) const THREADS: usize = 4;

/// Runs `count` futures as concurrently as possible, many on each of several threads, and returns
/// their results in any order.
///
/// Blocks the calling thread, which belongs to the executor of the check.
pub(crate) fn race<T: Send + 'static>(
    run: &Run,
    count: usize,
    make: impl Fn(usize) -> BoxFuture<'static, T>,
) -> Vec<T> {
    let answers: std::sync::Arc<Mutex<Vec<T>>> = std::sync::Arc::default();
    let mut lanes: Vec<Vec<BoxFuture<'static, T>>> = (0..THREADS).map(|_| Vec::new()).collect();
    for number in 0..count {
        lanes[number % THREADS].push(make(number));
    }
    thread::scope(|scope| {
        for lane in lanes {
            let answers = std::sync::Arc::clone(&answers);
            scope.spawn(move || {
                run(Box::pin(async move {
                    let given = join_all(lane).await;
                    answers.lock().unwrap_or_else(PoisonError::into_inner).extend(given);
                }));
            });
        }
    });
    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut *answers)
}
