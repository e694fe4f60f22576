use super::error::PreviewError;
use super::limits::PreviewLimits;
use super::page::PreviewPage;
use super::process;
use desktop_delivery::ByteStream;
use desktop_delivery::ids::Digest;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::fmt;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use tokio::sync::Semaphore;

/// The overhead of a cached image in bytes.
const OVERHEAD: u64 = 256;

/// Draws pages of files, a few at a time, and caches the images.
pub struct Previews {
    program: PathBuf,
    limits: PreviewLimits,
    turns: Semaphore,
    cache: Cache<(Digest, u32), Result<PreviewPage, PreviewError>, Weight>,
}

#[derive(Clone, Copy)]
struct Weight;

impl Weighter<(Digest, u32), Result<PreviewPage, PreviewError>> for Weight {
    fn weight(&self, _: &(Digest, u32), page: &Result<PreviewPage, PreviewError>) -> u64 {
        let image = page.as_ref().map_or(0, |page| page.image.len());
        u64::try_from(image).unwrap_or(u64::MAX).saturating_add(OVERHEAD)
    }
}

impl Previews {
    /// Whether this build can draw pages: it has the feature `draw`, and the system can limit the
    /// resources of a worker (Unix).
    pub const ARE_BUILT: bool = cfg!(all(feature = "draw", unix));

    /// Uses the running program as the worker, even after an upgrade has replaced its file. Its
    /// `main` must begin with [`draw_if_asked`](crate::draw_if_asked).
    ///
    /// # Errors
    /// If the path of the running program cannot be determined.
    pub fn by_this_program(limits: PreviewLimits) -> io::Result<Self> {
        let itself = PathBuf::from("/proc/self/exe");
        let program = if itself.exists() { itself } else { std::env::current_exe()? };
        Ok(Self::by_program(program, limits))
    }

    /// Uses another program as the worker, such as `desktop-delivery-preview` of this package. Its
    /// `main` must begin with [`draw_if_asked`](crate::draw_if_asked).
    #[must_use]
    pub fn by_program(program: PathBuf, limits: PreviewLimits) -> Self {
        let pages = usize::try_from(limits.cache_bytes / 100_000).unwrap_or(usize::MAX);
        Self {
            program,
            limits,
            turns: Semaphore::new(limits.at_once.max(1)),
            cache: Cache::with_weighter(pages, limits.cache_bytes, Weight),
        }
    }

    /// Returns whether files of this media type have pages that can be drawn. Always `false` unless
    /// [`ARE_BUILT`](Self::ARE_BUILT).
    #[must_use]
    pub fn supports(media_type: &str) -> bool {
        Self::ARE_BUILT
            && matches!(
                media_type,
                "application/pdf"
                    | "image/bmp"
                    | "image/gif"
                    | "image/j2c"
                    | "image/jp2"
                    | "image/jpeg"
                    | "image/jpx"
                    | "image/png"
                    | "image/tiff"
                    | "image/webp"
            )
    }

    /// Returns the limits.
    #[must_use]
    pub const fn limits(&self) -> &PreviewLimits {
        &self.limits
    }

    /// Returns the image of a page if it is cached.
    #[must_use]
    pub fn cached(&self, digest: Digest, page: u32) -> Option<PreviewPage> {
        self.cache.get(&(digest, page))?.ok()
    }

    /// Returns the image of a page, from the cache or newly drawn. `page` counts from 1; the digest
    /// and the size in bytes must be those of the file. Callers must check first who may see the
    /// page.
    ///
    /// `bytes` is awaited only if the page must be drawn. Concurrent calls for the same page draw
    /// it once.
    ///
    /// # Errors
    /// Every [`PreviewError`]. Errors caused by the file are cached like images.
    ///
    /// # Cancellation
    /// Dropping the future kills the worker.
    pub async fn page(
        &self,
        (digest, size): (Digest, u64),
        page: u32,
        bytes: impl Future<Output = Result<ByteStream, PreviewError>> + Send,
    ) -> Result<PreviewPage, PreviewError> {
        if !Self::ARE_BUILT {
            return Err(PreviewError::Unsupported);
        }
        let limit = self.limits.file_bytes;
        if size > limit {
            return Err(PreviewError::TooLarge { limit });
        }
        let key = (digest, page);
        let drawn = self.cache.get_or_insert_async(&key, async {
            let drawn = self.draw((page, size), bytes).await;
            // Not cached if another attempt may succeed.
            match drawn {
                Err(error) if !error.is_final() => Err(error),
                drawn => Ok(drawn),
            }
        });
        drawn.await?
    }

    async fn draw(
        &self,
        page: (u32, u64),
        bytes: impl Future<Output = Result<ByteStream, PreviewError>> + Send,
    ) -> Result<PreviewPage, PreviewError> {
        let turn = tokio::time::timeout(self.limits.timeout, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(PreviewError::Busy) };
        process::draw(&self.program, &self.limits, page, bytes.await?).await
    }
}

impl fmt::Debug for Previews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Previews").field("limits", &self.limits).finish_non_exhaustive()
    }
}
