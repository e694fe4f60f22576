use desktop_delivery::desk::ScrubPosition;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::{Registry, StoreError, Timestamp};
use serde::{Deserialize, Serialize};

/// The kind of the registry entry, and its only key.
const KIND: &str = "scrub";
const KEY: &str = "pass";

/// The progress of a pass over all stored files, shared by the processes on one registry.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pass {
    /// The position at which the pass continues; `None` at its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) position: Option<ScrubPosition>,
    /// No process reads before this time: one is working, or the pause between two passes is not
    /// over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) not_before: Option<Timestamp>,
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    pub(crate) findings: u64,
}

impl Pass {
    /// Returns the stored progress and its version, or a new pass and 0.
    pub(crate) async fn read(registry: &dyn Registry) -> Result<(Self, u64), StoreError> {
        let Some(entry) = registry.read(KIND, KEY).await? else { return Ok(Default::default()) };
        let pass = serde_json::from_slice(&entry.value).map_err(|error| {
            StoreError::new(
                StoreErrorKind::Corrupt,
                "worker",
                "decode the progress of the scrubber",
            )
            .with_source(error)
        })?;
        Ok((pass, entry.version))
    }

    /// Stores the progress if the stored version is `expected`. Returns whether it was stored.
    pub(crate) async fn write(
        &self,
        registry: &dyn Registry,
        expected: u64,
    ) -> Result<bool, StoreError> {
        let value = serde_json::to_vec(self).map_err(|error| {
            StoreError::new(
                StoreErrorKind::Unexpected,
                "worker",
                "encode the progress of the scrubber",
            )
            .with_source(error)
        })?;
        Ok(registry.write(KIND, KEY, Some(value.into()), expected).await?.is_some())
    }

    /// Stores the progress, whatever is stored.
    pub(crate) async fn replace(&self, registry: &dyn Registry) -> Result<(), StoreError> {
        loop {
            let version = registry.read(KIND, KEY).await?.map_or(0, |entry| entry.version);
            if self.write(registry, version).await? {
                return Ok(());
            }
        }
    }
}
