use crate::model::outgoing_notice::OutgoingNotice;
use crate::ports::NotifyError;
use crate::ports::notifier::Notifier;
use async_trait::async_trait;
use std::collections::{HashSet, VecDeque};
use std::fmt::{self, Debug};
use std::sync::Mutex;

/// A notifier that records notices for tests. It can be made to fail.
#[derive(Default)]
pub struct RecordingNotifier(Mutex<State>);

#[derive(Default)]
struct State {
    taken: Vec<OutgoingNotice>,
    failures: VecDeque<Failures>,
    refused: HashSet<String>,
    deferred: HashSet<String>,
}

/// Consecutive failures of one kind.
struct Failures {
    left: usize,
    are_transient: bool,
}

impl RecordingNotifier {
    /// Creates a notifier that accepts every notice.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the notices accepted so far, oldest first, including repeats.
    #[must_use]
    pub fn taken(&self) -> Vec<OutgoingNotice> {
        super::lock(&self.0).taken.clone()
    }

    /// Makes the next `count` notices fail transiently, after failures planned earlier.
    pub fn fail_next_transiently(&self, count: usize) {
        super::lock(&self.0).failures.push_back(Failures { left: count, are_transient: true });
    }

    /// Makes the next `count` notices fail permanently, after failures planned earlier.
    pub fn fail_next_permanently(&self, count: usize) {
        super::lock(&self.0).failures.push_back(Failures { left: count, are_transient: false });
    }

    /// Makes every notice to this address fail permanently.
    pub fn refuse(&self, address: impl Into<String>) {
        super::lock(&self.0).refused.insert(address.into());
    }

    /// Makes every notice to this address fail transiently.
    pub fn defer(&self, address: impl Into<String>) {
        super::lock(&self.0).deferred.insert(address.into());
    }

    /// Accepts notices to this address again.
    pub fn accept(&self, address: &str) {
        let state = &mut *super::lock(&self.0);
        state.refused.remove(address);
        state.deferred.remove(address);
    }
}

impl Debug for RecordingNotifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let taken = super::lock(&self.0).taken.len();
        f.debug_struct("RecordingNotifier").field("taken", &taken).finish_non_exhaustive()
    }
}

#[async_trait]
impl Notifier for RecordingNotifier {
    async fn notify(&self, dispatch: &OutgoingNotice) -> Result<(), NotifyError> {
        let state = &mut *super::lock(&self.0);
        while state.failures.front().is_some_and(|failures| failures.left == 0) {
            state.failures.pop_front();
        }
        let is_transient = if let Some(failures) = state.failures.front_mut() {
            failures.left -= 1;
            Some(failures.are_transient)
        } else if state.refused.contains(dispatch.address.as_str()) {
            Some(false)
        } else {
            state.deferred.contains(dispatch.address.as_str()).then_some(true)
        };
        match is_transient {
            None => {
                state.taken.push(dispatch.clone());
                Ok(())
            }
            Some(true) => Err(NotifyError::transient("recording")),
            Some(false) => Err(NotifyError::permanent("recording")),
        }
    }
}
