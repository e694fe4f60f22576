//! The faults, and which of them a call meets.

use crate::choices::Choices;
use desktop_delivery::error::{NotifyError, StoreError, StoreErrorKind};
use std::collections::BTreeMap;

/// A kind of fault: a column of the table of hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The caller drops the future.
    Drop,
    /// A store fails without effect.
    FailBefore,
    /// A store takes effect and fails permanently.
    FailAfter,
    /// A store takes effect, and its reply is lost: the caller gets a transient error.
    LostReply,
    /// A reply arrives late.
    Delay,
    /// A commit fails with its outcome unknown, and takes effect later.
    Late,
    /// The caller repeats the call.
    Repeat,
    /// The node is killed and restarted.
    Kill,
    /// The clock of the node moves within the tolerance.
    Skew,
    /// Time advances by seconds, hours or days.
    Jump,
}

impl Fault {
    pub(crate) const ALL: [Self; 10] = [
        Self::Drop,
        Self::FailBefore,
        Self::FailAfter,
        Self::LostReply,
        Self::Delay,
        Self::Late,
        Self::Repeat,
        Self::Kill,
        Self::Skew,
        Self::Jump,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::FailBefore => "fail before",
            Self::FailAfter => "fail after",
            Self::LostReply => "lost reply",
            Self::Delay => "delay",
            Self::Late => "late effect",
            Self::Repeat => "repeat",
            Self::Kill => "kill",
            Self::Skew => "skew",
            Self::Jump => "jump",
        }
    }
}

/// What happens to one call of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreFault {
    /// It fails with this kind, without effect.
    Before(StoreErrorKind),
    /// It takes effect, and fails with this kind.
    After(StoreErrorKind),
    /// It takes effect, and its reply arrives after this many polls.
    Delay(u32),
    /// It fails, and takes effect later. Only a commit may: see [`FaultPlan::next`].
    Late,
}

impl StoreFault {
    pub(crate) const fn fault(self) -> Fault {
        match self {
            Self::Before(_) => Fault::FailBefore,
            Self::After(StoreErrorKind::Unavailable) => Fault::LostReply,
            Self::After(_) => Fault::FailAfter,
            Self::Delay(_) => Fault::Delay,
            Self::Late => Fault::Late,
        }
    }
}

/// The faults that one call of a desk meets, by the number of the store call that they strike.
#[derive(Clone, Debug, Default)]
pub(crate) struct FaultPlan(BTreeMap<u32, StoreFault>);

impl FaultPlan {
    pub(crate) fn draw(choices: &mut Choices) -> Self {
        let mut plan = BTreeMap::new();
        if choices.chance(45) {
            for _ in 0..=choices.below(3) {
                // Most operations make few calls of stores; due work makes many.
                let most = if choices.chance(70) { 4 } else { 24 };
                let number = u32::try_from(choices.below(most)).unwrap_or(0);
                plan.insert(number, draw_one(choices));
            }
        }
        Self(plan)
    }

    /// Returns the fault that strikes the store call with this number. A late effect waits for the
    /// next commit: no other call may take effect after it has failed.
    pub(crate) fn next(&mut self, number: u32, is_commit: bool) -> Option<StoreFault> {
        let due = self.0.iter().find(|(at, fault)| match fault {
            StoreFault::Late => is_commit && **at <= number,
            _ => **at == number,
        });
        let at = *due?.0;
        self.0.remove(&at)
    }
}

fn draw_one(choices: &mut Choices) -> StoreFault {
    use StoreErrorKind::{Denied, Full, Unavailable, Unexpected};
    let kind =
        *choices.pick(&[Unavailable, Unavailable, Denied, Full, Unexpected]).unwrap_or(&Denied);
    let permanent = *choices.pick(&[Denied, Full, Unexpected]).unwrap_or(&Denied);
    match choices.below(6) {
        0 => StoreFault::Before(kind),
        1 => StoreFault::After(Unavailable),
        2 => StoreFault::After(permanent),
        3 => StoreFault::Late,
        _ => StoreFault::Delay(u32::try_from(choices.below(40)).unwrap_or(0)),
    }
}

/// The error of a port, made for a fault.
pub(crate) trait Failure {
    fn of(kind: StoreErrorKind, operation: &'static str) -> Self;
}

impl Failure for StoreError {
    fn of(kind: StoreErrorKind, operation: &'static str) -> Self {
        Self::new(kind, "simulated", operation)
    }
}

impl Failure for NotifyError {
    fn of(kind: StoreErrorKind, _operation: &'static str) -> Self {
        match kind {
            StoreErrorKind::Unavailable => Self::transient("simulated"),
            _ => Self::permanent("simulated"),
        }
    }
}
