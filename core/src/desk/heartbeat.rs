//! The heartbeats of processes: one record each, which the process renews while it is alive.

use crate::desk::Error;
use crate::model::ids::WriterId;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;
use crate::model::upload::{UPLOAD_LEASE_SECONDS, UploadLease};
use crate::ports::StoreError;
use crate::ports::entropy::Entropy;
use crate::ports::registry::Registry;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The kind of the heartbeat records in the registry. They belong to the processes of one
/// installation, so they need not be copied to another.
pub const HEARTBEATS: &str = "upload-writer";

/// How long the record of a process that is gone is kept before other processes remove it, in
/// seconds.
const KEPT_SECONDS: i64 = 600;

/// The number of records read at once.
const PAGE: usize = 500;

/// The heartbeat of this process.
#[derive(Debug, Default)]
pub(super) struct Heartbeat {
    registry: Option<Arc<dyn Registry>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    writer: Option<WriterId>,
    /// The version of this process's record.
    version: u64,
    /// The end of this process's lease, exclusive.
    until: Option<Timestamp>,
}

/// The processes that were alive at one instant.
#[derive(Debug)]
pub(super) struct Writers {
    own: Option<WriterId>,
    alive: HashMap<WriterId, Timestamp>,
    now: Timestamp,
}

impl Writers {
    /// Returns whether this writer is gone, that is, whether its lease has expired.
    pub(super) fn is_gone(&self, writer: WriterId) -> bool {
        !self.is_own(writer) && self.alive.get(&writer).is_none_or(|until| self.now >= *until)
    }

    /// Returns whether this process is the writer.
    pub(super) fn is_own(&self, writer: WriterId) -> bool {
        self.own == Some(writer)
    }
}

impl Heartbeat {
    pub(super) fn within(registry: Arc<dyn Registry>) -> Self {
        Self { registry: Some(registry), state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the lease for an upload that begins now; `None` if this process has no lease.
    pub(super) fn lease(&self, now: Timestamp) -> Option<UploadLease> {
        let state = self.lock();
        let writer = state.writer.filter(|_| state.until.is_some_and(|until| now < until))?;
        Some(UploadLease { writer, check_from: now.plus_seconds(UPLOAD_LEASE_SECONDS) })
    }

    pub(super) async fn beat(&self, now: Timestamp, entropy: &dyn Entropy) -> Result<(), Error> {
        let Some(registry) = &self.registry else { return Ok(()) };
        let (known, mut version) = {
            let state = self.lock();
            (state.writer, state.version)
        };
        let writer = match known {
            Some(writer) => writer,
            None => {
                let mut bytes = [0; 16];
                entropy.fill(&mut bytes)?;
                WriterId::from_bytes(bytes)
            }
        };
        let (key, until) = (writer.to_string(), now.plus_seconds(UPLOAD_LEASE_SECONDS));
        // The version differs if a reply was lost, or if others removed an expired record.
        for _ in 0..3 {
            let value = until.as_seconds().to_string().into();
            if let Some(version) = registry.write(HEARTBEATS, &key, Some(value), version).await? {
                *self.lock() = State { writer: Some(writer), version, until: Some(until) };
                return Ok(());
            }
            let stored = registry.read(HEARTBEATS, &key).await?;
            version = stored.map_or(0, |record| record.version);
        }
        Err(Refusal::Busy.into())
    }

    pub(super) async fn stop(&self) -> Result<(), StoreError> {
        let (writer, version) = {
            let mut state = self.lock();
            state.until = None;
            (state.writer, state.version)
        };
        let (Some(registry), Some(writer)) = (&self.registry, writer) else { return Ok(()) };
        // If the version differs, the lease expires by itself.
        registry.write(HEARTBEATS, &writer.to_string(), None, version).await?;
        Ok(())
    }

    /// Returns the processes that are alive, and removes the records of those that have long been
    /// gone; `None` without a registry.
    pub(super) async fn writers(&self, now: Timestamp) -> Result<Option<Writers>, StoreError> {
        let Some(registry) = &self.registry else { return Ok(None) };
        let mut alive = HashMap::new();
        let mut after = String::new();
        loop {
            let page = registry.list(HEARTBEATS, &after, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            after.clone_from(last);
            for (key, record) in page {
                let until = std::str::from_utf8(&record.value).ok();
                let until = until.and_then(|text| text.parse().ok()).map(Timestamp::from_seconds);
                // A record that cannot be read belongs to no live process.
                let until = until.unwrap_or(Timestamp::EPOCH);
                if now >= until.plus_seconds(KEPT_SECONDS) {
                    registry.write(HEARTBEATS, &key, None, record.version).await?;
                } else if let Ok(writer) = WriterId::parse(&key) {
                    alive.insert(writer, until);
                }
            }
        }
        Ok(Some(Writers { own: self.lock().writer, alive, now }))
    }
}
