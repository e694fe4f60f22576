use crate::object::Object;
use tokio::runtime::Handle;

/// A blob that is in its place; dropping it takes it out again, unless it is kept.
///
/// So a put whose caller goes away at the last moment leaves nothing either.
#[derive(Debug)]
pub(crate) struct Placed {
    object: Option<Object>,
    runtime: Handle,
}

impl Placed {
    pub(crate) const fn new(object: Object, runtime: Handle) -> Self {
        Self { object: Some(object), runtime }
    }

    /// Leaves the blob where it is.
    pub(crate) fn keep(mut self) {
        self.object = None;
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            drop(self.runtime.spawn(async move {
                // What cannot be deleted now, the ledger deletes when the upload's deadline has
                // passed.
                let _ = object.delete().await;
            }));
        }
    }
}
