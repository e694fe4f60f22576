use std::sync::{Arc, Weak};
use tokio::sync::Mutex;

/// A server shared by concurrent checks; the last one to use it stops it.
pub(crate) struct Shared<T>(Mutex<Weak<T>>);

impl<T> Shared<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::const_new(Weak::new()))
    }

    pub(crate) async fn get(&self, start: impl Future<Output = T>) -> Arc<T> {
        let mut held = self.0.lock().await;
        if let Some(running) = held.upgrade() {
            return running;
        }
        let started = Arc::new(start.await);
        *held = Arc::downgrade(&started);
        started
    }
}
