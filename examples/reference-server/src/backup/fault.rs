use crate::holdings::Holding;
use serde::Serialize;
use std::fmt;

/// Says what is wrong with what is stored; never what is in it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub(crate) enum Fault {
    /// The database.
    Database { what: String },
    /// The bytes of a file are not those that were attached.
    Differs {
        #[serde(flatten)]
        place: Place,
        what: &'static str,
    },
    /// The bytes of a file are not there.
    Missing {
        #[serde(flatten)]
        place: Place,
    },
}

/// Where a fault is.
#[derive(Debug, Serialize)]
pub(crate) struct Place {
    request: String,
    file: u16,
    blob: String,
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
                write!(f, "request {request}, file {file} (blob {blob}): its bytes are gone")
            }
        }
    }
}
