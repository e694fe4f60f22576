use futures_util::future::BoxFuture;
use std::sync::Arc;

/// A check: its name and a function that panics on failure.
pub(crate) type Check<F> = (&'static str, fn(F, Run) -> BoxFuture<'static, ()>);

/// The executor of an adapter, with which checks run futures on other threads.
pub(crate) type Run = Arc<dyn Fn(BoxFuture<'static, ()>) + Send + Sync>;

/// Builds a table of checks, named after their functions.
macro_rules! checks {
    ($($check:ident),+ $(,)?) => {
        &[$((stringify!($check), |fixture, run| Box::pin($check(fixture, run)))),+]
    };
}
pub(crate) use checks;
