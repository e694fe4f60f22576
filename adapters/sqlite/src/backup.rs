use crate::connection;
use crate::error::Error;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// One backup of this process at a time: two to one place would share the name of what is not
/// whole yet.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Writes a copy of the database at `from` to `to`, whole or not at all.
pub(crate) fn run(from: &Path, to: &Path) -> Result<(), Error> {
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let to = std::path::absolute(to)?;
    if fs::canonicalize(&to).is_ok_and(|to| fs::canonicalize(from).is_ok_and(|from| from == to)) {
        return Err(io::Error::from(io::ErrorKind::InvalidInput).into());
    }
    let Some(name) = to.file_name() else {
        return Err(io::Error::from(io::ErrorKind::IsADirectory).into());
    };
    let mut part_name = OsString::from(".");
    part_name.push(name);
    part_name.push(".partial");
    let part = to.with_file_name(part_name);
    remove(&part)?;
    let written = write(from, &part).and_then(|()| replace(&to, &part));
    if let Err(error) = written {
        let _left = remove(&part);
        return Err(error);
    }
    Ok(connection::sync_folder_of(&to)?)
}

/// `VACUUM INTO` reads in one snapshot, which neither waits for the writer nor holds it up, and
/// rebuilds every page: damage is found now, not at the restore.
fn write(from: &Path, part: &Path) -> Result<(), Error> {
    // Made first, so that it never has other rights than the owner's; SQLite takes an empty file.
    connection::create(part)?;
    let connection = connection::open(from)?;
    let Some(name) = part.to_str() else {
        return Err(io::Error::from(io::ErrorKind::InvalidFilename).into());
    };
    connection.execute("VACUUM INTO ?1", [name])?;
    Ok(File::open(part)?.sync_all()?)
}

/// Logs that a program left beside an older copy would be taken for the new one's.
fn replace(to: &Path, part: &Path) -> Result<(), Error> {
    for end in ["-journal", "-shm", "-wal"] {
        let mut log = to.as_os_str().to_owned();
        log.push(end);
        remove(Path::new(&log))?;
    }
    Ok(fs::rename(part, to)?)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
