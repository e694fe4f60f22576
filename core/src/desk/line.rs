//! Waiting in line for one request, in the order of arrival.

use crate::model::ids::RequestHandle;
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The lines of tasks that change the same request in this process.
///
/// Commits on one request exclude each other in any case. Without a line, many concurrent tries
/// make each other load and decide repeatedly; in line, each commits on its first try.
#[derive(Clone, Debug, Default)]
pub(super) struct Lines(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The tasks in line, by request; the first one has the turn.
    lines: HashMap<RequestHandle, VecDeque<Place>>,
    last_ticket: u64,
}

#[derive(Debug)]
struct Place {
    ticket: u64,
    waker: Option<Waker>,
}

/// A place in line: a future that completes when its turn comes. Dropping it leaves the line.
#[derive(Debug)]
pub(super) struct Turn {
    lines: Lines,
    handle: RequestHandle,
    ticket: u64,
}

impl Lines {
    /// Waits until no task is ahead. The turn lasts until the returned value is dropped.
    pub(super) async fn turn(&self, handle: RequestHandle) -> Turn {
        let mut turn = self.join(handle);
        (&mut turn).await;
        turn
    }

    /// Takes the turn if no task has it, for callers that must not wait.
    pub(super) fn try_turn(&self, handle: RequestHandle) -> Option<Turn> {
        let turn = self.join(handle);
        let is_first = {
            let state = self.lock();
            let first = state.lines.get(&handle).and_then(VecDeque::front);
            first.is_some_and(|first| first.ticket == turn.ticket)
        };
        is_first.then_some(turn)
    }

    fn join(&self, handle: RequestHandle) -> Turn {
        let mut state = self.lock();
        state.last_ticket += 1;
        let ticket = state.last_ticket;
        state.lines.entry(handle).or_default().push_back(Place { ticket, waker: None });
        Turn { lines: self.clone(), handle, ticket }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Future for &mut Turn {
    type Output = ();

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lines.lock();
        let line = state.lines.entry(self.handle).or_default();
        if line.front().is_none_or(|first| first.ticket == self.ticket) {
            return Poll::Ready(());
        }
        if let Some(place) = line.iter_mut().find(|place| place.ticket == self.ticket) {
            place.waker = Some(task.waker().clone());
        }
        Poll::Pending
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.lines.lock();
        let Some(line) = state.lines.get_mut(&self.handle) else { return };
        line.retain(|place| place.ticket != self.ticket);
        let next = line.front_mut().and_then(|first| first.waker.take());
        if line.is_empty() {
            state.lines.remove(&self.handle);
        }
        drop(state);
        if let Some(next) = next {
            next.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_executor::block_on;
    use futures_util::FutureExt as _;
    use futures_util::future::join_all;

    const HANDLE: RequestHandle = RequestHandle::from_bytes([1; 8]);

    #[test]
    fn turns_come_one_at_a_time_in_the_order_of_arrival() {
        let lines = Lines::default();
        let seen = Mutex::new(Vec::new());
        let waiting = (0..50).map(|number| {
            let (lines, seen) = (&lines, &seen);
            async move {
                let _turn = lines.turn(HANDLE).await;
                seen.lock().expect("nobody panics").push((number, "in"));
                futures_util::pending!();
                seen.lock().expect("nobody panics").push((number, "out"));
            }
        });
        let mut waiting: Vec<_> = waiting.map(Box::pin).collect();
        // The task that has the turn needs a second poll, for which no waker is called.
        while seen.lock().expect("nobody panics").len() < 100 {
            waiting.retain_mut(|one| one.now_or_never().is_none());
        }
        let expected: Vec<_> =
            (0..50).flat_map(|number| [(number, "in"), (number, "out")]).collect();
        assert_eq!(*seen.lock().expect("nobody panics"), expected);
        assert!(lines.lock().lines.is_empty(), "nothing is left");
    }

    #[test]
    fn a_turn_that_is_dropped_passes_on_and_other_requests_do_not_wait() {
        let lines = Lines::default();
        let held = block_on(lines.turn(HANDLE));
        let mut gone = Box::pin(lines.turn(HANDLE));
        assert!((&mut gone).now_or_never().is_none());
        assert!(lines.try_turn(HANDLE).is_none());
        let mut next = Box::pin(lines.turn(HANDLE));
        assert!((&mut next).now_or_never().is_none());
        assert!(lines.turn(RequestHandle::from_bytes([2; 8])).now_or_never().is_some());
        drop(gone);
        drop(held);
        assert!(next.now_or_never().is_some());
        assert!(lines.try_turn(HANDLE).is_some());
        block_on(join_all((0..20).map(|_| async { drop(lines.turn(HANDLE).await) })));
        assert!(lines.lock().lines.is_empty(), "nothing is left");
    }
}
