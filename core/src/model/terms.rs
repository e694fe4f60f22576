use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// The limits on downloads of an attachment.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The number of downloads with which a budget starts, 1 up to the policy's maximum.
    pub max_downloads: u32,
    /// The first instant at which claims are granted; `None` for immediately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Timestamp>,
    /// When the terms end.
    pub expiry: Expiry,
}

/// The end of terms.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expiry {
    /// At this instant, exclusive: a claim in this very second is refused.
    At(Timestamp),
    /// This many days after shipping, at the end of that day in the requester's time zone.
    Days(u16),
}

impl Terms {
    /// Creates terms with this many downloads until the end of the day `days` days after shipping.
    #[must_use]
    pub const fn new(max_downloads: u32, days: u16) -> Self {
        Self { max_downloads, not_before: None, expiry: Expiry::Days(days) }
    }

    /// Sets the first instant at which claims are granted.
    #[must_use]
    pub const fn with_not_before(mut self, from: Timestamp) -> Self {
        self.not_before = Some(from);
        self
    }

    /// Sets the end.
    #[must_use]
    pub const fn with_expiry(mut self, expiry: Expiry) -> Self {
        self.expiry = expiry;
        self
    }
}
