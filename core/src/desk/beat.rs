use super::Desk;
use super::heartbeat::Heartbeat;
use crate::desk::Error;
use crate::ports::registry::Registry;
use std::sync::Arc;

impl Desk {
    /// Leases the reservations of uploads by a heartbeat, which is stored in a registry shared by
    /// all processes on the same ledger.
    ///
    /// When a process dies, the reservations of its uploads are then released within
    /// [`UPLOAD_LEASE_SECONDS`](crate::delivery::UPLOAD_LEASE_SECONDS), instead of at the deadline
    /// of each upload. The host calls [`beat`](Self::beat) from a separate task as long as the
    /// process accepts uploads; before the first call, and without this method, uploads only have
    /// their deadline.
    ///
    /// The clocks of the processes must agree to within
    /// [`MAX_CLOCK_SKEW_SECONDS`](crate::time::MAX_CLOCK_SKEW_SECONDS).
    #[must_use]
    pub fn with_heartbeats(mut self, registry: Arc<dyn Registry>) -> Self {
        self.heartbeat = Heartbeat::within(registry);
        self
    }

    /// Renews the lease of this process's uploads for
    /// [`UPLOAD_LEASE_SECONDS`](crate::delivery::UPLOAD_LEASE_SECONDS); call it every
    /// [`HEARTBEAT_SECONDS`](crate::delivery::HEARTBEAT_SECONDS). Each call writes one small
    /// record, however many uploads there are. Does nothing without
    /// [`with_heartbeats`](Self::with_heartbeats).
    ///
    /// Do not call it in the loop around [`run_due`](Self::run_due), which slow mail may delay.
    ///
    /// # Errors
    /// [`Error::Store`]; the lease then ends when it would have ended without the call.
    pub async fn beat(&self) -> Result<(), Error> {
        self.heartbeat.beat(self.clock.now(), &*self.entropy).await
    }

    /// Ends the lease of this process when it stops, so that the other processes give up its
    /// unfinished uploads at once.
    ///
    /// # Errors
    /// [`Error::Store`]; the lease then expires by itself.
    pub async fn stop_beating(&self) -> Result<(), Error> {
        Ok(self.heartbeat.stop().await?)
    }
}
