//! Parts that this program plays when a test starts it again.

use super::{count_once, handle, load};
use crate::full_disk;
use desktop_delivery::Ledger;
use desktop_delivery::ledger::{CommitOutcome, DeliveryKey};
use desktop_delivery_sqlite::SqliteStore;
use futures_executor::block_on;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

const PART: &str = "DESKTOP_DELIVERY_TEST_PART";
const FILE: &str = "DESKTOP_DELIVERY_TEST_FILE";

/// The part that this process is to play, if it is a child.
pub(crate) fn part() -> Option<String> {
    env::var(PART).ok()
}

/// The command that plays a part on a database file.
pub(crate) fn command(part: &str, file: &Path) -> Command {
    let mut command = Command::new(env::current_exe().expect("this program's path"));
    in_part(&mut command, part, file);
    command
}

pub(crate) fn in_part(command: &mut Command, part: &str, file: &Path) {
    command.env(PART, part).env(FILE, file).stdin(Stdio::null()).stdout(Stdio::piped());
}

/// Starts a child and gives its output.
pub(crate) fn start(part: &str, file: &Path) -> (Child, BufReader<ChildStdout>) {
    let mut child = command(part, file).spawn().expect("start a child");
    let output = child.stdout.take().expect("its output is piped");
    (child, BufReader::new(output))
}

/// Waits for a child's success and gives its only line as a number.
pub(crate) fn result(mut child: Child, mut output: BufReader<ChildStdout>) -> u64 {
    let mut line = String::new();
    output.read_line(&mut line).expect("read a child's result");
    assert!(child.wait().expect("wait for a child").success(), "a child failed");
    line.trim().parse().expect("a number")
}

pub(crate) fn play(part: &str) {
    let file = env::var_os(FILE).expect("a child is told the file");
    let file = Path::new(&file);
    match part {
        "count for ever" => count_for_ever(file),
        "count to the limit" => say(count_to_the_limit(file)),
        "fill the disk" => full_disk::fill(file),
        "open" => say(open(file)),
        _ => panic!("no such part: {part}"),
    }
}

fn say(number: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{number}").and_then(|()| out.flush()).expect("write to the parent");
}

/// Deliveries 0 to 3 are counted up by eight threads, which say what was acknowledged.
fn count_for_ever(file: &Path) {
    let store = SqliteStore::open(file).expect("open");
    thread::scope(|scope| {
        for number in (0..8).map(|thread| thread % 4) {
            let ledger = store.ledger();
            scope.spawn(move || {
                loop {
                    let revision = count_once(&ledger, number).expect("count");
                    let mut out = std::io::stdout().lock();
                    let said = writeln!(out, "{number} {revision}").and_then(|()| out.flush());
                    if said.is_err() {
                        return;
                    }
                }
            });
        }
    });
}

/// The limit of [`count_to_the_limit`], over all processes.
pub(crate) const LIMIT: u32 = 300;

/// Counts delivery 0 up while it is below the limit; answers how often it was granted.
fn count_to_the_limit(file: &Path) -> u64 {
    let store = SqliteStore::open(file).expect("open");
    thread::scope(|scope| {
        let count = || {
            let ledger = store.ledger();
            let mut granted = 0;
            loop {
                let delivery = load(&ledger, 0).expect("a delivery that was made");
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

/// Opens a file that may not be there yet and tries to make delivery 0; answers 1 to whoever did.
fn open(file: &Path) -> u64 {
    let store = SqliteStore::open(file).expect("open");
    let outcome = block_on(store.ledger().commit(super::creation(0, "On the Migration of Eels")));
    let is_first = outcome.expect("commit") == CommitOutcome::Committed { revision: 1 };
    let there = block_on(store.ledger().load(DeliveryKey::Handle(handle(0)))).expect("load");
    assert!(there.is_some());
    u64::from(is_first)
}
