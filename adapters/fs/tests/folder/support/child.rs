//! Parts that this program plays when a test starts it again.

use super::Hiding;
use crate::{crashes, disks, memory};
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

const PART: &str = "DESKTOP_DELIVERY_TEST_PART";
const FOLDER: &str = "DESKTOP_DELIVERY_TEST_FOLDER";
const HIDING: &str = "DESKTOP_DELIVERY_TEST_HIDING";

/// The part that this process is to play, if it is a child.
pub(crate) fn part() -> Option<String> {
    env::var(PART).ok()
}

pub(crate) fn play(part: &str) {
    let folder = env::var_os(FOLDER).expect("a child is told the folder");
    let folder = Path::new(&folder);
    let hiding = match env::var(HIDING).as_deref() {
        Ok("named") => Hiding::Named,
        Ok("portable") => Hiding::Portable,
        _ => Hiding::Unnamed,
    };
    match part {
        "fill the disk" => disks::fill(folder, hiding),
        "measure memory" => memory::measure(folder, hiding),
        "put for ever" => crashes::put_for_ever(folder, hiding),
        "stall" => crashes::stall(folder, hiding),
        "use a read-only disk" => disks::use_read_only(folder, hiding),
        _ => panic!("no such part: {part}"),
    }
}

fn in_part(command: &mut Command, part: &str, folder: &Path, hiding: Hiding) {
    command.env(PART, part).env(FOLDER, folder).env(HIDING, hiding.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::piped());
}

/// Starts a child and gives its output.
pub(crate) fn start(part: &str, folder: &Path, hiding: Hiding) -> (Child, BufReader<ChildStdout>) {
    let mut command = Command::new(env::current_exe().expect("this program's path"));
    in_part(&mut command, part, folder, hiding);
    let mut child = command.spawn().expect("start a child");
    let output = child.stdout.take().expect("its output is piped");
    (child, BufReader::new(output))
}

/// Runs a part to its end, with a disk of 8 MiB mounted on the folder for it alone.
pub(crate) fn run_on_a_small_disk(part: &str, folder: &Path, hiding: Hiding) {
    let mut command = Command::new("unshare");
    // Without the rights of root, a namespace in which we have them does.
    command.args(["--user", "--map-root-user", "--mount", "--"]);
    command.args(["sh", "-ec", "mount -t tmpfs -o size=8m tmpfs \"$0\"; exec \"$1\""]);
    command.arg(folder).arg(env::current_exe().expect("this program's path"));
    in_part(&mut command, part, folder, hiding);
    let output = command.output().expect("unshare runs; on Debian it is in util-linux");
    assert!(
        output.status.success(),
        "the child failed; mounting needs root or user namespaces (sysctl \
         kernel.unprivileged_userns_clone=1): {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The next line that a child says.
pub(crate) fn line(output: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    output.read_line(&mut line).expect("read what a child says");
    line.trim_end().to_owned()
}

pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).expect("write to the parent");
}
