use crate::shared::Shared;
use async_trait::async_trait;
use desktop_delivery::memory::MemoryDirectory;
use desktop_delivery::{AgencyId, Contact, Directory, Facts, Participant, StoreError};
use futures_executor::block_on;

/// A host's directory.
#[derive(Debug)]
pub(crate) struct SimulatedDirectory {
    pub(crate) shared: Shared,
    pub(crate) inner: MemoryDirectory,
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Directory for SimulatedDirectory {
    async fn participant(&self, id: &AgencyId) -> Result<Option<Participant>, StoreError> {
        let effect = || block_on(self.inner.participant(id));
        self.shared.call("directory", "participant", effect).await
    }

    async fn patron(&self, facts: &Facts) -> Result<Option<Contact>, StoreError> {
        self.shared.call("directory", "patron", || block_on(self.inner.patron(facts))).await
    }
}
