use bytes::Bytes;
use desktop_delivery::BlobStore;
use desktop_delivery::ids::BlobKey;
use futures_util::future::BoxFuture;
use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// The response to a GET of an address.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "tests of adapters construct it")]
pub struct Fetched {
    /// The status, such as 200.
    pub status: u16,
    /// The names, in lowercase, and values of the headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

/// The backend of a store, as its operator sees it.
pub trait Backend: Send + Sync {
    /// Returns the names of all stored objects, including parts of unfinished puts.
    fn kept(&self) -> BoxFuture<'static, Vec<String>>;

    /// Replaces the bytes under a key without going through the store.
    fn overwrite(&self, key: BlobKey, bytes: Bytes) -> BoxFuture<'static, ()>;
}

pub(crate) type Fetch = Box<dyn Fn(String) -> BoxFuture<'static, Fetched> + Send + Sync>;

/// A fresh adapter for one check, with everything it needs to stay alive.
pub struct Fixture<T: ?Sized> {
    pub(crate) adapter: Arc<T>,
    reopen: Option<Box<dyn Fn() -> Arc<T> + Send + Sync>>,
    guard: Vec<Box<dyn Any + Send + Sync>>,
    pub(crate) fetch: Option<Fetch>,
    pub(crate) backend: Option<Box<dyn Backend>>,
}

impl<T: ?Sized> Fixture<T> {
    /// Creates a fixture of an empty adapter.
    #[must_use]
    pub fn new(adapter: Arc<T>) -> Self {
        Self { adapter, reopen: None, guard: Vec::new(), fetch: None, backend: None }
    }

    /// Keeps a value alive until the check is over, such as a temporary folder or a server.
    #[must_use]
    pub fn with_guard(mut self, guard: impl Any + Send + Sync) -> Self {
        self.guard.push(Box::new(guard));
        self
    }

    /// Sets how to open the same data again, as another process would. Durability checks fail
    /// without it; an adapter that stores nothing durably skips them with a reason.
    #[must_use]
    pub fn with_reopen(mut self, reopen: impl Fn() -> Arc<T> + Send + Sync + 'static) -> Self {
        self.reopen = Some(Box::new(reopen));
        self
    }

    /// Returns the adapter as another process sees it.
    pub(crate) fn reopened(&self) -> Arc<T> {
        self.others().expect(
            "the fixture must open the same data again: add `with_reopen`, or skip this check \
             with a reason",
        )
    }

    /// Returns the adapter as another process sees it, or `None` if no other process can.
    pub(crate) fn others(&self) -> Option<Arc<T>> {
        self.reopen.as_ref().map(|reopen| reopen())
    }
}

impl Fixture<dyn BlobStore> {
    /// Sets the access to the store's backend. Checks that inspect it fail without it; a store whose
    /// backend cannot be inspected skips them with a reason.
    #[must_use]
    pub fn with_backend(mut self, backend: impl Backend + 'static) -> Self {
        self.backend = Some(Box::new(backend));
        self
    }

    /// Declares that the store has direct addresses, which `fetch` retrieves with an HTTP client of
    /// the test. Without it, the store must return none.
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
