//! The processes of this machine, as shown by Linux.

use rustix::process::{Pid, Signal, kill_process};
use std::fs;

/// A process. A later process with the same number has a different start time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) number: u32,
    start: u64,
}

impl Process {
    /// Returns whether it is still running.
    pub(crate) fn lives(self) -> bool {
        stat(self.number).is_some_and(|(_, start)| start == self.start)
    }
}

/// Returns a process with all its descendants.
pub(crate) fn family(number: u32) -> Vec<Process> {
    let all: Vec<(u32, u32, u64)> = fs::read_dir("/proc")
        .expect("Linux tells of its processes")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|number| stat(number).map(|(parent, start)| (number, parent, start)))
        .collect();
    let mut found: Vec<Process> = all
        .iter()
        .filter(|(own, ..)| *own == number)
        .map(|(number, _, start)| Process { number: *number, start: *start })
        .collect();
    let mut next = 0;
    while let Some(parent) = found.get(next).map(|process| process.number) {
        let children = all.iter().filter(|(_, own_parent, _)| *own_parent == parent);
        found.extend(children.map(|(number, _, start)| Process { number: *number, start: *start }));
        next += 1;
    }
    found
}

/// Returns the processes whose command lines contain this text.
pub(crate) fn that_name(text: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").expect("Linux tells of its processes");
    entries
        .filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(text))
        .collect()
}

/// Sends a signal to a process started by this test.
pub(crate) fn send_signal(number: u32, signal: Signal) {
    let number = i32::try_from(number).ok().and_then(Pid::from_raw);
    kill_process(number.expect("it is a process id"), signal).expect("it runs");
}

/// Returns the parent and the start time of a process.
fn stat(number: u32) -> Option<(u32, u64)> {
    let text = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The preceding name may contain anything.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(1);
    Some((fields.next()?.parse().ok()?, fields.nth(17)?.parse().ok()?))
}
