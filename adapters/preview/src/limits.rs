use std::time::Duration;

/// What previews may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreviewLimits {
    /// The width of a page image in pixels, 16 to 4,096. Default: 900, at which the small print of a
    /// journal is legible. A picture that is narrower is not enlarged.
    pub width: u32,
    /// The largest file that is drawn, bytes. Default: 60,000,000.
    pub file_bytes: u64,
    /// The number of pages drawn at once, at least 1. Default: 2.
    pub at_once: usize,
    /// The time that a page may wait for its turn, and then the time that it may take, each.
    /// Default: 20 s.
    pub patience: Duration,
    /// The processor time of one page, seconds. Default: 10.
    pub cpu_seconds: u64,
    /// The memory of one page, bytes of address space. Default: 1 GiB; an A4 page scanned in color at
    /// 600 dpi takes about 0.15 GiB.
    pub memory_bytes: u64,
    /// The size of the cache of page images, bytes. Default: 32 MiB.
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
    /// Sets how long a page may wait for its turn, and then how long it may take, each.
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Sets the number of pages drawn at once; 0 counts as 1.
    #[must_use]
    pub const fn with_at_once(mut self, pages: usize) -> Self {
        self.at_once = if pages == 0 { 1 } else { pages };
        self
    }

    /// Sets the processor time of one page, seconds.
    #[must_use]
    pub const fn with_cpu_seconds(mut self, seconds: u64) -> Self {
        self.cpu_seconds = seconds;
        self
    }

    /// Sets the largest file that is drawn, bytes.
    #[must_use]
    pub const fn with_file_bytes(mut self, bytes: u64) -> Self {
        self.file_bytes = bytes;
        self
    }
}
