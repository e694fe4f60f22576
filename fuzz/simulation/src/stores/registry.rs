use crate::shared::Shared;
use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::registry::RegistryEntry;
use desktop_delivery::{Registry, StoreError};
use futures_executor::block_on;
use std::sync::Arc;

/// The registry of heartbeats.
#[derive(Debug)]
pub(crate) struct SimulatedRegistry {
    pub(crate) shared: Shared,
    pub(crate) inner: Arc<dyn Registry>,
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Registry for SimulatedRegistry {
    async fn read(&self, kind: &str, key: &str) -> Result<Option<RegistryEntry>, StoreError> {
        self.shared.call("registry", "read", || block_on(self.inner.read(kind, key))).await
    }

    async fn write(
        &self,
        kind: &str,
        key: &str,
        value: Option<Bytes>,
        expected: u64,
    ) -> Result<Option<u64>, StoreError> {
        let effect = || block_on(self.inner.write(kind, key, value, expected));
        self.shared.call("registry", "write", effect).await
    }

    async fn list(
        &self,
        kind: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, RegistryEntry)>, StoreError> {
        self.shared.call("registry", "list", || block_on(self.inner.list(kind, after, limit))).await
    }

    async fn kinds(&self) -> Result<Vec<String>, StoreError> {
        self.shared.call("registry", "kinds", || block_on(self.inner.kinds())).await
    }
}
