use futures_util::future::BoxFuture;
use std::sync::Arc;

/// A check that a suite runs: its name, and what fails by panicking.
pub(crate) type Check<F> = (&'static str, fn(F, Run) -> BoxFuture<'static, ()>);

/// An adapter's executor, by which checks start futures on other threads.
pub(crate) type Run = Arc<dyn Fn(BoxFuture<'static, ()>) + Send + Sync>;

/// Puts a table together from the checks' functions, whose names are the checks' names.
macro_rules! checks {
    ($($check:ident),+ $(,)?) => {
        &[$((stringify!($check), |fixture, run| Box::pin($check(fixture, run)))),+]
    };
}
pub(crate) use checks;
