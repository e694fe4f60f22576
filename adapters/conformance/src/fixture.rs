use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Holds a fresh adapter for one check, and whatever it needs to live.
pub struct Fixture<T: ?Sized> {
    pub(crate) adapter: Arc<T>,
    reopen: Option<Box<dyn Fn() -> Arc<T> + Send + Sync>>,
    guard: Vec<Box<dyn Any + Send + Sync>>,
}

impl<T: ?Sized> Fixture<T> {
    /// An adapter that holds nothing yet.
    #[must_use]
    pub fn new(adapter: Arc<T>) -> Self {
        Self { adapter, reopen: None, guard: Vec::new() }
    }

    /// Keeps something alive until the check is over: a temporary folder, a server.
    #[must_use]
    pub fn with_guard(mut self, guard: impl Any + Send + Sync) -> Self {
        self.guard.push(Box::new(guard));
        self
    }

    /// Opens the same data a second time, as another process would: checks of durability look through
    /// it. Without it they look through the same adapter.
    #[must_use]
    pub fn with_reopen(mut self, reopen: impl Fn() -> Arc<T> + Send + Sync + 'static) -> Self {
        self.reopen = Some(Box::new(reopen));
        self
    }

    /// The adapter as another process sees it.
    pub(crate) fn reopened(&self) -> Arc<T> {
        self.reopen.as_ref().map_or_else(|| Arc::clone(&self.adapter), |reopen| reopen())
    }
}

impl<T: ?Sized> fmt::Debug for Fixture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fixture").field("guards", &self.guard.len()).finish_non_exhaustive()
    }
}
