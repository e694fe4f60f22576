mod web;

use async_trait::async_trait;
use desktop_delivery::{
    Blob, BlobKey, BlobStore, ByteStream, Digest, DirectAddress, DirectOptions, MemoryBlobStore,
    StoreError, StoreErrorKind, Stored,
};
use desktop_delivery_conformance::{Fixture, Suite};
use futures_executor::block_on;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use std::ops::Range;
use std::sync::Arc;
use web::Web;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    CutsOneByteMore,
    DeletesANeighbor,
    DeletesNothing,
    DirectsToNothing,
    FindsAnything,
    ForgetsOnReopen,
    GivesNothingBeyondTheEnd,
    KeepsWhatBrokeOff,
    LosesEmptyBlobs,
    MissesWhatIsGone,
    Overwrites,
    ReadsLate,
    ShowsEarly,
    ServesAnyAddress,
    ServesNoName,
    SwapsBytes,
    TellsNoDigest,
}

pub(crate) const FLAWS: &[(Flaw, &[&str])] = &[
    (Flaw::CutsOneByteMore, &["a_range_is_cut_exactly"]),
    (Flaw::DeletesANeighbor, &["deleting_touches_no_other_key"]),
    (Flaw::DeletesNothing, &["a_deleted_blob_is_gone"]),
    (Flaw::DirectsToNothing, &["a_direct_address_never_leads_to_nothing"]),
    (Flaw::FindsAnything, &["get_answers_none_for_an_unknown_key"]),
    (Flaw::ForgetsOnReopen, &["a_stored_blob_is_durable"]),
    (Flaw::GivesNothingBeyondTheEnd, &["a_range_beyond_the_end_is_cut"]),
    (Flaw::KeepsWhatBrokeOff, &["a_broken_put_leaves_nothing"]),
    (Flaw::LosesEmptyBlobs, &["an_empty_blob_is_a_blob"]),
    (Flaw::MissesWhatIsGone, &["deleting_what_is_gone_succeeds"]),
    (Flaw::Overwrites, &["a_taken_key_is_not_overwritten", "of_parallel_puts_one_wins"]),
    (Flaw::ReadsLate, &["an_open_stream_gives_no_other_bytes"]),
    (Flaw::ServesAnyAddress, &["a_tampered_direct_address_gives_nothing"]),
    (Flaw::ServesNoName, &["a_direct_address_gives_the_bytes"]),
    (Flaw::ShowsEarly, &["a_dropped_put_leaves_nothing", "a_put_under_way_is_invisible"]),
    (Flaw::SwapsBytes, &["what_is_put_is_got"]),
    (Flaw::TellsNoDigest, &["put_tells_size_and_digest"]),
];

pub(crate) fn suite(flaw: Option<Flaw>) -> Suite {
    let fresh = move || {
        let store = Arc::new(Broken { sound: Arc::new(MemoryBlobStore::new()), flaw });
        let web = Web { blobs: Arc::clone(&store.sound), flaw };
        let fixture = Fixture::new(store as Arc<dyn BlobStore>).with_fetch(move |url| {
            let web = web.clone();
            async move { web.fetch(&url).await }.boxed()
        });
        match flaw {
            Some(Flaw::ForgetsOnReopen) => {
                fixture.with_reopen(|| Arc::new(MemoryBlobStore::new()) as Arc<_>)
            }
            _ => fixture,
        }
    };
    Suite::blob_store(fresh, block_on)
}

/// Keeps every promise but one.
#[derive(Debug)]
struct Broken {
    sound: Arc<MemoryBlobStore>,
    flaw: Option<Flaw>,
}

impl Broken {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }
}

fn nothing() -> ByteStream {
    Box::pin(stream::empty())
}

/// Reads the bytes piece by piece, each when it is asked for.
fn late(store: Arc<MemoryBlobStore>, key: BlobKey, size: u64) -> ByteStream {
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
            Some(Flaw::KeepsWhatBrokeOff) => {
                let all: Vec<_> = body.collect().await;
                let broke = all.iter().any(Result::is_err);
                let good = all.into_iter().take_while(Result::is_ok).collect::<Vec<_>>();
                let stored = self.sound.put(key, Box::pin(stream::iter(good))).await?;
                let error = StoreError::new(StoreErrorKind::Interrupted, "broken", "put");
                return if broke { Err(error) } else { Ok(stored) };
            }
            _ => {}
        }
        let mut stored = self.sound.put(key, body).await?;
        if stored.size == 0 && self.has(Flaw::LosesEmptyBlobs) {
            self.sound.delete(key).await?;
        }
        if self.has(Flaw::TellsNoDigest) {
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
            Some(range) if self.has(Flaw::CutsOneByteMore) => Some(range.start..range.end + 1),
            range => range,
        };
        let start = range.as_ref().map_or(0, |range| range.start);
        let is_whole = range.is_none();
        let Some(mut blob) = self.sound.get(key, range).await? else {
            let empty = Blob { size: 0, bytes: nothing() };
            return Ok(self.has(Flaw::FindsAnything).then_some(empty));
        };
        match self.flaw {
            Some(Flaw::GivesNothingBeyondTheEnd) if start >= blob.size && start > 0 => {
                return Ok(None);
            }
            Some(Flaw::ReadsLate) if is_whole => {
                blob.bytes = late(Arc::clone(&self.sound), key, blob.size);
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
            Some(Flaw::MissesWhatIsGone) if self.sound.get(key, None).await?.is_none() => {
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
        let is_there = self.sound.get(key, None).await?.is_some();
        let url = web::signed(key, options);
        let address = DirectAddress::new(url).expect("it is an address");
        Ok((is_there || self.has(Flaw::DirectsToNothing)).then_some(address))
    }
}
