use crate::model::input::InvalidInput;
use crate::model::refusal::Refusal;
use crate::ports::{NotifyError, StoreError};
use crate::token::TokenError;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// The error of a use case.
///
/// Displays as its cause does. [`ErrorChain`](crate::error::ErrorChain) adds the underlying causes,
/// and [`remedy`](Self::remedy) returns what to do.
#[non_exhaustive]
#[derive(Debug)]
pub enum Error {
    /// An input value is invalid.
    InvalidInput(InvalidInput),
    /// The notifier failed.
    Notify(NotifyError),
    /// The rules refused the operation; the refusal has the reason and the remedy.
    Refused(Refusal),
    /// A backend failed.
    Store(StoreError),
    /// The token is invalid or expired.
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
    /// Returns the refusal, if the rules refused the operation.
    #[must_use]
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Returns a stable identifier in kebab case, such as `"exhausted"` or `"unavailable"`.
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

    /// Returns what the caller or the operator can do about the error, as one clause in English.
    #[must_use]
    pub fn remedy(&self) -> Cow<'static, str> {
        match self {
            Self::InvalidInput(input) => input.fault().remedy(),
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

    /// Returns whether the same call may succeed later without any intervention.
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
