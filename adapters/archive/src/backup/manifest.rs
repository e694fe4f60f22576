use super::files::{digest_of, write};
use crate::error::{ArchiveError, ArchiveErrorKind};
use serde::{Deserialize, Serialize};
use std::path::Path;

const NAME: &str = "manifest.json";
/// The form of backups that this version makes and reads.
pub(super) const FORMAT: u32 = 1;

/// The contents of a backup or an export, as in its `manifest.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Manifest {
    /// The version of the format.
    pub format: u32,
    /// The version of this package that made it.
    pub version: String,
    /// The instant of the database's state, RFC 3339.
    pub made_at: String,
    /// The number of requests.
    pub requests: u64,
    /// The number of files.
    pub files: u64,
    /// The size of all files, bytes.
    pub bytes: u64,
    /// Whether it contains the signing keys.
    pub keys: bool,
    /// The SHA-256 of the database, hexadecimal.
    pub database: String,
    /// The SHA-256 of `SHA256SUMS`, hexadecimal.
    pub sums: String,
}

impl Manifest {
    /// Reads the manifest of a backup.
    pub(crate) fn read(backup: &Path) -> Result<Self, ArchiveError> {
        let what = || format!("{} is no backup", backup.display());
        let remedy = "name the folder of a backup or an export";
        let no_backup = ArchiveErrorKind::NotABackup;
        let text = std::fs::read(backup.join(NAME))
            .map_err(|error| ArchiveError::new(no_backup, what(), error).with_remedy(remedy))?;
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|error| ArchiveError::new(no_backup, what(), error).with_remedy(remedy))?;
        if manifest.format != FORMAT {
            let what = format!("{} is of another version", backup.display());
            return Err(ArchiveError::plain(ArchiveErrorKind::Version, what)
                .with_remedy(format!("restore it with version {}", manifest.version)));
        }
        Ok(manifest)
    }

    /// Writes it into a backup.
    pub(super) fn write(&self, backup: &Path) -> Result<(), ArchiveError> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| ArchiveError::of_path(backup, "cannot have a manifest", error))?;
        write(&backup.join(NAME), &text)
    }

    /// Compares what a digest was taken of with what is there.
    pub(crate) async fn check(path: &Path, digest: &str) -> Result<(), ArchiveError> {
        if digest_of(path).await? == digest {
            return Ok(());
        }
        let what = format!("{} is damaged", path.display());
        Err(ArchiveError::plain(ArchiveErrorKind::Damaged, what)
            .with_remedy("restore another backup; nothing was restored of this one"))
    }
}
