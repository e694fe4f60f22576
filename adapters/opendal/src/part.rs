use bytes::{Bytes, BytesMut};
use desktop_delivery::ByteStream;
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};
use std::io;

/// Splits a body into parts of equal length and hashes it.
///
/// Pieces are copied together, because a small piece may keep a large buffer alive.
pub(crate) struct Parts {
    body: ByteStream,
    rest: Bytes,
    length: usize,
    pub(crate) hasher: Sha256,
    pub(crate) size: u64,
}

impl Parts {
    pub(crate) fn new(body: ByteStream, length: usize) -> Self {
        Self { body, rest: Bytes::new(), length, hasher: Sha256::new(), size: 0 }
    }

    /// Returns the next part. It is shorter, or `None`, only at the end of the body.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let mut part = BytesMut::new();
        while part.len() < self.length {
            if self.rest.is_empty() {
                match self.body.next().await.transpose()? {
                    Some(piece) => self.rest = piece,
                    None => break,
                }
            }
            let piece = self.rest.split_to(self.rest.len().min(self.length - part.len()));
            self.hasher.update(&piece);
            part.extend_from_slice(&piece);
        }
        self.size += part.len() as u64;
        Ok((!part.is_empty()).then(|| part.freeze()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    #[tokio::test]
    async fn parts_do_not_depend_on_piece_sizes() {
        let bytes: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        for piece in [1_000, 65_536, 400_000] {
            let pieces: Vec<_> =
                bytes.chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            let mut parts = Parts::new(Box::pin(stream::iter(pieces)), 150_000);
            let mut got = Vec::new();
            while let Some(part) = parts.next().await.unwrap() {
                got.push(part);
            }
            let lengths: Vec<usize> = got.iter().map(Bytes::len).collect();
            assert_eq!(lengths, [150_000, 150_000, 100_000], "{piece}");
            assert!(got.concat() == bytes);
            assert_eq!(parts.size, 400_000);
            assert_eq!(parts.hasher.finalize(), Sha256::digest(&bytes));
        }
    }
}
