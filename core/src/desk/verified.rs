use crate::model::ids::{BlobKey, Digest};
use crate::ports::blob_store::ByteStream;
use crate::ports::{StoreError, StoreErrorKind};
use bytes::Bytes;
use futures_core::Stream;
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

/// The number of blobs remembered as verified; at most twice as many, about 1 MB.
const SOUND: usize = 16_384;
/// The number of blobs remembered as corrupt; at most twice as many.
const CORRUPT: usize = 512;

/// The blobs that this process has read completely, by result.
///
/// Keys are used once and bytes never change, so a verified blob needs no second check before the
/// next scrub. Blobs that are dropped to bound the memory are verified again.
pub(super) struct VerifiedBlobs(Mutex<State>);

struct State {
    sound: Recent,
    corrupt: Recent,
}

/// A set that drops keys not used for a long time: no key is lost before the set has filled up
/// twice.
struct Recent {
    capacity: usize,
    newer: HashSet<BlobKey>,
    older: HashSet<BlobKey>,
}

impl Recent {
    fn of(capacity: usize) -> Self {
        Self { capacity, newer: HashSet::new(), older: HashSet::new() }
    }

    fn insert(&mut self, blob: BlobKey) {
        if self.newer.len() >= self.capacity {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(blob);
    }

    fn remove(&mut self, blob: BlobKey) {
        self.newer.remove(&blob);
        self.older.remove(&blob);
    }

    fn contains(&mut self, blob: BlobKey) -> bool {
        if self.newer.contains(&blob) {
            return true;
        }
        let was_older = self.older.remove(&blob);
        if was_older {
            self.insert(blob);
        }
        was_older
    }
}

impl Default for VerifiedBlobs {
    fn default() -> Self {
        Self(Mutex::new(State { sound: Recent::of(SOUND), corrupt: Recent::of(CORRUPT) }))
    }
}

impl VerifiedBlobs {
    /// Returns whether the blob was read completely and matched its digest.
    pub(super) fn is_sound(&self, blob: BlobKey) -> bool {
        self.with(|state| state.sound.contains(blob))
    }

    /// Returns whether the blob did not match its digest when it was last read completely.
    pub(super) fn is_corrupt(&self, blob: BlobKey) -> bool {
        self.with(|state| state.corrupt.contains(blob))
    }

    pub(super) fn note(&self, blob: BlobKey, is_sound: bool) {
        self.with(|State { sound, corrupt }| {
            let (now, before) = if is_sound { (sound, corrupt) } else { (corrupt, sound) };
            before.remove(blob);
            now.insert(blob);
        });
    }

    fn with<T>(&self, ask: impl FnOnce(&mut State) -> T) -> T {
        // A poisoned lock still guards whole sets.
        ask(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for VerifiedBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedBlobs").finish_non_exhaustive()
    }
}

/// Returns the error for bytes that differ from the attached ones.
pub(super) const fn corrupt() -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, "blob store", "read")
}

/// Passes on the bytes of a whole blob while hashing them, and withholds the last piece until the
/// digest matches: the reader of a corrupt blob gets an error before the end.
pub(super) struct Verifying {
    bytes: ByteStream,
    left: u64,
    hash: Sha256,
    digest: Digest,
    blob: BlobKey,
    verified: Arc<VerifiedBlobs>,
}

impl Verifying {
    pub(super) fn new(
        bytes: ByteStream,
        (size, digest): (u64, Digest),
        blob: BlobKey,
        verified: Arc<VerifiedBlobs>,
    ) -> Self {
        Self { bytes, left: size, hash: Sha256::new(), digest, blob, verified }
    }

    fn checked(&mut self, piece: Bytes) -> io::Result<Bytes> {
        let length = piece.len() as u64;
        self.hash.update(&piece);
        let is_sound = match self.left.checked_sub(length) {
            Some(0) => self.hash.finalize_reset().as_slice() == self.digest.as_bytes(),
            Some(left) => {
                self.left = left;
                return Ok(piece);
            }
            None => false,
        };
        self.left = 0;
        self.verified.note(self.blob, is_sound);
        if is_sound {
            return Ok(piece);
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, corrupt()))
    }
}

impl Stream for Verifying {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let piece = match ready!(self.bytes.as_mut().poll_next(task)) {
            Some(Ok(piece)) => self.checked(piece),
            Some(Err(error)) => Err(error),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        };
        if piece.is_err() {
            self.left = 0;
        }
        Poll::Ready(Some(piece))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> BlobKey {
        BlobKey::from_bytes((number as u128).to_be_bytes())
    }

    #[test]
    fn used_keys_are_kept_and_memory_is_bounded() {
        let verified = VerifiedBlobs::default();
        verified.note(key(0), true);
        for number in 1..10 * SOUND {
            verified.note(key(number), true);
            assert!(number % 1_000 != 0 || verified.is_sound(key(0)), "{number}");
        }
        assert!(!verified.is_sound(key(1)), "it was not used for long");
        let state = verified.0.lock().unwrap();
        assert!(state.sound.newer.len() + state.sound.older.len() <= 2 * SOUND);
    }

    #[test]
    fn the_last_finding_counts() {
        let verified = VerifiedBlobs::default();
        assert!(!verified.is_sound(key(1)) && !verified.is_corrupt(key(1)));
        for is_sound in [true, false, true] {
            verified.note(key(1), is_sound);
            assert_eq!(verified.is_sound(key(1)), is_sound);
            assert_eq!(verified.is_corrupt(key(1)), !is_sound);
        }
    }
}
