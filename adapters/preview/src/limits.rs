use std::time::Duration;

/// The limits of previews.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PreviewLimits {
    /// The width of a page image in pixels, 16 to 4,096. Default: 900, at which small print in a
    /// journal is legible. Narrower pictures are not enlarged.
    pub width: u32,
    /// The maximum size of a file in bytes. Default: 60,000,000.
    pub file_bytes: u64,
    /// The number of pages drawn at once, at least 1. Default: 2.
    pub at_once: usize,
    /// The maximum time that a page waits for its turn, and the maximum time for drawing it, each.
    /// Default: 20 s.
    pub timeout: Duration,
    /// The processor time for one page in seconds. Default: 10.
    pub cpu_seconds: u64,
    /// The memory for one page in bytes of address space. Default: 1 GiB. An A4 page scanned in
    /// color at 600 dpi needs about 0.15 GiB.
    pub memory_bytes: u64,
    /// The size of the cache of page images in bytes. Default: 32 MiB.
    pub cache_bytes: u64,
}

impl Default for PreviewLimits {
    fn default() -> Self {
        Self {
            width: 900,
            file_bytes: 60_000_000,
            at_once: 2,
            timeout: Duration::from_secs(20),
            cpu_seconds: 10,
            memory_bytes: 1 << 30,
            cache_bytes: 32 << 20,
        }
    }
}

impl PreviewLimits {
    /// Sets the maximum time that a page waits for its turn, and the maximum time for drawing it,
    /// each.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the number of pages drawn at once; 0 counts as 1.
    #[must_use]
    pub const fn with_at_once(mut self, pages: usize) -> Self {
        self.at_once = if pages == 0 { 1 } else { pages };
        self
    }

    /// Sets the processor time for one page in seconds.
    #[must_use]
    pub const fn with_cpu_seconds(mut self, seconds: u64) -> Self {
        self.cpu_seconds = seconds;
        self
    }

    /// Sets the maximum size of a file in bytes.
    #[must_use]
    pub const fn with_file_bytes(mut self, bytes: u64) -> Self {
        self.file_bytes = bytes;
        self
    }
}
