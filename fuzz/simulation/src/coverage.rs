//! How often each fault struck each operation.

use crate::fault::Fault;
use crate::operation::Operation;
use std::collections::BTreeMap;
use std::fmt;

/// The counts of faults and answers, by operation.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    hits: BTreeMap<(&'static str, Fault), u64>,
    answers: BTreeMap<&'static str, Answers>,
}

/// How the calls of an operation ended.
#[derive(Clone, Copy, Debug, Default)]
struct Answers {
    done: u64,
    refused: u64,
    failed: u64,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Done,
    Failed,
    Refused,
}

impl Coverage {
    pub(crate) fn hit(&mut self, operation: &Operation, fault: Fault) {
        *self.hits.entry((operation.name, fault)).or_default() += 1;
    }

    pub(crate) fn end(&mut self, operation: &Operation, ending: Ending) {
        let answers = self.answers.entry(operation.name).or_default();
        match ending {
            Ending::Done => answers.done += 1,
            Ending::Failed => answers.failed += 1,
            Ending::Refused => answers.refused += 1,
        }
    }

    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Self) {
        for (key, count) in &other.hits {
            *self.hits.entry(*key).or_default() += count;
        }
        for (name, count) in &other.answers {
            let sum = self.answers.entry(name).or_default();
            sum.done += count.done;
            sum.refused += count.refused;
            sum.failed += count.failed;
        }
    }

    /// Returns the possible pairs that were hit fewer than `least` times.
    #[must_use]
    pub fn rare(&self, least: u64) -> Vec<String> {
        let mut rare = Vec::new();
        for operation in crate::operations::all() {
            for fault in Fault::ALL {
                let hits = self.hits.get(&(operation.name, fault)).copied().unwrap_or(0);
                if hits < least && why_not(operation, fault).is_none() {
                    rare.push(format!("{} × {}: {hits}", operation.name, fault.name()));
                }
            }
        }
        rare
    }
}

/// Returns why a fault cannot strike an operation.
fn why_not(operation: &Operation, fault: Fault) -> Option<&'static str> {
    if fault == Fault::Late && operation.records.is_empty() {
        return Some("it commits nothing");
    }
    let of_store = [Fault::FailBefore, Fault::FailAfter, Fault::LostReply, Fault::Delay];
    if operation.name == "forged token" && of_store.contains(&fault) {
        return Some("its token is rejected before any store is called");
    }
    None
}

/// Writes the table of operations and faults. `–` marks a pair that cannot occur.
impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<24}{:>9}{:>9}{:>9}", "operation", "done", "refused", "failed")?;
        for fault in Fault::ALL {
            write!(f, "{:>12}", fault.name())?;
        }
        writeln!(f)?;
        for operation in crate::operations::all() {
            let Answers { done, refused, failed } =
                self.answers.get(operation.name).copied().unwrap_or_default();
            write!(f, "{:<24}{done:>9}{refused:>9}{failed:>9}", operation.name)?;
            for fault in Fault::ALL {
                let hits = self.hits.get(&(operation.name, fault)).copied().unwrap_or(0);
                match why_not(operation, fault) {
                    Some(_) if hits == 0 => write!(f, "{:>12}", "–")?,
                    _ => write!(f, "{hits:>12}")?,
                }
            }
            writeln!(f)?;
        }
        writeln!(
            f,
            "–: impossible. A late effect is that of a commit, and some operations make none; a forged token is rejected before any store is called."
        )
    }
}
