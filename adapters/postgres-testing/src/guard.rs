use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Stops the server and removes its folder when this process has ended, however it ended: a
/// `static` is never dropped, and a test may be killed.
#[derive(Debug)]
pub(crate) struct Guard(Child);

/// Waits for the end of its input, which comes with the end of this process. Reading the pid file a
/// second time finds a server that was just starting.
const SCRIPT: &str = r#"
trap '' INT TERM HUP
cat >/dev/null
for _ in 1 2; do
    pid=$(head -n 1 "$0/data/postmaster.pid" 2>/dev/null) || continue
    kill -QUIT "$pid" 2>/dev/null
    for _ in $(seq 100); do [ -e "/proc/$pid/exe" ] || break; sleep 0.05; done
done
rm -rf "$0"
"#;

impl Guard {
    /// Watches the server in a folder.
    pub(crate) fn of(folder: &Path) -> Self {
        let mut command = Command::new("sh");
        command.arg("-c").arg(SCRIPT).arg(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().expect("sh runs"))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ended = self.0.wait();
    }
}
