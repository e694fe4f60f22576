use std::error::Error as StdError;
use std::fmt;

/// The kind of a [`StoreError`], by what a caller can do about it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// The stored data is damaged. Alert the operator.
    Corrupt,
    /// The backend denies access: missing rights, wrong credentials, a read-only disk.
    Denied,
    /// The disk or the account is full. Nothing was stored.
    Full,
    /// The host's commit hook failed. Nothing was stored.
    Hook,
    /// The body to store failed before its end. Nothing was stored.
    Interrupted,
    /// The backend cannot be reached or is overloaded. Retry later.
    Unavailable,
    /// Anything else.
    Unexpected,
}

/// The failure of a backend: the adapter, the operation and the cause.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    adapter: &'static str,
    operation: &'static str,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

const fn kind_in_words(kind: StoreErrorKind) -> &'static str {
    match kind {
        StoreErrorKind::Corrupt => "the stored data is corrupt",
        StoreErrorKind::Denied => "access denied",
        StoreErrorKind::Full => "no space left",
        StoreErrorKind::Hook => "the commit hook of the host failed",
        StoreErrorKind::Interrupted => "the upload was interrupted",
        StoreErrorKind::Unavailable => "unavailable",
        StoreErrorKind::Unexpected => "unexpected",
    }
}

impl StoreErrorKind {
    /// Returns a stable identifier in kebab case, such as `"unavailable"`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Corrupt => "corrupt",
            Self::Denied => "access-denied",
            Self::Full => "storage-full",
            Self::Hook => "hook-failed",
            Self::Interrupted => "interrupted",
            Self::Unavailable => "unavailable",
            Self::Unexpected => "unexpected",
        }
    }

    /// Returns what the operator can do, as a clause in English.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Corrupt => "restore the data from a backup",
            Self::Denied => "check the credentials and the rights to the database, disk or bucket",
            Self::Full => "free space on the disk, or raise the quota of the account",
            Self::Hook => "correct the commit hook of the host; its error is the cause",
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
    /// Creates an error of `adapter` (such as `"sqlite"`) in `operation` (such as `"commit"`).
    #[must_use]
    pub const fn new(kind: StoreErrorKind, adapter: &'static str, operation: &'static str) -> Self {
        Self { kind, adapter, operation, source: None }
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }

    /// Returns whether the same call may succeed later without intervention.
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
