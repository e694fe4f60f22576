use crate::ports::{StoreError, StoreErrorKind};
use std::collections::VecDeque;
use std::sync::Mutex;

/// Failures planned by a test.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<Ordered>);

#[derive(Debug, Default)]
struct Ordered {
    /// Planned failures, each of one call, for one operation or for any.
    failures: VecDeque<(Option<&'static str>, StoreErrorKind)>,
    lost_replies: usize,
}

impl Faults {
    pub(super) fn fail_next(&self, operation: Option<&'static str>, kind: StoreErrorKind) {
        super::lock(&self.0).failures.push_back((operation, kind));
    }

    pub(super) fn lose_next_reply(&self) {
        super::lock(&self.0).lost_replies += 1;
    }

    /// Fails this call if a failure is planned for it. The oldest planned failure is used first.
    pub(super) fn before(&self, operation: &'static str) -> Result<(), StoreError> {
        let failures = &mut super::lock(&self.0).failures;
        let ordered = |(of, _): &(Option<&'static str>, _)| of.is_none_or(|of| of == operation);
        let Some(place) = failures.iter().position(ordered) else { return Ok(()) };
        let kind = failures.remove(place).map_or(StoreErrorKind::Unexpected, |(_, kind)| kind);
        Err(StoreError::new(kind, "memory", operation))
    }

    /// Fails this call after it has done its work, if its reply is to be lost.
    pub(super) fn after(&self, operation: &'static str) -> Result<(), StoreError> {
        let lost_replies = &mut super::lock(&self.0).lost_replies;
        if *lost_replies == 0 {
            return Ok(());
        }
        *lost_replies -= 1;
        Err(StoreError::new(StoreErrorKind::Unavailable, "memory", operation))
    }
}
