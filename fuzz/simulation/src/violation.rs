use std::fmt;

/// A check that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The check: the number of its invariant in `docs/ARCHITECTURE.md`, and what does not hold.
    pub check: &'static str,
    /// The values that contradict it.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.detail)
    }
}

/// The result of a check.
pub(crate) type Verdict = Result<(), Violation>;

/// Returns a violation of a check unless a condition holds.
macro_rules! ensure {
    ($holds:expr, $check:expr, $($detail:tt)+) => {
        if !$holds {
            return Err($crate::violation::Violation { check: $check, detail: format!($($detail)+) });
        }
    };
}
pub(crate) use ensure;
