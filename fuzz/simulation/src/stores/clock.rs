use crate::shared::Shared;
use desktop_delivery::time::ManualClock;
use desktop_delivery::{Clock, Timestamp};

/// The clock of a node, which records each time a call reads it.
#[derive(Debug)]
pub(crate) struct SimulatedClock {
    pub(crate) shared: Shared,
    pub(crate) inner: ManualClock,
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        let now = self.inner.now();
        self.shared.lock().note_time(now);
        now
    }
}
