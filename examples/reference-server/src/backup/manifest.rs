use super::files::{digest_of, write};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use std::path::Path;

const NAME: &str = "manifest.json";
/// The form of backups that this version makes and reads.
pub(super) const FORMAT: u32 = 1;

/// Says what is in a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    /// The version of the program that made it.
    pub(crate) version: String,
    /// When its database was as it is, RFC 3339.
    pub(crate) made_at: String,
    pub(crate) requests: u64,
    pub(crate) files: u64,
    /// Of the files.
    pub(crate) bytes: u64,
    /// Whether the signing keys are in it.
    pub(crate) keys: bool,
    /// The database's SHA-256.
    pub(crate) database: String,
    /// The SHA-256 of `SHA256SUMS`.
    pub(crate) sums: String,
}

impl Manifest {
    /// Reads the manifest of a backup.
    pub(crate) fn read(backup: &Path) -> Result<Self, Problem> {
        let remedy = "name a folder that desk backup made";
        let what = || format!("{} is no backup", backup.display());
        let text = std::fs::read(backup.join(NAME))
            .map_err(|error| Problem::new(what(), error).with_remedy(remedy))?;
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|error| Problem::new(what(), error).with_remedy(remedy))?;
        if manifest.format != FORMAT {
            return Err(Problem::plain(format!("{} is of another version", backup.display()))
                .with_remedy(format!("restore it with version {}", manifest.version)));
        }
        Ok(manifest)
    }

    /// Writes it into a backup.
    pub(super) fn write(&self, backup: &Path) -> Result<(), Problem> {
        let text = serde_json::to_vec_pretty(self)
            .map_err(|error| Problem::new("the manifest cannot be written", error))?;
        write(&backup.join(NAME), &text)
    }

    /// Compares what a digest was taken of with what is there.
    pub(crate) async fn check(path: &Path, digest: &str) -> Result<(), Problem> {
        if digest_of(path).await? == digest {
            return Ok(());
        }
        Err(Problem::plain(format!("{} is damaged", path.display()))
            .with_remedy("restore another backup; nothing was restored of this one"))
    }
}
