use crate::input::InvalidInput;
use crate::notice::NoticeFailure;
use crate::participant::Language;
use crate::refusal::Refusal;
use std::borrow::Cow;
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
        source(self.source.as_deref())
    }
}

/// Drops the promises of threads, which `StdError::source` does not ask for.
fn source<'a>(
    error: Option<&'a (dyn StdError + Send + Sync + 'static)>,
) -> Option<&'a (dyn StdError + 'static)> {
    error.map(|error| error as _)
}

/// Says that a notice was not handed over, and whether another try can help.
#[derive(Debug)]
pub struct NotifyError {
    transient: bool,
    adapter: &'static str,
    reason: NoticeFailure,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl NotifyError {
    /// A later try may succeed: the peer is down, busy or greylisting.
    #[must_use]
    pub const fn transient(adapter: &'static str) -> Self {
        Self { transient: true, adapter, reason: NoticeFailure::TooManyTries, source: None }
    }

    /// No later try can succeed: the address does not exist or the message is refused.
    #[must_use]
    pub const fn permanent(adapter: &'static str) -> Self {
        Self { transient: false, adapter, reason: NoticeFailure::Refused, source: None }
    }

    /// Adds what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Sets the reason that staff see with the request if the notice is given up.
    #[must_use]
    pub const fn with_reason(mut self, reason: NoticeFailure) -> Self {
        self.reason = reason;
        self
    }

    /// The reason that staff see if the notice is given up. Default: [`NoticeFailure::Refused`] for
    /// permanent errors and [`NoticeFailure::TooManyTries`] for transient ones.
    #[must_use]
    pub const fn reason(&self) -> NoticeFailure {
        self.reason
    }

    /// Whether a later try may succeed.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        self.transient
    }
}

impl fmt::Display for NotifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = if self.transient { "not taken for now" } else { "refused" };
        write!(f, "{}: the notice was {outcome}", self.adapter)
    }
}

impl StdError for NotifyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        source(self.source.as_deref())
    }
}

/// Says that a token opens nothing.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// The token is genuine and its hard expiry has passed.
    Expired,
    /// The token does not verify, whatever is wrong with it.
    Invalid,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "the token has expired",
            Self::Invalid => "the token is not valid",
        })
    }
}

impl StdError for TokenError {}

/// The reason why a use case did not happen.
///
/// Displays as its cause does. [`ErrorChain`](crate::ErrorChain) adds what lies below, and
/// [`remedy`](Self::remedy) what to do.
#[non_exhaustive]
#[derive(Debug)]
pub enum Error {
    /// A value from outside cannot be taken.
    InvalidInput(InvalidInput),
    /// The notifier failed.
    Notify(NotifyError),
    /// The rules say no; the refusal has the reason and the remedy.
    Refused(Refusal),
    /// A backend failed.
    Store(StoreError),
    /// The token opens nothing.
    Token(TokenError),
}

impl Error {
    fn cause(&self) -> &(dyn StdError + 'static) {
        match self {
            Self::InvalidInput(error) => error,
            Self::Notify(error) => error,
            Self::Refused(refusal) => refusal,
            Self::Store(error) => error,
            Self::Token(error) => error,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.cause(), f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause().source()
    }
}

macro_rules! from_its_causes {
    ($($variant:ident($cause:ty)),+) => {$(
        impl From<$cause> for Error {
            fn from(cause: $cause) -> Self {
                Self::$variant(cause)
            }
        }
    )+};
}
from_its_causes!(
    InvalidInput(InvalidInput),
    Notify(NotifyError),
    Refused(Refusal),
    Store(StoreError),
    Token(TokenError)
);

impl Error {
    /// The refusal, if the rules said no.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// A stable name for programs, in kebab case, such as `"exhausted"` or `"unavailable"`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidInput(_) => InvalidInput::CODE,
            Self::Notify(error) if error.is_transient() => "notice-delayed",
            Self::Notify(_) => "notice-refused",
            Self::Refused(refusal) => refusal.code(),
            Self::Store(error) => error.kind().code(),
            Self::Token(TokenError::Expired) => "token-expired",
            Self::Token(TokenError::Invalid) => "token-invalid",
        }
    }

    /// What the caller or the operator can do about it, one clause in English.
    #[must_use]
    pub fn remedy(&self) -> Cow<'static, str> {
        match self {
            Self::InvalidInput(input) => input.fault().remedy(Language::English),
            Self::Notify(error) if error.is_transient() => {
                "check the mail server if this goes on; the notice is sent again later".into()
            }
            Self::Notify(_) => "correct the address, then send the notice again".into(),
            Self::Refused(refusal) => refusal.remedy().into(),
            Self::Store(error) => error.kind().remedy().into(),
            Self::Token(TokenError::Expired) => "ask for a new link".into(),
            Self::Token(TokenError::Invalid) => "check that the whole address was copied".into(),
        }
    }

    /// Whether the same call may succeed later, with nobody doing anything.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Notify(error) => error.is_transient(),
            Self::Refused(Refusal::Busy) => true,
            Self::Store(error) => error.is_transient(),
            _ => false,
        }
    }
}
