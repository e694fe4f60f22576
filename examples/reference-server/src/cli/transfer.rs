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

/// What is copied, and where to.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// A folder that is not there yet, or empty. What an interrupted export to it had copied is used
    /// again.
    folder: PathBuf,
    /// Copies the signing keys too: whoever has such an export can open every link.
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

/// Where an installation comes from.
#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// A folder that `desk export` or `desk backup` made.
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
        let target = engines::open(settings).await?;
        let signing_keys = signing_keys(settings, &target.registry);
        let imported = import.fill(&target, &signing_keys, &progress(&bar)).await?;
        bar.finish_and_clear();
        let said = "Every byte was checked, and all is here as it is in";
        answer(output, &imported.manifest, &imported.faults, &self.folder, said)
    }
}
