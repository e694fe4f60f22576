use desktop_delivery_worker::ScrubOptions;
use serde::Deserialize;
use std::time::Duration;

/// The verification of stored files against what was attached.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ScrubSettings {
    /// The average rate in bytes per second; 0 disables it. Default: 2,000,000, which is 170 GB a
    /// day. Shared by servers that share a database.
    pub bytes_per_second: u64,
    /// The pause between two passes over all files in seconds. Default: 86,400.
    pub rest_seconds: u64,
}

impl Default for ScrubSettings {
    fn default() -> Self {
        Self { bytes_per_second: 2_000_000, rest_seconds: 86_400 }
    }
}

impl ScrubSettings {
    /// Returns the pace of the verification.
    pub(crate) fn options(self) -> ScrubOptions {
        ScrubOptions::default()
            .with_bytes_per_second(self.bytes_per_second)
            .with_rest(Duration::from_secs(self.rest_seconds))
    }
}
