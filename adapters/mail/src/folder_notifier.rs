use crate::composer::{Bytes, Composer};
use crate::error::{Failure, SettingsError};
use async_trait::async_trait;
use desktop_delivery::Notifier;
use desktop_delivery::error::NotifyError;
use desktop_delivery::notices::OutgoingNotice;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes each notice to a folder as a file that email programs open. Intended for evaluation.
///
/// The file is named after the notice's id, so that a resent notice replaces the earlier file. The
/// files contain addresses and links and are readable by their owner only. Writing blocks the task
/// until the disk has finished.
#[derive(Debug)]
pub struct FolderNotifier {
    composer: Arc<Composer>,
    folder: PathBuf,
    /// Numbers the temporary files, so that concurrent writers of one notice use different ones.
    next: AtomicU64,
}

impl FolderNotifier {
    /// Writes to this folder, creating it if it is missing.
    ///
    /// # Errors
    /// [`SettingsError`] if the folder cannot be created.
    pub fn open(
        folder: impl Into<PathBuf>,
        composer: Arc<Composer>,
    ) -> Result<Self, SettingsError> {
        let folder = folder.into();
        make(&folder).map_err(|error| {
            SettingsError::new("could not create the folder for mail").with_source(error)
        })?;
        Ok(Self { composer, folder, next: AtomicU64::new(0) })
    }

    /// Returns the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn write(&self, name: &str, message: &[u8]) -> io::Result<()> {
        let own = self.next.fetch_add(1, Ordering::Relaxed);
        let temporary = self.folder.join(format!(".{name}.{}.{own}", std::process::id()));
        let written = write_new(&temporary, message)
            .and_then(|()| fs::rename(&temporary, self.folder.join(format!("{name}.eml"))));
        if written.is_err() {
            // The incomplete file is useless; deleting it may fail for the same reason.
            let _ = fs::remove_file(&temporary);
        }
        written
    }
}

#[async_trait]
impl Notifier for FolderNotifier {
    async fn notify(&self, dispatch: &OutgoingNotice) -> Result<(), NotifyError> {
        let envelope = self.composer.envelope(dispatch)?;
        let message = self.composer.compose(dispatch, &envelope, Bytes::Eight)?;
        Ok(self.write(&file_name(&dispatch.id), &message).map_err(Failure::Folder)?)
    }
}

/// Returns a file name for an id. Characters other than plain ones are escaped, so that the name
/// stays within the folder.
fn file_name(id: &str) -> String {
    id.bytes().enumerate().fold(String::new(), |mut name, (at, byte)| {
        match byte {
            b'.' if at > 0 => name.push('.'),
            b'-' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => name.push(char::from(byte)),
            _ => name.push_str(&format!("_{byte:02x}")),
        }
        name
    })
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_new(path: &Path, message: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file: File = options.open(path)?;
    file.write_all(message)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_stays_in_the_folder() {
        assert_eq!(file_name("000102ab040506ff.12"), "000102ab040506ff.12");
        assert_eq!(file_name("../../etc/x"), "_2e._2f.._2fetc_2fx");
        assert_eq!(file_name(".hidden\0é"), "_2ehidden_00_c3_a9");
    }
}
