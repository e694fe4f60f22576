use super::error::PreviewError;
use super::limits::PreviewLimits;
use super::page::PreviewPage;
use super::process;
use desktop_delivery::{ByteStream, Digest};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::fmt;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use tokio::sync::Semaphore;

/// What an image takes beside its bytes, bytes.
const OVERHEAD: u64 = 256;

/// Draws pages of attachments, a few at once, and keeps those drawn last.
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
    /// Draws with this program, also where an upgrade has put another in its place.
    ///
    /// # Errors
    /// Where the system does not tell which program this is.
    pub fn by_this_program(limits: PreviewLimits) -> io::Result<Self> {
        let itself = PathBuf::from("/proc/self/exe");
        let program = if itself.exists() { itself } else { std::env::current_exe()? };
        Ok(Self::by_program(program, limits))
    }

    /// Draws with a program whose `main` begins with [`draw_if_asked`](super::draw_if_asked).
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

    /// The bounds.
    #[must_use]
    pub const fn limits(&self) -> &PreviewLimits {
        &self.limits
    }

    /// The image of a page that is kept.
    #[must_use]
    pub fn kept(&self, digest: Digest, page: u32) -> Option<PreviewPage> {
        self.cache.get(&(digest, page))?.ok()
    }

    /// The image of a page, from 1, of a file of this digest and size, bytes. Whether the caller may
    /// see it is the caller's matter. `bytes` is awaited only where the page must be drawn, and two
    /// who ask for the same page at once have it drawn once.
    ///
    /// # Errors
    /// [`PreviewError`].
    pub async fn page(
        &self,
        (digest, size): (Digest, u64),
        page: u32,
        bytes: impl Future<Output = Result<ByteStream, PreviewError>> + Send,
    ) -> Result<PreviewPage, PreviewError> {
        let limit = self.limits.file_bytes;
        if size > limit {
            return Err(PreviewError::TooLarge { limit });
        }
        let key = (digest, page);
        let drawn = self.cache.get_or_insert_async(&key, async {
            let drawn = self.draw((page, size), bytes).await;
            // What another try may mend is not kept.
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
        let turn = tokio::time::timeout(self.limits.patience, self.turns.acquire()).await;
        let Ok(Ok(_turn)) = turn else { return Err(PreviewError::Busy) };
        process::draw(&self.program, &self.limits, page, bytes.await?).await
    }
}

impl fmt::Debug for Previews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Previews").field("limits", &self.limits).finish_non_exhaustive()
    }
}
