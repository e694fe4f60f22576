use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;
use std::process::Command;

/// The account under which the server runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Account {
    /// The user who runs the test.
    Own,
    /// The user `postgres`, by its ids, because the test runs as root.
    Postgres { user: u32, group: u32 },
}

impl Account {
    /// # Panics
    /// If run as root without a user `postgres`.
    pub(crate) fn find() -> Self {
        let own = fs::metadata("/proc/self").expect("/proc is there").uid();
        if own != 0 {
            return Self::Own;
        }
        let accounts = fs::read_to_string("/etc/passwd").expect("/etc/passwd can be read");
        let found = accounts.lines().find_map(|line| {
            let mut fields = line.split(':');
            (fields.next() == Some("postgres")).then_some(())?;
            let mut numbers = fields.skip(1).map(|field| field.parse().ok());
            Some(Self::Postgres { user: numbers.next()??, group: numbers.next()?? })
        });
        found.expect("the user postgres is there; Debian's package postgresql makes it")
    }

    /// Makes the account the owner of a file or folder.
    pub(crate) fn own(self, path: &Path) {
        if let Self::Postgres { user, group } = self {
            chown(path, Some(user), Some(group)).expect("root may give files away");
        }
    }

    /// Returns the command that runs a program under the account.
    pub(crate) fn command(self, program: impl AsRef<OsStr>) -> Command {
        match self {
            Self::Own => Command::new(program),
            Self::Postgres { user, group } => {
                let mut command = Command::new("setpriv");
                command.arg(format!("--reuid={user}")).arg(format!("--regid={group}"));
                command.arg("--clear-groups").arg("--").arg(program);
                command
            }
        }
    }
}
