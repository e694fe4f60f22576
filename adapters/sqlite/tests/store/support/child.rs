//! The roles of this program when a test starts it as a child process.

use super::{count_once, handle, load};
use crate::{full_disk, hooks};
use desktop_delivery::Ledger;
use desktop_delivery::ledger::{CommitOutcome, DeliveryKey};
use desktop_delivery_sqlite::SqliteStore;
use futures_executor::block_on;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

const ROLE: &str = "DESKTOP_DELIVERY_TEST_PART";
const FILE: &str = "DESKTOP_DELIVERY_TEST_FILE";

/// Returns the role of this process if it is a child.
pub(crate) fn role() -> Option<String> {
    env::var(ROLE).ok()
}

/// Returns the command that runs a role on a database file.
pub(crate) fn command(role: &str, file: &Path) -> Command {
    let mut command = Command::new(env::current_exe().expect("this program's path"));
    set_role(&mut command, role, file);
    command
}

pub(crate) fn set_role(command: &mut Command, role: &str, file: &Path) {
    command.env(ROLE, role).env(FILE, file).stdin(Stdio::null()).stdout(Stdio::piped());
}

/// Starts a child and returns its output.
pub(crate) fn start(role: &str, file: &Path) -> (Child, BufReader<ChildStdout>) {
    let mut child = command(role, file).spawn().expect("start a child");
    let output = child.stdout.take().expect("its output is piped");
    (child, BufReader::new(output))
}

/// Waits for a child to succeed and parses its only line as a number.
pub(crate) fn result(mut child: Child, mut output: BufReader<ChildStdout>) -> u64 {
    let mut line = String::new();
    output.read_line(&mut line).expect("read a child's result");
    assert!(child.wait().expect("wait for a child").success(), "a child failed");
    line.trim().parse().expect("a number")
}

pub(crate) fn run(role: &str) {
    let file = env::var_os(FILE).expect("the parent sets the file");
    let file = Path::new(&file);
    match role {
        "abort in a hook" => hooks::abort_in_a_hook(file),
        "count forever" => count_forever(file),
        "count to the limit" => print_number(count_to_the_limit(file)),
        "fill the disk" => full_disk::fill(file),
        "open" => print_number(open(file)),
        _ => panic!("unknown role: {role}"),
    }
}

fn print_number(number: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{number}").and_then(|()| out.flush()).expect("write to the parent");
}

/// Increments deliveries 0 to 3 from eight threads, which print what was acknowledged.
fn count_forever(file: &Path) {
    let store = SqliteStore::open(file).expect("open");
    thread::scope(|scope| {
        for number in (0..8).map(|thread| thread % 4) {
            let ledger = store.ledger();
            scope.spawn(move || {
                loop {
                    let revision = count_once(&ledger, number).expect("count");
                    let mut out = std::io::stdout().lock();
                    let written = writeln!(out, "{number} {revision}").and_then(|()| out.flush());
                    if written.is_err() {
                        return;
                    }
                }
            });
        }
    });
}

/// The limit of [`count_to_the_limit`] for all processes together.
pub(crate) const LIMIT: u32 = 300;

/// Increments delivery 0 while it is below the limit; returns the number of increments.
fn count_to_the_limit(file: &Path) -> u64 {
    let store = SqliteStore::open(file).expect("open");
    thread::scope(|scope| {
        let count = || {
            let ledger = store.ledger();
            let mut granted = 0;
            loop {
                let delivery = load(&ledger, 0).expect("the delivery exists");
                if delivery.usage.last_claim >= LIMIT {
                    return granted;
                }
                let outcome = block_on(ledger.commit(super::count(&delivery))).expect("commit");
                granted += u64::from(matches!(outcome, CommitOutcome::Committed { .. }));
            }
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(count)).collect();
        threads.into_iter().map(|thread| thread.join().expect("count")).sum()
    })
}

/// Opens a file that may not exist and tries to create delivery 0; returns 1 if this process
/// created it.
fn open(file: &Path) -> u64 {
    let store = SqliteStore::open(file).expect("open");
    let outcome = block_on(store.ledger().commit(super::creation(0, "On the Migration of Eels")));
    let is_first = outcome.expect("commit") == CommitOutcome::Committed { revision: 1 };
    let there = block_on(store.ledger().load(DeliveryKey::Handle(handle(0)))).expect("load");
    assert!(there.is_some());
    u64::from(is_first)
}
