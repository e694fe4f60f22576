use desktop_delivery::error::ErrorChain;
use desktop_delivery::{InvalidInput, StoreError};
use desktop_delivery_archive::{ArchiveError, ArchiveErrorKind};
use desktop_delivery_identity::signing_keys::KeysError;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// The error of a server or command that cannot start or continue: what failed, why, and what to
/// do.
#[derive(Debug)]
pub struct StartupError {
    what: String,
    source: Option<Box<dyn Error + Send + Sync>>,
    remedy: Cow<'static, str>,
    exit_code: u8,
}

impl StartupError {
    /// Creates an error with a cause.
    pub fn new(what: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..Self::plain(what) }
    }

    /// Creates an error without a cause.
    pub fn plain(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None, remedy: "".into(), exit_code: 1 }
    }

    /// Creates the error of a wrong command line.
    pub fn usage(what: impl Into<String>) -> Self {
        Self { exit_code: 2, ..Self::plain(what) }
    }

    /// Creates the error of wrong settings.
    pub fn settings(what: impl Into<String>) -> Self {
        Self::usage(what).with_remedy("correct the settings, then start again")
    }

    /// Sets what the operator can do.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Returns the exit code: 2 for wrong settings or usage, 1 for all others.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        self.exit_code
    }
}

impl fmt::Display for StartupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(source) = self.source.as_deref() {
            write!(f, ": {}", ErrorChain::of(source))?;
        }
        if !self.remedy.is_empty() {
            write!(f, "\n  {}", self.remedy)?;
        }
        Ok(())
    }
}

impl Error for StartupError {}

impl From<StoreError> for StartupError {
    fn from(error: StoreError) -> Self {
        Self::new("a database or blob store failed", error)
    }
}

impl From<InvalidInput> for StartupError {
    fn from(error: InvalidInput) -> Self {
        Self::settings(error.to_string())
    }
}

impl From<KeysError> for StartupError {
    fn from(error: KeysError) -> Self {
        Self::of_keys(&error)
    }
}

impl From<ArchiveError> for StartupError {
    fn from(error: ArchiveError) -> Self {
        let keys = error.source().and_then(|source| source.downcast_ref::<KeysError>());
        if let Some(keys) = keys {
            return Self::of_keys(keys);
        }
        let what = ErrorChain::of(&error).to_string();
        let problem = match error.kind() {
            ArchiveErrorKind::NoKeys | ArchiveErrorKind::PlaceUnnamed => Self::usage(what),
            _ => Self::plain(what),
        };
        // Replaces remedies of the library with ones that mention settings and options.
        problem.with_remedy(match error.kind() {
            ArchiveErrorKind::DataFolderNotEmpty => {
                "set DESKTOP_DELIVERY_DATA to an empty folder, or move its contents elsewhere".into()
            }
            ArchiveErrorKind::DataFolderUnusable => {
                "set DESKTOP_DELIVERY_DATA to a folder that this user may write to".into()
            }
            ArchiveErrorKind::DataFolderUsed => {
                "stop the other server, or set DESKTOP_DELIVERY_DATA to another folder".into()
            }
            ArchiveErrorKind::DatabaseMissing => {
                "put delivery.db back, or desk restore a backup into a new folder; to start over \
                 instead, set DESKTOP_DELIVERY_DATA to an empty folder"
                    .into()
            }
            ArchiveErrorKind::Faults => {
                "restore another backup, or add --with-faults to restore the rest".into()
            }
            ArchiveErrorKind::NoKeys => {
                "set their file with --keys, or generate new keys with --new-keys; all links sent so \
                 far then stop working"
                    .into()
            }
            ArchiveErrorKind::NotABackup => "choose the folder of a backup".into(),
            ArchiveErrorKind::NotEmbedded => {
                "back up the database and the object store with their own tools, or copy everything \
                 into a folder with desk export"
                    .into()
            }
            _ => Cow::Owned(error.remedy().to_owned()),
        })
    }
}

impl StartupError {
    /// Converts the error of loading or storing signing keys.
    fn of_keys(error: &KeysError) -> Self {
        let of_file = "restore the file from a backup; without it, no link sent so far works. \
                       To start over intentionally, empty the data folder";
        let of_entry = "restore the database from a backup, or import an export with its keys; without \
                        them, no link sent so far works";
        let what = ErrorChain::of(error).to_string();
        match error {
            KeysError::EntryDamaged | KeysError::EntryMissing => {
                Self::settings(what).with_remedy(of_entry)
            }
            KeysError::FileDamaged { .. } => Self::settings(what).with_remedy(of_file),
            KeysError::FileUnreadable { .. } => Self::plain(what).with_remedy(of_file),
            _ => Self::plain(what),
        }
    }
}
