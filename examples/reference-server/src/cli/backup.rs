use super::output::{Output, progress};
use super::tables::{fields, size};
use super::work::Work;
use crate::settings::Settings;
use crate::startup_error::StartupError;
use desktop_delivery_archive::{
    BackupOptions, Fault, KeySource, Manifest, RestoreOptions, back_up, restore,
};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What is copied, and where to.
#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    /// A folder that is not there yet, or empty. What an interrupted backup to it had copied is
    /// used again.
    folder: PathBuf,
    /// Copies the signing keys too: whoever has such a backup can open every link.
    #[arg(long)]
    with_keys: bool,
    /// Copies files also where the folder is on the same disk; otherwise they are hard links there,
    /// which take no room and die with the disk.
    #[arg(long)]
    copy: bool,
}

impl Backup {
    pub(super) async fn run(self, work: &Work) -> Result<ExitCode, StartupError> {
        let options = BackupOptions { with_keys: self.with_keys, copy: self.copy };
        let bar = work.output.bytes("copying");
        let made =
            back_up(work.server.installation(), &self.folder, options, &progress(&bar)).await?;
        bar.finish_and_clear();
        answer(&work.output, &made.manifest, &made.faults, &self.folder, "The backup is at")
    }
}

/// Where a backup comes from.
#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// A folder that `desk backup` made.
    folder: PathBuf,
    #[command(flatten)]
    keys: KeyChoice,
    /// Restores also what is damaged; otherwise nothing is restored then.
    #[arg(long)]
    with_faults: bool,
}

impl Restore {
    pub(super) async fn run(
        self,
        settings: &Settings,
        output: &Output,
    ) -> Result<ExitCode, StartupError> {
        let options = RestoreOptions { keys: self.keys.keys(), with_faults: self.with_faults };
        let bar = output.bytes("restoring");
        let restored = restore(&self.folder, &settings.data, options, &progress(&bar)).await?;
        bar.finish_and_clear();
        let said = "Every byte was checked. The data folder is";
        answer(output, &restored.manifest, &restored.faults, &settings.data, said)
    }
}

/// Where the signing keys of a copy come from.
#[derive(Debug, clap::Args)]
pub(super) struct KeyChoice {
    /// The signing keys (keys.json), where the folder holds none.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Makes new signing keys: every link that was sent is dead then.
    #[arg(long, conflicts_with = "keys")]
    new_keys: bool,
}

impl KeyChoice {
    /// Those of a file, new ones, or those of the copy.
    pub(super) fn keys(self) -> KeySource {
        match self.keys {
            Some(path) => KeySource::File(path),
            None if self.new_keys => KeySource::New,
            None => KeySource::Backup,
        }
    }
}

/// Says what a copy holds, and what is wrong with it.
pub(super) fn answer(
    output: &Output,
    manifest: &Manifest,
    faults: &[Fault],
    folder: &Path,
    said: &str,
) -> Result<ExitCode, StartupError> {
    let value = json!({
        "folder": folder.display().to_string(), "manifest": manifest, "faults": faults,
    });
    output.answer(&value, || {
        let about = fields([
            ("made", manifest.made_at.clone()),
            ("requests", manifest.requests.to_string()),
            ("files", format!("{}, {}", manifest.files, size(manifest.bytes))),
            ("signing keys", if manifest.keys { "in it" } else { "not in it" }.to_owned()),
        ]);
        format!("{said} {}\n\n{about}", folder.display())
    })?;
    for fault in faults {
        eprintln!("desk: {fault}");
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
