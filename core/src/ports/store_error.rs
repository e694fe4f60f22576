use std::error::Error as StdError;
use std::fmt;

/// Tells what a caller can do about a [`StoreError`].
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// What is stored cannot be right: page someone.
    Corrupt,
    /// The backend refuses us: rights, credentials, a read-only disk.
    Denied,
    /// The disk or the account is full; what was begun has been taken back.
    Full,
    /// The bytes that were to be stored could not be read to their end; nothing was stored.
    Interrupted,
    /// The backend cannot be reached or is overloaded: try again later.
    Unavailable,
    /// Anything else.
    Unexpected,
}

/// Says that a backend failed: which adapter, in which operation, and why.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    adapter: &'static str,
    operation: &'static str,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

const fn kind_in_words(kind: StoreErrorKind) -> &'static str {
    match kind {
        StoreErrorKind::Corrupt => "what is stored is corrupt",
        StoreErrorKind::Denied => "access denied",
        StoreErrorKind::Full => "no space left",
        StoreErrorKind::Interrupted => "the bytes to store broke off",
        StoreErrorKind::Unavailable => "unavailable",
        StoreErrorKind::Unexpected => "unexpected",
    }
}

impl StoreErrorKind {
    /// A stable name for programs, in kebab case, such as `"unavailable"`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Corrupt => "corrupt",
            Self::Denied => "access-denied",
            Self::Full => "storage-full",
            Self::Interrupted => "interrupted",
            Self::Unavailable => "unavailable",
            Self::Unexpected => "unexpected",
        }
    }

    /// What the operator can do about it, one clause in English.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Corrupt => "restore the data from a backup",
            Self::Denied => "check the credentials and the rights to the database, disk or bucket",
            Self::Full => "free space on the disk, or raise the quota of the account",
            Self::Interrupted => "send the file again",
            Self::Unavailable => {
                "check that the database, disk or bucket can be reached; calls can be repeated"
            }
            Self::Unexpected => {
                "look up the cause in the documentation of the database, disk or bucket"
            }
        }
    }
}

impl StoreError {
    /// Makes the error of `adapter` (such as `"sqlite"`) in `operation` (such as `"commit"`).
    #[must_use]
    pub const fn new(kind: StoreErrorKind, adapter: &'static str, operation: &'static str) -> Self {
        Self { kind, adapter, operation, source: None }
    }

    /// Adds what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What the caller can do about it.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// Whether the same call may succeed later, with nobody doing anything.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self.kind, StoreErrorKind::Unavailable)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = kind_in_words(self.kind);
        write!(f, "{}: {} failed ({kind})", self.adapter, self.operation)
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
