use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// States how often and how long an attachment may be downloaded.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Downloads that a budget starts with, `1..=` the policy's most.
    pub max_downloads: u32,
    /// The first instant at which a claim is granted; `None` for at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// When claims end.
    pub expiry: Expiry,
}

/// States when terms end.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expiry {
    /// At this instant, exclusive: a claim in this very second is refused.
    At(Timestamp),
    /// This many days after Shipped, at the end of that day in the requester's zone.
    Days(u16),
}

impl Terms {
    /// Allows this many downloads until the end of the day `days` days after Shipped.
    #[must_use]
    pub const fn new(max_downloads: u32, days: u16) -> Self {
        Self { max_downloads, not_before: None, expiry: Expiry::Days(days) }
    }

    /// Begins at this instant.
    #[must_use]
    pub const fn with_not_before(mut self, from: Timestamp) -> Self {
        self.not_before = Some(from);
        self
    }

    /// Ends so.
    #[must_use]
    pub const fn with_expiry(mut self, expiry: Expiry) -> Self {
        self.expiry = expiry;
        self
    }
}
