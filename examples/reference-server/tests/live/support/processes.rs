//! The processes of this machine, as Linux shows them.

use rustix::process::{Pid, Signal, kill_process};
use std::fs;

/// A process; another one that gets its number later has another start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) number: u32,
    start: u64,
}

impl Process {
    /// Whether it still runs.
    pub(crate) fn lives(self) -> bool {
        stat(self.number).is_some_and(|(_, start)| start == self.start)
    }
}

/// A process and all that it started, and those in turn.
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

/// The processes whose command lines name this.
pub(crate) fn that_name(text: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").expect("Linux tells of its processes");
    entries
        .filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok())
        .map(|line| String::from_utf8_lossy(&line).replace('\0', " "))
        .filter(|line| line.contains(text))
        .collect()
}

/// Sends a signal to a process that this test is answerable for.
pub(crate) fn send_signal(number: u32, signal: Signal) {
    let number = i32::try_from(number).ok().and_then(Pid::from_raw);
    kill_process(number.expect("it is a process id"), signal).expect("it runs");
}

/// The parent and the start of a process.
fn stat(number: u32) -> Option<(u32, u64)> {
    let text = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
    // The name before it may hold anything.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(1);
    Some((fields.next()?.parse().ok()?, fields.nth(17)?.parse().ok()?))
}
