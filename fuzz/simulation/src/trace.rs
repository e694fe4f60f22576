//! What happened in a run, one line a step.

use crate::fault::StoreFault;
use crate::scheduler::CallNo;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The lines of a run, if they are wanted: writing them takes time.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    is_on: bool,
    step: u32,
    lines: Vec<String>,
    /// The calls that began in this step, which are written only if they outlast it.
    begun: Vec<(CallNo, usize, String)>,
}

fn node_name(node: usize) -> char {
    char::from(b'A' + u8::try_from(node % 26).unwrap_or(0))
}

impl Trace {
    pub(crate) fn new(is_on: bool) -> Self {
        Self { is_on, ..Self::default() }
    }

    pub(crate) fn begin_step(&mut self, step: u32) {
        self.write_begun();
        self.step = step;
    }

    pub(crate) fn note(&mut self, text: impl FnOnce() -> String) {
        if self.is_on {
            let line = format!("{:>5}          {}", self.step, text());
            self.lines.push(line);
        }
    }

    pub(crate) fn begins(&mut self, call: CallNo, node: usize, text: impl FnOnce() -> String) {
        if self.is_on {
            self.begun.push((call, node, text()));
        }
    }

    /// Writes a call and its answer in one line if it began in this step.
    pub(crate) fn answers(&mut self, call: CallNo, node: usize, text: &str, answer: &str) {
        if !self.is_on {
            return;
        }
        let is_begun = self.begun.iter().any(|(no, ..)| *no == call);
        self.begun.retain(|(no, ..)| *no != call);
        let again = if is_begun { "" } else { "… " };
        let line = format!(
            "{:>5}  node {}  {again}{text} → {answer}  (#{call})",
            self.step,
            node_name(node)
        );
        self.lines.push(line);
    }

    /// Leaves a call out that began in this step.
    pub(crate) fn forget(&mut self, call: CallNo) {
        self.begun.retain(|(no, ..)| *no != call);
    }

    pub(crate) fn fault(&mut self, call: CallNo, store: &str, operation: &str, fault: StoreFault) {
        self.note(|| format!("{store} {operation}: {fault:?} (#{call})"));
    }

    pub(crate) fn late(&mut self, call: CallNo) {
        self.note(|| format!("the late commit of #{call} takes effect"));
    }

    pub(crate) fn node(&mut self, node: usize, what: &str) {
        self.note(|| format!("node {} {what}", node_name(node)));
    }

    fn write_begun(&mut self) {
        for (call, node, text) in std::mem::take(&mut self.begun) {
            let line = format!("{:>5}  node {}  {text} …  (#{call})", self.step, node_name(node));
            self.lines.push(line);
        }
    }

    pub(crate) fn finish(mut self) -> Vec<String> {
        self.write_begun();
        self.lines
    }
}

/// Returns the SHA-256 of a trace in hexadecimal digits.
#[must_use]
pub fn digest(lines: &[String]) -> String {
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    let mut text = String::new();
    for byte in hash.finalize() {
        let _never_fails = write!(text, "{byte:02x}");
    }
    text
}
