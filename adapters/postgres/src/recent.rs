use desktop_delivery::storage::RecentDeliveries;
use std::sync::{Mutex, PoisonError};

/// The deliveries that this node has loaded from the server that it reached last.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    pub(crate) deliveries: RecentDeliveries,
    /// The server that the last new session reached.
    server: Mutex<String>,
}

impl Recent {
    /// Drops all deliveries if this is another server than before: a restarted one may have been
    /// restored, and a standby may lack the last commits.
    pub(crate) fn meet(&self, server: String) {
        let mut known = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        if *known != server {
            *known = server;
            self.deliveries.clear();
        }
    }
}
