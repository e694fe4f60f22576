use desktop_delivery::{Registry, RequestHandle, StoreError};
use desktop_delivery_identity::Records;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub(super) const KIND: &str = "transfer";
const KEY: &str = "import";

/// The progress of an import, stored in the target so that an interrupted import can continue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// The SHA-256 of the imported database, which identifies the import.
    pub(super) source: String,
    /// The last stored delivery. All deliveries before it are stored too.
    pub(super) after: Option<RequestHandle>,
    pub(super) is_done: bool,
}

impl Checkpoint {
    pub(super) async fn read(registry: &Arc<dyn Registry>) -> Result<Option<Self>, StoreError> {
        let records = Records::<Self>::new(Arc::clone(registry), KIND);
        Ok(records.read(KEY).await?.map(|(checkpoint, _)| checkpoint))
    }

    pub(super) async fn write(&self, registry: &Arc<dyn Registry>) -> Result<(), StoreError> {
        let records = Records::<Self>::new(Arc::clone(registry), KIND);
        records.update(KEY, |_| Some(self.clone())).await.map(|_| ())
    }
}
