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

/// Options of `backup`.
#[derive(Debug, clap::Args)]
pub(super) struct Backup {
    /// The target: a folder that does not exist or is empty. Files copied there by an interrupted
    /// backup are reused.
    folder: PathBuf,
    /// Also copy the signing keys. With them, the holder of the backup can open every link.
    #[arg(long)]
    with_keys: bool,
    /// Copy files even if the target is on the same disk. Otherwise they are hard-linked there,
    /// which takes no space but does not survive a failure of the disk.
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

/// Options of `restore`.
#[derive(Debug, clap::Args)]
pub(super) struct Restore {
    /// The folder of a backup.
    folder: PathBuf,
    #[command(flatten)]
    keys: KeyChoice,
    /// Restore a backup even if files are damaged or missing. Otherwise such a backup is refused.
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

/// The signing keys of a restored or imported installation.
#[derive(Debug, clap::Args)]
pub(super) struct KeyChoice {
    /// File with the signing keys (keys.json), if the folder contains none.
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Generate new signing keys. All links sent so far stop working.
    #[arg(long, conflicts_with = "keys")]
    new_keys: bool,
}

impl KeyChoice {
    /// Returns the choice: a file, new keys, or those of the copy.
    pub(super) fn keys(self) -> KeySource {
        match self.keys {
            Some(path) => KeySource::File(path),
            None if self.new_keys => KeySource::New,
            None => KeySource::Backup,
        }
    }
}

/// Prints the contents and the faults of a copy.
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
            ("created", manifest.made_at.clone()),
            ("requests", manifest.requests.to_string()),
            ("files", format!("{}, {}", manifest.files, size(manifest.bytes))),
            ("signing keys", if manifest.keys { "included" } else { "not included" }.to_owned()),
        ]);
        format!("{said} {}\n\n{about}", folder.display())
    })?;
    for fault in faults {
        eprintln!("desk: {fault}");
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
