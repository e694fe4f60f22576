use crate::holdings::Holding;
use serde::Serialize;
use std::fmt;

/// Damage to an installation or a backup. Never quotes stored data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
#[non_exhaustive]
pub enum Fault {
    /// The database is damaged.
    Database {
        /// The problem reported by the database.
        what: String,
    },
    /// The stored bytes of a file are unreadable or differ from the attached bytes.
    Differs {
        /// The file.
        #[serde(flatten)]
        place: Place,
        /// How the bytes differ.
        what: &'static str,
    },
    /// The bytes of a file are missing.
    Missing {
        /// The file.
        #[serde(flatten)]
        place: Place,
    },
}

/// The file that a [`Fault`] is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Place {
    /// The handle of the request.
    pub request: String,
    /// The number of the attachment.
    pub file: u16,
    /// The key of the stored bytes.
    pub blob: String,
}

impl Place {
    fn of(holding: &Holding) -> Self {
        Self {
            request: holding.request.to_string(),
            file: holding.file.get(),
            blob: holding.blob.to_string(),
        }
    }
}

impl Fault {
    pub(super) fn missing(holding: &Holding) -> Self {
        Self::Missing { place: Place::of(holding) }
    }

    pub(super) fn differs(holding: &Holding, what: &'static str) -> Self {
        Self::Differs { place: Place::of(holding), what }
    }

    pub(super) const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database { what } => write!(f, "database: {what}"),
            Self::Differs { place: Place { request, file, blob }, what } => {
                write!(f, "request {request}, file {file} (blob {blob}): {what}")
            }
            Self::Missing { place: Place { request, file, blob } } => {
                write!(f, "request {request}, file {file} (blob {blob}): its bytes are missing")
            }
        }
    }
}
