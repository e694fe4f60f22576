//! Runs work that may wait for the disk outside the threads that poll futures.

use crate::error::Error;
use tokio::runtime::Handle;

/// Runs `work` on the runtime's pool of blocking threads.
///
/// Work that has begun continues even if the caller's future is dropped; its result is then dropped
/// on the blocking thread.
pub(crate) async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let runtime = Handle::try_current().map_err(|_| Error::RuntimeMissing)?;
    match runtime.spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::RuntimeEnded),
        },
    }
}

/// Drops its value on a blocking thread: closing the last handle of an unnamed file frees its
/// space, which can take the file system a while.
#[derive(Debug)]
pub(crate) struct DropAside<T: Send + 'static>(Option<T>);

impl<T: Send + 'static> DropAside<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(Some(value))
    }

    pub(crate) fn into_inner(mut self) -> T {
        self.0.take().expect("only this and the drop take it, and each ends it")
    }
}

impl<T: Send + 'static> Drop for DropAside<T> {
    fn drop(&mut self) {
        if let Some(value) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            drop(runtime.spawn_blocking(move || drop(value)));
        }
    }
}
