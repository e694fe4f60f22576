use desktop_delivery::StoreError;
use desktop_delivery_identity::signing_keys::KeysError;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::path::Path;

/// The error of a backup, a restore, an export, an import or a verification.
///
/// `Display` describes what failed; [`source`](Error::source) is the cause.
#[derive(Debug)]
pub struct ArchiveError {
    kind: ArchiveErrorKind,
    what: String,
    remedy: Cow<'static, str>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What a caller can do about an [`ArchiveError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArchiveErrorKind {
    /// The backup or its files are damaged. Use another one.
    Damaged,
    /// The data folder already contains data. Use an empty folder.
    DataFolderNotEmpty,
    /// The data folder cannot be created or written to.
    DataFolderUnusable,
    /// Another server uses the data folder. Stop it.
    DataFolderUsed,
    /// The data folder contains files or keys, but no database, which a new one would not refer to.
    /// Put the database back, or use an empty folder.
    DatabaseMissing,
    /// The imported data differ from the source.
    Differs,
    /// Some files of the backup are damaged, and
    /// [`RestoreOptions::with_faults`](crate::RestoreOptions::with_faults) is `false`.
    Faults,
    /// The signing keys cannot be loaded or stored. The source is a [`KeysError`].
    Keys,
    /// The backup contains no signing keys, and no others were chosen.
    NoKeys,
    /// The folder is not a backup or an export.
    NotABackup,
    /// The installation is not embedded: its database or its files are not in the data folder.
    NotEmbedded,
    /// The target of a copy cannot be used: it contains something, or another copy writes to it.
    PlaceTaken,
    /// The path of the target has no file name, such as `/`.
    PlaceUnnamed,
    /// A ledger, registry or blob store failed. The source is a [`StoreError`].
    Store,
    /// The target of an import is not empty.
    TargetNotEmpty,
    /// A file or folder could not be read or written.
    Unexpected,
    /// The backup was made by another version.
    Version,
}

impl ArchiveError {
    /// Creates an error with a cause.
    pub(crate) fn new(
        kind: ArchiveErrorKind,
        what: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self { source: Some(source.into()), ..Self::plain(kind, what) }
    }

    /// Creates an error without a cause.
    pub(crate) fn plain(kind: ArchiveErrorKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), remedy: "".into(), source: None }
    }

    /// Creates the error of a file or folder that could not be read or written.
    pub(crate) fn of_path(
        path: &Path,
        outcome: &str,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::new(ArchiveErrorKind::Unexpected, format!("{} {outcome}", path.display()), source)
    }

    pub(crate) fn with_remedy(mut self, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Returns the kind of the error.
    #[must_use]
    pub const fn kind(&self) -> ArchiveErrorKind {
        self.kind
    }

    /// Returns a suggestion for the operator in English, or an empty string if there is none.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for ArchiveError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<StoreError> for ArchiveError {
    fn from(error: StoreError) -> Self {
        Self::new(ArchiveErrorKind::Store, "a store failed", error)
    }
}

impl From<KeysError> for ArchiveError {
    fn from(error: KeysError) -> Self {
        Self::new(ArchiveErrorKind::Keys, "the signing keys cannot be used", error)
    }
}
