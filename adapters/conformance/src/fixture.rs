use bytes::Bytes;
use desktop_delivery::BlobStore;
use desktop_delivery::ids::BlobKey;
use futures_util::future::BoxFuture;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Tells what a GET of an address was answered.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "tests of adapters make it")]
pub struct Fetched {
    /// The status, such as 200.
    pub status: u16,
    /// The headers' names, in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// The backend of a store, as its operator sees it.
pub trait Backend: Send + Sync {
    /// The names of everything that is stored, including parts of puts under way.
    fn kept(&self) -> BoxFuture<'static, Vec<String>>;

    /// Replaces the bytes under a key behind the store's back.
    fn overwrite(&self, key: BlobKey, bytes: Bytes) -> BoxFuture<'static, ()>;
}

pub(crate) type Fetch = Box<dyn Fn(String) -> BoxFuture<'static, Fetched> + Send + Sync>;

/// Holds a fresh adapter for one check, and whatever it needs to live.
pub struct Fixture<T: ?Sized> {
    pub(crate) adapter: Arc<T>,
    reopen: Option<Box<dyn Fn() -> Arc<T> + Send + Sync>>,
    guard: Vec<Box<dyn Any + Send + Sync>>,
    pub(crate) fetch: Option<Fetch>,
    pub(crate) backend: Option<Box<dyn Backend>>,
}

impl<T: ?Sized> Fixture<T> {
    /// An adapter that holds nothing yet.
    #[must_use]
    pub fn new(adapter: Arc<T>) -> Self {
        Self { adapter, reopen: None, guard: Vec::new(), fetch: None, backend: None }
    }

    /// Keeps something alive until the check is over: a temporary folder, a server.
    #[must_use]
    pub fn with_guard(mut self, guard: impl Any + Send + Sync) -> Self {
        self.guard.push(Box::new(guard));
        self
    }

    /// Opens the same data a second time, as another process would: checks of durability look through
    /// it. Without it they fail: an adapter that keeps nothing skips them with a reason.
    #[must_use]
    pub fn with_reopen(mut self, reopen: impl Fn() -> Arc<T> + Send + Sync + 'static) -> Self {
        self.reopen = Some(Box::new(reopen));
        self
    }

    /// The adapter as another process sees it.
    pub(crate) fn reopened(&self) -> Arc<T> {
        self.others().expect(
            "the fixture opens the same data a second time: add `with_reopen`, or leave this check \
             out with a reason",
        )
    }

    /// The adapter as another process sees it; `None` where no other process can.
    pub(crate) fn others(&self) -> Option<Arc<T>> {
        self.reopen.as_ref().map(|reopen| reopen())
    }
}

impl Fixture<dyn BlobStore> {
    /// Gives access to the store's backend, for checks that inspect it. Without it they fail: a
    /// store whose backend cannot be inspected skips them with a reason.
    #[must_use]
    pub fn with_backend(mut self, backend: impl Backend + 'static) -> Self {
        self.backend = Some(Box::new(backend));
        self
    }

    /// Says that the store gives direct addresses, which `fetch` fetches by an HTTP client of the
    /// adapter's test. Without it the store must give none.
    #[must_use]
    pub fn with_fetch(
        mut self,
        fetch: impl Fn(String) -> BoxFuture<'static, Fetched> + Send + Sync + 'static,
    ) -> Self {
        self.fetch = Some(Box::new(fetch));
        self
    }
}

impl<T: ?Sized> fmt::Debug for Fixture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fixture").field("guards", &self.guard.len()).finish_non_exhaustive()
    }
}
