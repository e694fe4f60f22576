//! The roles of this program when a test starts it as a child process.

use super::Hiding;
use crate::{crashes, disks, memory};
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

const ROLE: &str = "DESKTOP_DELIVERY_TEST_PART";
const FOLDER: &str = "DESKTOP_DELIVERY_TEST_FOLDER";
const HIDING: &str = "DESKTOP_DELIVERY_TEST_HIDING";

/// Returns the role of this process if it is a child.
pub(crate) fn role() -> Option<String> {
    env::var(ROLE).ok()
}

pub(crate) fn run(role: &str) {
    let folder = env::var_os(FOLDER).expect("the parent sets the folder");
    let folder = Path::new(&folder);
    let hiding = match env::var(HIDING).as_deref() {
        Ok("named") => Hiding::Named,
        Ok("portable") => Hiding::Portable,
        _ => Hiding::Unnamed,
    };
    match role {
        "fill the disk" => disks::fill(folder, hiding),
        "measure memory" => memory::measure(folder, hiding),
        "put for ever" => crashes::put_for_ever(folder, hiding),
        "stall" => crashes::stall(folder, hiding),
        "use a read-only disk" => disks::use_read_only(folder, hiding),
        _ => panic!("unknown role: {role}"),
    }
}

fn set_role(command: &mut Command, role: &str, folder: &Path, hiding: Hiding) {
    command.env(ROLE, role).env(FOLDER, folder).env(HIDING, hiding.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::piped());
}

/// Starts a child and returns its output.
pub(crate) fn start(role: &str, folder: &Path, hiding: Hiding) -> (Child, BufReader<ChildStdout>) {
    let mut command = Command::new(env::current_exe().expect("this program's path"));
    set_role(&mut command, role, folder, hiding);
    let mut child = command.spawn().expect("start a child");
    let output = child.stdout.take().expect("its output is piped");
    (child, BufReader::new(output))
}

/// Runs a role to completion with a disk of 8 MiB mounted on the folder for this child only.
pub(crate) fn run_on_a_small_disk(role: &str, folder: &Path, hiding: Hiding) {
    let mut command = Command::new("unshare");
    // Without root, a user namespace grants the right to mount.
    command.args(["--user", "--map-root-user", "--mount", "--"]);
    command.args(["sh", "-ec", "mount -t tmpfs -o size=8m tmpfs \"$0\"; exec \"$1\""]);
    command.arg(folder).arg(env::current_exe().expect("this program's path"));
    set_role(&mut command, role, folder, hiding);
    let output = command.output().expect("unshare runs; on Debian it is in util-linux");
    assert!(
        output.status.success(),
        "the child failed; mounting needs root or user namespaces (sysctl \
         kernel.unprivileged_userns_clone=1): {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Returns the next line printed by a child.
pub(crate) fn line(output: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    output.read_line(&mut line).expect("read the output of a child");
    line.trim_end().to_owned()
}

pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).expect("write to the parent");
}
