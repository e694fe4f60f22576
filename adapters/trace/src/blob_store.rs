use crate::Traced;
use crate::outcome::traced;
use async_trait::async_trait;
use desktop_delivery::blob::{Blob, ByteStream, DirectAddress, DirectOptions, Stored};
use desktop_delivery::ids::BlobKey;
use desktop_delivery::{BlobStore, StoreError};
use std::ops::Range;
use tracing::field::Empty;
use tracing::{Span, debug_span};

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl<T: BlobStore> BlobStore for Traced<T> {
    async fn put(&self, key: BlobKey, body: ByteStream) -> Result<Stored, StoreError> {
        let span = debug_span!("blobs.put", bytes = Empty, error = Empty);
        let record = |span: &Span, stored: &Stored| {
            span.record("bytes", stored.size);
        };
        traced(span, self.0.put(key, body), record).await
    }

    async fn get(
        &self,
        key: BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Blob>, StoreError> {
        let span = debug_span!("blobs.get", bytes = Empty, error = Empty);
        let part = range.clone();
        let record = |span: &Span, blob: &Option<Blob>| {
            if let Some(blob) = blob {
                let end = part.as_ref().map_or(blob.size, |part| part.end.min(blob.size));
                let start = part.map_or(0, |part| part.start);
                span.record("bytes", end.saturating_sub(start));
            }
        };
        traced(span, self.0.get(key, range), record).await
    }

    async fn delete(&self, key: BlobKey) -> Result<(), StoreError> {
        traced(debug_span!("blobs.delete", error = Empty), self.0.delete(key), |_, ()| {}).await
    }

    async fn direct(
        &self,
        key: BlobKey,
        options: &DirectOptions,
    ) -> Result<Option<DirectAddress>, StoreError> {
        let span = debug_span!("blobs.direct", error = Empty);
        traced(span, self.0.direct(key, options), |_, _| {}).await
    }
}
