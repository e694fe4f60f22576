use desktop_delivery::{Registry, RequestHandle, StoreError};
use desktop_delivery_identity::Records;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub(super) const KIND: &str = "transfer";
const KEY: &str = "import";

/// How far an import into these engines has come, kept in them, so that it goes on where it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// The SHA-256 of the database that is imported: another one is another import.
    pub(super) source: String,
    /// The delivery up to which everything is stored.
    pub(super) after: Option<RequestHandle>,
    pub(super) is_done: bool,
}

impl Progress {
    pub(super) async fn read(registry: &Arc<dyn Registry>) -> Result<Option<Self>, StoreError> {
        let records = Records::<Self>::new(Arc::clone(registry), KIND);
        Ok(records.read(KEY).await?.map(|(progress, _)| progress))
    }

    pub(super) async fn write(&self, registry: &Arc<dyn Registry>) -> Result<(), StoreError> {
        let records = Records::<Self>::new(Arc::clone(registry), KIND);
        records.update(KEY, |_| Some(self.clone())).await.map(|_| ())
    }
}
