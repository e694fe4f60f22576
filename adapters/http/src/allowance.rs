use desktop_delivery::ids::ClaimNo;
use desktop_delivery::{Download, RequestHandle, Timestamp};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that a ticket may transfer in addition to twice the file size, as room for interrupted
/// transfers.
const SLACK: u64 = 1_048_576;
/// The number of tracked tickets above which expired ones are removed.
const FIRST_SWEEP: usize = 1_024;

/// The bytes that this process has sent for each open ticket, so that one claim cannot be used for
/// unlimited downloads.
#[derive(Default)]
pub(crate) struct Allowances(Mutex<State>);

#[derive(Default)]
struct State {
    tickets: HashMap<(RequestHandle, ClaimNo), (Timestamp, Arc<Allowance>)>,
    sweep_at: usize,
}

/// The bytes sent for one ticket, and the most that may be sent.
#[derive(Debug)]
pub(crate) struct Allowance {
    sent: AtomicU64,
    limit: u64,
}

impl Allowances {
    /// Returns the allowance of the ticket that opened a file, or `None` if it was opened without
    /// one.
    pub(crate) fn of(&self, opened: &Download, now: Timestamp) -> Option<Arc<Allowance>> {
        let (claim, ends_at) = (opened.claim?, opened.ends_at?);
        let state = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.tickets.len() >= state.sweep_at.max(FIRST_SWEEP) {
            // A transfer that outlives its ticket keeps its own reference to the allowance.
            state.tickets.retain(|_, (end, _)| now < *end);
            state.sweep_at = state.tickets.len() * 2;
        }
        let limit = opened.size.saturating_mul(2).saturating_add(SLACK);
        let (_, allowance) = state
            .tickets
            .entry((opened.handle, claim))
            .or_insert_with(|| (ends_at, Arc::new(Allowance { sent: AtomicU64::new(0), limit })));
        Some(Arc::clone(allowance))
    }
}

impl Allowance {
    /// Takes `bytes` from the allowance. Returns `false`, and takes nothing, if fewer are left.
    pub(crate) fn take(&self, bytes: u64) -> bool {
        let taken = self.sent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |sent| {
            sent.checked_add(bytes).filter(|sum| *sum <= self.limit)
        });
        taken.is_ok()
    }

    /// Returns whether at least `bytes` are left.
    pub(crate) fn has(&self, bytes: u64) -> bool {
        self.sent.load(Ordering::Relaxed).saturating_add(bytes) <= self.limit
    }

    /// Returns whether nothing has been sent yet.
    pub(crate) fn is_untouched(&self) -> bool {
        self.sent.load(Ordering::Relaxed) == 0
    }
}

impl fmt::Debug for Allowances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tickets = self.0.lock().unwrap_or_else(PoisonError::into_inner).tickets.len();
        f.debug_struct("Allowances").field("tickets", &tickets).finish_non_exhaustive()
    }
}
