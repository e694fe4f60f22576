use desktop_delivery::ids::ClaimNo;
use desktop_delivery::{Download, RequestHandle, Timestamp};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What a ticket may be fetched beyond twice the file, bytes: room for broken-off tries.
const SLACK: u64 = 1_048_576;
/// Tickets remembered before those that have ended are looked for.
const FIRST_SWEEP: usize = 1_024;

/// Counts the bytes that each open ticket has been given by this process, so that one claim is not
/// good for endless downloads.
#[derive(Default)]
pub(crate) struct Allowances(Mutex<State>);

#[derive(Default)]
struct State {
    tickets: HashMap<(RequestHandle, ClaimNo), (Timestamp, Arc<Allowance>)>,
    sweep_at: usize,
}

/// What one ticket has been given, and the most that it gets.
#[derive(Debug)]
pub(crate) struct Allowance {
    given: AtomicU64,
    most: u64,
}

impl Allowances {
    /// The allowance of the ticket that opened a file; `None` where no ticket limits it.
    pub(crate) fn of(&self, opened: &Download, now: Timestamp) -> Option<Arc<Allowance>> {
        let (claim, ends_at) = (opened.claim?, opened.ends_at?);
        let state = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.tickets.len() >= state.sweep_at.max(FIRST_SWEEP) {
            // A transfer that goes on behind its ticket's end holds its allowance itself.
            state.tickets.retain(|_, (end, _)| now < *end);
            state.sweep_at = state.tickets.len() * 2;
        }
        let most = opened.size.saturating_mul(2).saturating_add(SLACK);
        let (_, allowance) = state
            .tickets
            .entry((opened.handle, claim))
            .or_insert_with(|| (ends_at, Arc::new(Allowance { given: AtomicU64::new(0), most })));
        Some(Arc::clone(allowance))
    }
}

impl Allowance {
    /// Takes `bytes` if that many are left.
    pub(crate) fn take(&self, bytes: u64) -> bool {
        let taken = self.given.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |given| {
            given.checked_add(bytes).filter(|sum| *sum <= self.most)
        });
        taken.is_ok()
    }

    /// Whether `bytes` are left.
    pub(crate) fn has(&self, bytes: u64) -> bool {
        self.given.load(Ordering::Relaxed).saturating_add(bytes) <= self.most
    }

    /// Whether nothing was given yet.
    pub(crate) fn is_untouched(&self) -> bool {
        self.given.load(Ordering::Relaxed) == 0
    }
}

impl fmt::Debug for Allowances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner).tickets.len();
        f.debug_struct("Allowances").field("tickets", &tickets).finish_non_exhaustive()
    }
}
