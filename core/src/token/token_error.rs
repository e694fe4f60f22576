use std::error::Error as StdError;
use std::fmt;

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
