use crate::connection;
use crate::error::Error;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Serializes the backups of this process: two backups to one destination would write the same
/// partial file.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Copies the database at `from` to `to`, completely or not at all.
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

/// Copies with `VACUUM INTO`, which reads one snapshot without blocking the writer and rebuilds
/// every page, so that damage is found now and not when restoring.
fn write(from: &Path, part: &Path) -> Result<(), Error> {
    // Created first so that it is never readable by others; `VACUUM INTO` accepts an empty file.
    connection::create(part)?;
    let connection = connection::open(from)?;
    let Some(name) = part.to_str() else {
        return Err(io::Error::from(io::ErrorKind::InvalidFilename).into());
    };
    connection.execute("VACUUM INTO ?1", [name])?;
    Ok(File::open(part)?.sync_all()?)
}

/// Removes logs left beside an older copy, which SQLite would apply to the new one.
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
