use std::time::Duration;

/// Bounds what previews may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreviewLimits {
    /// The width of a page image, pixels, `16..=4096`; 900 by default, at which the small print of a
    /// journal can be read. A page that is narrower itself is not enlarged if it is a picture.
    pub width: u32,
    /// The largest file that is drawn, bytes; 60 MB by default.
    pub file_bytes: u64,
    /// Pages drawn at once; 2 by default.
    pub at_once: usize,
    /// How long a page waits for its turn, and then how long it may take, each; 20 s by default.
    pub patience: Duration,
    /// The processor time of one page, seconds; 10 by default.
    pub cpu_seconds: u64,
    /// The memory of one page, bytes of address space; 1 GiB by default, where an A4 page scanned in
    /// color at 600 dpi takes about 0.15.
    pub memory_bytes: u64,
    /// The page images kept, bytes; 32 MiB by default.
    pub cache_bytes: u64,
}

impl Default for PreviewLimits {
    fn default() -> Self {
        Self {
            width: 900,
            file_bytes: 60_000_000,
            at_once: 2,
            patience: Duration::from_secs(20),
            cpu_seconds: 10,
            memory_bytes: 1 << 30,
            cache_bytes: 32 << 20,
        }
    }
}

impl PreviewLimits {
    /// Lets a page wait for its turn, and then be drawn, this long each.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Lets this many pages be drawn at once, at least 1.
    #[must_use]
    pub const fn with_at_once(mut self, pages: usize) -> Self {
        self.at_once = if pages == 0 { 1 } else { pages };
        self
    }

    /// Gives a page this much processor time, seconds.
    #[must_use]
    pub const fn with_cpu_seconds(mut self, seconds: u64) -> Self {
        self.cpu_seconds = seconds;
        self
    }

    /// Draws files up to this size, bytes.
    #[must_use]
    pub const fn with_file_bytes(mut self, bytes: u64) -> Self {
        self.file_bytes = bytes;
        self
    }
}
