use crate::hook::PostgresHook;
use desktop_delivery::events::EventName;
use desktop_delivery::ledger::Change;
use desktop_delivery::storage::HookedChange;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A hook and the kinds of events for which it is registered.
#[derive(Clone)]
pub(crate) struct HookOptions {
    pub(crate) hook: Arc<dyn PostgresHook>,
    pub(crate) kinds: BTreeSet<EventName>,
    pub(crate) deadline: Duration,
}

impl HookOptions {
    pub(crate) fn new(hook: Arc<dyn PostgresHook>, kinds: BTreeSet<EventName>) -> Self {
        Self { hook, kinds, deadline: Duration::from_secs(5) }
    }

    /// Returns the hook's view of a change; `None` if the change has no event for the hook.
    pub(crate) fn hooked(&self, change: &Change) -> Option<HookedChange> {
        HookedChange::of(change, &self.kinds)
    }
}

impl fmt::Debug for HookOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookOptions")
            .field("kinds", &self.kinds)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
