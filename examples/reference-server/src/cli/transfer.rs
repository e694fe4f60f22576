use super::backup::{KeyChoice, answer};
use super::output::{Output, progress};
use super::work::Work;
use crate::assemble::signing_keys;
use crate::engines;
use crate::settings::Settings;
use crate::startup_error::StartupError;
use desktop_delivery_archive::{self as archive, export};
use std::path::PathBuf;
use std::process::ExitCode;

/// Options of `export`.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// The target: a folder that does not exist or is empty. Files copied there by an interrupted
    /// export are reused.
    folder: PathBuf,
    /// Also copy the signing keys. With them, the holder of the export can open every link.
    #[arg(long)]
    with_keys: bool,
}

impl Export {
    pub(super) async fn run(self, work: &Work) -> Result<ExitCode, StartupError> {
        let bar = work.output.bytes("copying");
        let made =
            export(work.server.installation(), &self.folder, self.with_keys, &progress(&bar))
                .await?;
        bar.finish_and_clear();
        answer(&work.output, &made.manifest, &made.faults, &self.folder, "The export is at")
    }
}

/// Options of `import`.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// The folder of an export or a backup.
    folder: PathBuf,
    #[command(flatten)]
    keys: KeyChoice,
}

impl Import {
    pub(super) async fn run(
        self,
        settings: &Settings,
        output: &Output,
    ) -> Result<ExitCode, StartupError> {
        let keys = self.keys.keys();
        let bar = output.bytes("importing");
        let import = archive::Import::begin(&self.folder, &settings.data, &keys).await?;
        let (target, _) = engines::open(settings).await?;
        let signing_keys = signing_keys(settings, &target.registry);
        let imported = import.fill(&target, &signing_keys, &progress(&bar)).await?;
        bar.finish_and_clear();
        let said = "Every byte was checked. Everything was imported from";
        answer(output, &imported.manifest, &imported.faults, &self.folder, said)
    }
}
