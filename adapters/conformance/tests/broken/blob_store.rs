mod web;

use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::blob::{Blob, DirectAddress, DirectOptions, Stored};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ids::{BlobKey, Digest};
use desktop_delivery::memory::MemoryBlobStore;
use desktop_delivery::{BlobStore, ByteStream, StoreError};
use desktop_delivery_conformance::{Backend, Fixture, Suite};
use futures_executor::block_on;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use web::Web;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    BuffersTheBody,
    CachesReads,
    DeletesANeighbor,
    DeletesNothing,
    DirectsToMissingBlobs,
    DirectsToOtherLengths,
    EndsEarly,
    FailsToDeleteMissingBlobs,
    FindsAnything,
    ForgetsOnReopen,
    KeepsBrokenPuts,
    LeavesParts,
    LosesEmptyBlobs,
    OmitsTheFileName,
    Overwrites,
    RangesAreOneByteLonger,
    ReadsLate,
    ReturnsNothingBeyondTheEnd,
    ReturnsWrongDigest,
    ServesAnyAddress,
    ShowsEarly,
    SwapsBytes,
}

pub(crate) const FLAWS: &[(Flaw, &[&str])] = &[
    (Flaw::BuffersTheBody, &["a_put_buffers_little_of_its_body"]),
    (Flaw::CachesReads, &["a_read_reflects_the_stored_bytes"]),
    (Flaw::DeletesANeighbor, &["deleting_affects_no_other_key"]),
    (Flaw::DeletesNothing, &["a_deleted_blob_is_gone"]),
    (Flaw::DirectsToMissingBlobs, &["a_direct_address_requires_a_blob"]),
    (Flaw::DirectsToOtherLengths, &["a_direct_address_requires_a_blob"]),
    (Flaw::EndsEarly, &["reading_truncated_bytes_fails"]),
    (Flaw::FailsToDeleteMissingBlobs, &["deleting_a_missing_blob_succeeds"]),
    (Flaw::FindsAnything, &["get_returns_none_for_an_unknown_key"]),
    (Flaw::ForgetsOnReopen, &["a_stored_blob_is_durable"]),
    (Flaw::KeepsBrokenPuts, &["a_broken_put_leaves_nothing"]),
    (Flaw::LeavesParts, &["a_broken_put_leaves_no_parts"]),
    (Flaw::LosesEmptyBlobs, &["an_empty_blob_is_a_blob"]),
    (Flaw::OmitsTheFileName, &["a_direct_address_gives_the_bytes"]),
    (Flaw::Overwrites, &["a_taken_key_is_not_overwritten", "one_of_parallel_puts_wins"]),
    (Flaw::RangesAreOneByteLonger, &["a_range_is_cut_exactly"]),
    (Flaw::ReadsLate, &["an_open_stream_yields_its_bytes_or_an_error"]),
    (Flaw::ReturnsNothingBeyondTheEnd, &["a_range_beyond_the_end_is_cut"]),
    (Flaw::ReturnsWrongDigest, &["put_returns_size_and_digest"]),
    (Flaw::ServesAnyAddress, &["a_tampered_direct_address_gives_nothing"]),
    (Flaw::ShowsEarly, &["a_dropped_put_leaves_nothing", "an_unfinished_put_is_invisible"]),
    (Flaw::SwapsBytes, &["a_put_blob_reads_back"]),
];

pub(crate) fn suite(flaw: Option<Flaw>) -> Suite {
    let fresh = move || {
        let store = Arc::new(Broken {
            sound: Arc::new(MemoryBlobStore::new()),
            flaw,
            parts: Arc::default(),
            sizes: Mutex::default(),
            remembered: Mutex::default(),
        });
        let same = Arc::clone(&store) as Arc<dyn BlobStore>;
        let backend =
            TestBackend { sound: Arc::clone(&store.sound), parts: Arc::clone(&store.parts) };
        let web = Web { blobs: Arc::clone(&store.sound), flaw };
        let fixture = Fixture::new(store as Arc<dyn BlobStore>).with_backend(backend);
        let fixture = fixture.with_fetch(move |url| {
            let web = web.clone();
            async move { web.fetch(&url).await }.boxed()
        });
        match flaw {
            Some(Flaw::ForgetsOnReopen) => {
                fixture.with_reopen(|| Arc::new(MemoryBlobStore::new()) as Arc<_>)
            }
            _ => fixture.with_reopen(move || Arc::clone(&same)),
        }
    };
    Suite::blob_store(fresh, block_on)
}

/// The backend: the parts of unfinished puts, and the blobs.
struct TestBackend {
    sound: Arc<MemoryBlobStore>,
    parts: Arc<AtomicUsize>,
}

impl Backend for TestBackend {
    fn kept(&self) -> BoxFuture<'static, Vec<String>> {
        let mut kept: Vec<_> = self.sound.keys().iter().map(ToString::to_string).collect();
        kept.extend((0..self.parts.load(Ordering::Relaxed)).map(|part| format!("part {part}")));
        std::future::ready(kept).boxed()
    }

    fn overwrite(&self, key: BlobKey, bytes: Bytes) -> BoxFuture<'static, ()> {
        let sound = Arc::clone(&self.sound);
        async move {
            sound.delete(key).await.expect("it can be deleted");
            let bytes = stream::iter([Ok(bytes)]);
            sound.put(key, Box::pin(bytes)).await.expect("the key is free");
        }
        .boxed()
    }
}

/// A part that exists for as long as its put is unfinished.
struct Part {
    parts: Arc<AtomicUsize>,
    stays: bool,
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.stays {
            self.parts.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Reads a body and keeps only what the checks read again, to save memory. Returns the bytes kept
/// and the result of the put.
async fn spill(mut body: ByteStream) -> Result<(Vec<Bytes>, Stored), StoreError> {
    let (mut kept, mut size, mut hash) = (Vec::new(), 0_u64, Sha256::new());
    while let Some(piece) = body.next().await {
        let broke = |_| StoreError::new(StoreErrorKind::Interrupted, "broken", "put");
        let piece = piece.map_err(broke)?;
        size += u64::try_from(piece.len()).expect("it fits");
        hash.update(&piece);
        if size <= KEPT {
            kept.push(piece);
        }
    }
    Ok((kept, Stored { size, digest: Digest::from_bytes(hash.finalize().into()) }))
}

/// Longer than every blob that is read again.
const KEPT: u64 = 16 << 20;

/// A store with one flaw.
#[derive(Debug)]
struct Broken {
    sound: Arc<MemoryBlobStore>,
    flaw: Option<Flaw>,
    parts: Arc<AtomicUsize>,
    /// The length of each blob.
    sizes: Mutex<HashMap<BlobKey, u64>>,
    /// The blobs read in full.
    remembered: Mutex<HashMap<BlobKey, Bytes>>,
}

impl Broken {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }
}

fn nothing() -> ByteStream {
    Box::pin(stream::empty())
}

/// Reads the bytes piece by piece, each on demand.
fn read_on_demand(store: Arc<MemoryBlobStore>, key: BlobKey, size: u64) -> ByteStream {
    Box::pin(stream::unfold(0, move |at| {
        let store = Arc::clone(&store);
        async move {
            let piece = store.get(key, Some(at..at + 65_536)).await.ok().flatten()?;
            let bytes = piece.bytes.map(|bytes| bytes.expect("memory can be read"));
            let bytes: Vec<_> = bytes.collect::<Vec<_>>().await.concat();
            (at < size).then(|| (Ok(bytes.into()), at + 65_536))
        }
    }))
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl BlobStore for Broken {
    async fn put(&self, key: BlobKey, body: ByteStream) -> Result<Stored, StoreError> {
        match self.flaw {
            Some(Flaw::Overwrites) => self.sound.delete(key).await?,
            Some(Flaw::ShowsEarly) => {
                let taken = self.sound.get(key, None).await?.is_some();
                if !taken {
                    self.sound.put(key, nothing()).await?;
                    let all: Vec<_> = body.collect().await;
                    self.sound.delete(key).await?;
                    return self.sound.put(key, Box::pin(stream::iter(all))).await;
                }
            }
            Some(Flaw::KeepsBrokenPuts) => {
                let all: Vec<_> = body.collect().await;
                let broke = all.iter().any(Result::is_err);
                let good = all.into_iter().take_while(Result::is_ok).collect::<Vec<_>>();
                let stored = self.sound.put(key, Box::pin(stream::iter(good))).await?;
                let error = StoreError::new(StoreErrorKind::Interrupted, "broken", "put");
                return if broke { Err(error) } else { Ok(stored) };
            }
            _ => {}
        }
        self.parts.fetch_add(1, Ordering::Relaxed);
        let parts = Arc::clone(&self.parts);
        let mut part = Part { parts, stays: self.has(Flaw::LeavesParts) };
        let body = match self.flaw {
            Some(Flaw::BuffersTheBody) => {
                let all: Vec<_> = body.collect().await;
                Box::pin(stream::iter(all)) as ByteStream
            }
            _ => body,
        };
        let taken = self.sound.get(key, None).await?.is_some();
        let (kept, mut stored) = spill(body).await?;
        if !taken || stored.size <= KEPT {
            let kept = stream::iter(kept.into_iter().map(Ok));
            let found = self.sound.put(key, Box::pin(kept)).await?;
            if stored.size <= KEPT {
                stored = found;
            }
        }
        part.stays = false;
        self.sizes.lock().expect("the lock is not poisoned").insert(key, stored.size);
        if stored.size == 0 && self.has(Flaw::LosesEmptyBlobs) {
            self.sound.delete(key).await?;
        }
        if self.has(Flaw::ReturnsWrongDigest) {
            stored.digest = Digest::from_bytes([0; 32]);
        }
        Ok(stored)
    }

    async fn get(
        &self,
        key: BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Blob>, StoreError> {
        let range = match range {
            Some(range) if self.has(Flaw::RangesAreOneByteLonger) => {
                Some(range.start..range.end + 1)
            }
            range => range,
        };
        let start = range.as_ref().map_or(0, |range| range.start);
        let is_whole = range.is_none();
        let Some(mut blob) = self.sound.get(key, range).await? else {
            let empty = Blob { size: 0, bytes: nothing() };
            return Ok(self.has(Flaw::FindsAnything).then_some(empty));
        };
        match self.flaw {
            Some(Flaw::EndsEarly) => {
                let sizes = self.sizes.lock().expect("the lock is not poisoned");
                blob.size = sizes.get(&key).copied().unwrap_or(blob.size);
            }
            Some(Flaw::ReturnsNothingBeyondTheEnd) if start >= blob.size && start > 0 => {
                return Ok(None);
            }
            Some(Flaw::CachesReads) if is_whole => {
                let bytes = blob.bytes.map(|piece| piece.expect("memory can be read"));
                let bytes = Bytes::from(bytes.collect::<Vec<_>>().await.concat());
                let mut remembered = self.remembered.lock().expect("the lock is not poisoned");
                let bytes = remembered.entry(key).or_insert(bytes).clone();
                blob.bytes = Box::pin(stream::iter([Ok(bytes)]));
            }
            Some(Flaw::ReadsLate) if is_whole => {
                blob.bytes = read_on_demand(Arc::clone(&self.sound), key, blob.size);
            }
            Some(Flaw::SwapsBytes) => {
                blob.bytes = Box::pin(
                    blob.bytes
                        .map(|piece| piece.map(|piece| piece.iter().rev().copied().collect())),
                );
            }
            _ => {}
        }
        Ok(Some(blob))
    }

    async fn delete(&self, key: BlobKey) -> Result<(), StoreError> {
        match self.flaw {
            Some(Flaw::DeletesNothing) => return Ok(()),
            Some(Flaw::DeletesANeighbor) => {
                let mut neighbor = *key.as_bytes();
                neighbor[15] ^= 1;
                self.sound.delete(BlobKey::from_bytes(neighbor)).await?;
            }
            Some(Flaw::FailsToDeleteMissingBlobs) if self.sound.get(key, None).await?.is_none() => {
                return Err(StoreError::new(StoreErrorKind::Unexpected, "broken", "delete"));
            }
            _ => {}
        }
        self.sound.delete(key).await
    }

    async fn direct(
        &self,
        key: BlobKey,
        options: &DirectOptions,
    ) -> Result<Option<DirectAddress>, StoreError> {
        let may = match self.sound.get(key, None).await? {
            None => self.has(Flaw::DirectsToMissingBlobs),
            Some(blob) => options.allows_size(blob.size) || self.has(Flaw::DirectsToOtherLengths),
        };
        let url = web::signed(key, options);
        let address = DirectAddress::new(url).expect("a valid address");
        Ok(may.then_some(address))
    }
}
