use super::files::{digest_of, write};
use crate::error::{ArchiveError, ArchiveErrorKind};
use serde::{Deserialize, Serialize};
use std::path::Path;

const NAME: &str = "manifest.json";
/// The format of backups that this version writes and reads.
pub(super) const FORMAT: u32 = 1;

/// The contents of a backup or an export, as in its `manifest.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Manifest {
    /// The version of the format.
    pub format: u32,
    /// The version of this package that wrote it.
    pub version: String,
    /// The time of the database state, RFC 3339.
    pub made_at: String,
    /// The number of requests.
    pub requests: u64,
    /// The number of files.
    pub files: u64,
    /// The total size of all files in bytes.
    pub bytes: u64,
    /// Whether it contains the signing keys.
    pub keys: bool,
    /// The SHA-256 of the database in hexadecimal.
    pub database: String,
    /// The SHA-256 of `SHA256SUMS` in hexadecimal.
    pub sums: String,
}

impl Manifest {
    /// Reads the manifest of a backup.
    pub(crate) fn read(backup: &Path) -> Result<Self, ArchiveError> {
        let what = || format!("{} is not a backup", backup.display());
        let remedy = "choose the folder of a backup or an export";
        let no_backup = ArchiveErrorKind::NotABackup;
        let text = std::fs::read(backup.join(NAME))
            .map_err(|error| ArchiveError::new(no_backup, what(), error).with_remedy(remedy))?;
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|error| ArchiveError::new(no_backup, what(), error).with_remedy(remedy))?;
        if manifest.format != FORMAT {
            let what = format!("{} has an unsupported format", backup.display());
            return Err(ArchiveError::plain(ArchiveErrorKind::Version, what).with_remedy(format!(
                "restore it with version {} of this program",
                manifest.version
            )));
        }
        Ok(manifest)
    }

    /// Writes the manifest into a backup.
    pub(super) fn write(&self, backup: &Path) -> Result<(), ArchiveError> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| ArchiveError::of_path(backup, "cannot get a manifest", error))?;
        write(&backup.join(NAME), &text)
    }

    /// Compares the digest of a file with the expected one.
    pub(crate) async fn check(path: &Path, digest: &str) -> Result<(), ArchiveError> {
        if digest_of(path).await? == digest {
            return Ok(());
        }
        let what = format!("{} is damaged", path.display());
        Err(ArchiveError::plain(ArchiveErrorKind::Damaged, what)
            .with_remedy("restore another backup; nothing was restored from this one"))
    }
}
