//! Detection of a ZIP archive appended to a file of another kind.

use super::forward::Forward;
use crate::model::ids::BlobKey;
use crate::ports::StoreError;
use crate::ports::blob_store::BlobStore;

/// The length of an archive's end record without its comment (APPNOTE 4.3.16).
const END_BYTES: usize = 22;
/// The length of the end record with the longest comment.
const MAX_END_BYTES: u64 = 22 + 0xffff;

/// Returns whether programs that look for an archive's directory from the end of the file would
/// find one.
///
/// Reads at most 64 KiB, and only if the file is longer than its known beginning.
pub(super) async fn has_archive(
    blobs: &dyn BlobStore,
    blob: BlobKey,
    size: u64,
    head: &[u8],
) -> Result<bool, StoreError> {
    if u64::try_from(head.len()) == Ok(size) {
        return Ok(ends_with_archive(head, size));
    }
    let start = size.saturating_sub(MAX_END_BYTES);
    let tail = Forward::new(blobs, blob, size).read(start..size).await?;
    Ok(ends_with_archive(&tail, size))
}

/// Returns whether a file of this size that ends with these bytes ends with an archive's end
/// record, whose comment has the stated length and whose directory fits into the file.
fn ends_with_archive(tail: &[u8], size: u64) -> bool {
    tail.windows(END_BYTES).enumerate().any(|(at, end)| {
        let short = |at: usize| u16::from_le_bytes([end[at], end[at + 1]]);
        let directory_bytes = u32::from_le_bytes([end[12], end[13], end[14], end[15]]);
        let behind = tail.len() - at;
        end.starts_with(b"PK\x05\x06")
            && behind == END_BYTES + usize::from(short(20))
            && short(10) > 0
            && (directory_bytes == u32::MAX
                || u64::from(directory_bytes)
                    <= size.saturating_sub(u64::try_from(behind).unwrap_or(size)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_found_by_its_end_alone() {
        let end = |entries: u16, directory: u32, comment: &[u8]| {
            let mut end = b"PK\x05\x06\0\0\0\0\0\0".to_vec();
            end.extend(entries.to_le_bytes());
            end.extend(directory.to_le_bytes());
            end.extend([0; 4]);
            end.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
            [&[b'x'; 100], &end[..], comment].concat()
        };
        let is_found = |bytes: &[u8]| ends_with_archive(bytes, bytes.len().try_into().unwrap());
        assert!(is_found(&end(1, 100, b"")));
        assert!(is_found(&end(3, 46, b"a comment, such as %%EOF")));
        assert!(is_found(&end(1, u32::MAX, b"")));
        let behind = [&end(1, 46, b"")[..], b"\nendstream endobj %%EOF"].concat();
        for other in [&end(0, 0, b"")[..], &end(1, 101, b""), &behind, b"PK\x05\x06", b""] {
            assert!(!is_found(other), "{}", other.escape_ascii());
        }
    }
}
