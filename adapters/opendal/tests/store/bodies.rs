//! Bodies to store, and helpers to compare them.

use bytes::Bytes;
use desktop_delivery::ids::{BlobKey, Digest};
use desktop_delivery::{BlobStore, ByteStream};
use futures_util::{TryStreamExt as _, stream};
use sha2::{Digest as _, Sha256};

pub(crate) const MIB: usize = 1024 * 1024;
pub(crate) const KEY: BlobKey = BlobKey::from_bytes([7; 16]);

/// Bytes that depend on their position.
pub(crate) fn bytes(length: usize) -> Bytes {
    let words = (0_u64..).map(|at| at.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17));
    words.flat_map(u64::to_le_bytes).take(length).collect()
}

pub(crate) fn pieces(data: &Bytes) -> Vec<Bytes> {
    let (mut rest, mut pieces) = (data.clone(), Vec::new());
    while !rest.is_empty() {
        pieces.push(rest.split_to(rest.len().min(65_521)));
    }
    pieces
}

pub(crate) fn body(data: &Bytes) -> ByteStream {
    Box::pin(stream::iter(pieces(data).into_iter().map(Ok)))
}

pub(crate) fn digest(data: &Bytes) -> Digest {
    Digest::from_bytes(Sha256::digest(data).into())
}

pub(crate) async fn read(store: &dyn BlobStore) -> Option<Vec<u8>> {
    let blob = store.get(KEY, None).await.expect("the store answers")?;
    let pieces: Vec<Bytes> = blob.bytes.try_collect().await.expect("the bytes can be read");
    Some(pieces.concat())
}
