use crate::object::Object;
use tokio::runtime::Handle;

/// A stored blob. Dropping it deletes the blob unless it is kept, so that a put whose caller gives
/// up at the last moment leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Placed {
    object: Option<Object>,
    runtime: Handle,
}

impl Placed {
    pub(crate) const fn new(object: Object, runtime: Handle) -> Self {
        Self { object: Some(object), runtime }
    }

    /// Keeps the blob.
    pub(crate) fn keep(mut self) {
        self.object = None;
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            drop(self.runtime.spawn(async move {
                // If deleting fails, the ledger deletes the blob after the deadline of the upload.
                let _ = object.delete().await;
            }));
        }
    }
}
