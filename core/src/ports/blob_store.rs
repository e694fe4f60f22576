use crate::model::ids::{BlobKey, Digest};
use crate::ports::StoreError;
use crate::ports::direct::{DirectAddress, DirectOptions};
use async_trait::async_trait;
use bytes::Bytes;
use futures_core::Stream;
use std::fmt::{self, Debug};
use std::io;
use std::ops::Range;
use std::pin::Pin;

/// Streams a file's bytes, in pieces of any size.
///
/// The end of the stream is the end of the file. A source that can stop before its end must
/// therefore fail with an error, not end: the receiver of an ordinary channel ends the same way
/// whether its sender was done or died. Use [`byte_channel`](crate::blob::byte_channel) there, or state
/// the length with [`NewFile::with_size`](crate::NewFile::with_size), which is checked.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// Keeps the bytes of attachments.
///
/// Keys are generated here and used once; the bytes of a key never change.
///
/// # Example
/// ```
/// # use desktop_delivery::{BlobStore, ByteStream};
/// # use desktop_delivery::ids::BlobKey;
/// # use desktop_delivery::memory::MemoryBlobStore;
/// # use futures_util::{TryStreamExt as _, stream};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # futures_executor::block_on(async {
/// let (blobs, key) = (MemoryBlobStore::new(), BlobKey::from_bytes([7; 16]));
/// let scan: ByteStream = Box::pin(stream::iter([Ok("%PDF-".into()), Ok("1.7".into())]));
/// assert_eq!(blobs.put(key, scan).await?.size, 8);
///
/// let part = blobs.get(key, Some(1..4)).await?.expect("it was put");
/// let pieces: Vec<_> = part.bytes.try_collect().await?;
/// assert_eq!((part.size, pieces.concat()), (8, b"PDF".to_vec()));
///
/// blobs.delete(key).await?;
/// assert!(blobs.get(key, None).await?.is_none());
/// # Ok(())
/// # })
/// # }
/// ```
///
/// # Contract
/// The names in parentheses are checks of the package `desktop-delivery-conformance`.
#[async_trait]
pub trait BlobStore: Debug + Send + Sync {
    /// Stores the bytes of `body` under `key`, to its end, and tells their length and SHA-256
    /// (`what_is_put_is_got`, `an_empty_blob_is_a_blob`, `put_tells_size_and_digest`).
    ///
    /// - Before it answers, the bytes are on stable storage (`a_stored_blob_is_durable`).
    /// - Nothing is visible under the key before that (`a_put_under_way_is_invisible`), and nothing
    ///   is left of a put that failed or was dropped (`a_broken_put_leaves_nothing`,
    ///   `a_dropped_put_leaves_nothing`), also no parts that take room
    ///   (`a_broken_put_leaves_no_parts`).
    /// - A key that is taken is refused with an error of kind `Unexpected`, and what it holds stays
    ///   (`a_taken_key_is_not_overwritten`, `of_parallel_puts_one_wins`).
    /// - Memory stays constant, whatever the length (`a_put_holds_little_of_its_body`).
    ///
    /// # Errors
    /// [`StoreError`]: `Interrupted` where `body` failed, with its error as the source; `Full`
    /// where no space is left; `Denied` where writing is not allowed.
    async fn put(&self, key: BlobKey, body: ByteStream) -> Result<Stored, StoreError>;

    /// Opens the bytes under `key`, all of them or `range`; `None` where there are none
    /// (`get_answers_none_for_an_unknown_key`, `a_range_is_cut_exactly`).
    ///
    /// A range ends at the blob's end where it reaches beyond it, and is empty where it begins
    /// there (`a_range_beyond_the_end_is_cut`). An open stream goes on to its end even if the blob
    /// is deleted meanwhile, or fails; it never gives other bytes
    /// (`an_open_stream_gives_no_other_bytes`). A stream that ends without an error has returned as
    /// many bytes as [`Blob::size`], even if the file was truncated behind the store's back
    /// (`a_read_of_cut_bytes_is_no_success`). Bytes that were changed there are read as they are,
    /// or fail, so that comparing digests finds damage (`a_read_shows_what_is_stored_now`).
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails; bytes that fail later fail in the stream.
    async fn get(
        &self,
        key: BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Blob>, StoreError>;

    /// Deletes the bytes under `key`, durably; succeeds where there are none
    /// (`a_deleted_blob_is_gone`, `deleting_what_is_gone_succeeds`,
    /// `deleting_touches_no_other_key`).
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn delete(&self, key: BlobKey) -> Result<(), StoreError>;

    /// Gives an address at which the store itself serves the bytes under `key` to any GET, with the
    /// headers asked for, until its time is over (`a_direct_address_gives_the_bytes`); changed in
    /// whatever way, it gives none of them (`a_tampered_direct_address_gives_nothing`).
    ///
    /// `None`, which is what most stores say, where there are no such addresses, where they could not
    /// serve the name and the type, and where nothing is stored
    /// (`a_direct_address_never_leads_to_nothing`): the caller then gives the bytes itself.
    ///
    /// What goes on at the address cannot be seen, counted or called back before its end.
    ///
    /// # Errors
    /// [`StoreError`] where the backend fails.
    async fn direct(
        &self,
        _key: BlobKey,
        _options: &DirectOptions,
    ) -> Result<Option<DirectAddress>, StoreError> {
        Ok(None)
    }
}

/// Tells what a [`BlobStore`] stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "every blob store makes it")]
pub struct Stored {
    /// The length, bytes.
    pub size: u64,
    /// The SHA-256.
    pub digest: Digest,
}

/// Holds an opened blob.
#[expect(clippy::exhaustive_structs, reason = "every blob store makes it")]
pub struct Blob {
    /// The length of the whole blob, bytes, whatever range was asked for.
    pub size: u64,
    /// The bytes asked for.
    pub bytes: ByteStream,
}

impl Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blob").field("size", &self.size).finish_non_exhaustive()
    }
}
