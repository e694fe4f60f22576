use std::error::Error as StdError;
use std::fmt;

/// The reason why a token is refused.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// The token is genuine and its hard expiry has passed.
    Expired,
    /// The token does not verify.
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
