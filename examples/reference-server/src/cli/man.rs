use super::output::Output;
use crate::startup_error::StartupError;
use serde_json::json;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Options of `man`.
#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// An existing folder, such as `/usr/local/share/man/man1`. Files of the same names are replaced.
    folder: PathBuf,
}

impl Man {
    pub(super) fn run(
        self,
        mut program: clap::Command,
        output: &Output,
    ) -> Result<ExitCode, StartupError> {
        // Propagates the global options to the pages of commands.
        program.build();
        let names = pages(&program);
        let written = clap_mangen::generate_to(program, &self.folder);
        written.and_then(|()| publish(&self.folder, &names)).map_err(|error| {
            let what = format!("could not write manual pages to {}", self.folder.display());
            StartupError::new(what, error).with_remedy("name a folder that exists and is writable")
        })?;
        let value = json!({ "pages": names });
        output.answer(&value, || format!("{} pages were written\n", names.len()))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Lets everybody read the pages. Unlike all other files of this program, they contain no data.
#[cfg(unix)]
fn publish(folder: &Path, names: &[String]) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    names.iter().try_for_each(|name| {
        let page = folder.join(format!("{name}.1"));
        std::fs::set_permissions(page, std::fs::Permissions::from_mode(0o644))
    })
}

#[cfg(not(unix))]
fn publish(_folder: &Path, _names: &[String]) -> io::Result<()> {
    Ok(())
}

/// Returns the names of the pages of a command and those below it.
fn pages(command: &clap::Command) -> Vec<String> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let inner = command.get_subcommands().filter(|inner| !inner.is_hide_set());
    std::iter::once(name).chain(inner.flat_map(pages)).collect()
}
