use super::Desk;
use super::heartbeat::Heartbeat;
use crate::desk::Error;
use crate::ports::registry::Registry;
use std::sync::Arc;

impl Desk {
    /// Leases the places of uploads by a heartbeat, which is kept in a registry that all processes on
    /// the same ledger share.
    ///
    /// When a process dies, the places and the quota of its uploads are then released within
    /// [`UPLOAD_LEASE_SECONDS`](crate::delivery::UPLOAD_LEASE_SECONDS), instead of at each upload's deadline. The host calls
    /// [`beat`](Self::beat) from a task of its own as long as the process accepts uploads; before
    /// the first call, and without this method, uploads only have their deadline.
    ///
    /// The clocks of the processes must agree to within 30 seconds.
    #[must_use]
    pub fn with_heartbeats(mut self, registry: Arc<dyn Registry>) -> Self {
        self.heartbeat = Heartbeat::within(registry);
        self
    }

    /// Renews the lease of this process's uploads for [`UPLOAD_LEASE_SECONDS`](crate::delivery::UPLOAD_LEASE_SECONDS); call it every
    /// [`HEARTBEAT_SECONDS`](crate::delivery::HEARTBEAT_SECONDS). It writes one small record, however many
    /// uploads there are, and does nothing without [`with_heartbeats`](Self::with_heartbeats).
    ///
    /// It does not belong in the loop around [`run_due`](Self::run_due), which may be held up by slow
    /// mail.
    ///
    /// # Errors
    /// [`Error::Store`]; the lease then ends as it would have.
    pub async fn beat(&self) -> Result<(), Error> {
        self.heartbeat.beat(self.clock.now(), &*self.entropy).await
    }

    /// Ends the lease of this process when it stops: the others give up its unfinished uploads at
    /// once.
    ///
    /// # Errors
    /// [`Error::Store`]; the lease then runs out by itself.
    pub async fn stop_beating(&self) -> Result<(), Error> {
        Ok(self.heartbeat.stop().await?)
    }
}
