//! Syncs a database file that SQLite has open.

use std::io;
use std::path::Path;

/// Does nothing. Elsewhere than on Linux, a failed write might be reported to this descriptor only
/// and never to SQLite.
#[cfg(not(target_os = "linux"))]
pub(crate) const fn sync(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Syncs the contents of the file.
///
/// The file stays open until the process ends. Closing it would release SQLite's own locks on it:
/// POSIX locks belong to a process and end when it closes any descriptor of the file.
#[cfg(target_os = "linux")]
pub(crate) fn sync(path: &Path) -> io::Result<()> {
    use std::fs::File;
    use std::os::unix::fs::MetadataExt as _;
    use std::sync::{Mutex, PoisonError};

    /// Each opened file with its device and inode.
    static OPENED: Mutex<Vec<(u64, u64, &File)>> = Mutex::new(Vec::new());

    let metadata = path.metadata()?;
    let (device, inode) = (metadata.dev(), metadata.ino());
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    let file = match opened.iter().find(|(d, i, _)| (*d, *i) == (device, inode)) {
        Some((.., file)) => file,
        None => {
            let file: &File = Box::leak(Box::new(File::open(path)?));
            opened.push((device, inode, file));
            file
        }
    };
    drop(opened);
    file.sync_data()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::connection;
    use std::process::Command;

    /// Switching the journal mode takes an exclusive lock, which the open connection must prevent.
    #[test]
    #[cfg_attr(not(feature = "live-tests"), ignore = "runs the sqlite3 shell")]
    fn a_sync_leaves_the_locks_of_sqlite_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = connection::prepare(&folder.path().join("delivery.db"), false).unwrap();
        let open = connection::open(&file).unwrap();
        let rows = "SELECT count(*) FROM ddlv_requests";
        assert_eq!(open.query_row(rows, [], |row| row.get(0)), Ok(0));
        (0..3).for_each(|_| sync(&file).unwrap());
        let shell = Command::new("sqlite3").arg(&file).arg("PRAGMA journal_mode = DELETE").output();
        let shell = shell.expect("the sqlite3 shell runs; on Debian: apt-get install sqlite3");
        let answer = [shell.stdout, shell.stderr].concat();
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.contains("database is locked"), "{answer}");
        drop(open);
    }
}
