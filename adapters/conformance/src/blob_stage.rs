//! Keys and contents for the checks of a blob store.

use crate::fixture::Fixture;
use bytes::Bytes;
use desktop_delivery::blob::Stored;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::{BlobStore, ByteStream};
use futures_util::stream;

pub(crate) type On = Fixture<dyn BlobStore>;

pub(crate) const fn key(number: u8) -> BlobKey {
    BlobKey::from_bytes([number; 16])
}

/// Returns bytes that depend on their position, so that a wrong slice is noticed.
pub(crate) fn bytes(length: usize, seed: u64) -> Bytes {
    let mut state = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let words = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state ^ (state >> 29)).to_le_bytes()
    });
    words.flatten().take(length).collect()
}

/// A stream of pieces of different lengths.
pub(crate) fn body(data: &Bytes) -> ByteStream {
    let mut pieces = Vec::new();
    let (mut at, mut size) = (0, 1);
    while at < data.len() {
        let end = (at + size).min(data.len());
        pieces.push(Ok(data.slice(at..end)));
        (at, size) = (end, size * 3 % 100_003);
    }
    Box::pin(stream::iter(pieces))
}

pub(crate) async fn put(on: &On, key: BlobKey, data: &Bytes) -> Stored {
    on.adapter.put(key, body(data)).await.expect("a put succeeds")
}
