use std::fs;
use std::path::{Path, PathBuf};

/// Returns the folder with the programs of the newest PostgreSQL.
///
/// # Panics
/// If there is none: a test that needs a server must not pass without one.
pub(crate) fn folder() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let newest = versions
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.join("bin/initdb").exists())
        .max_by_key(|path| version(path));
    let newest = newest.expect(
        "PostgreSQL's programs are below /usr/lib/postgresql; on Debian `apt-get install postgresql` \
         brings them",
    );
    newest.join("bin")
}

fn version(path: &Path) -> u32 {
    path.file_name().and_then(|name| name.to_str()?.parse().ok()).unwrap_or(0)
}
