//! Comparison of a ZIP archive's directory with the headers of its files.
//!
//! Some programs extract what the directory lists, others what they find while reading the file.
//! Both see the same if the archive contains only the listed files, one after another, each with
//! the same name and length in both places.

use super::bytes::find;
use super::forward::Forward;
use crate::model::ids::BlobKey;
use crate::ports::StoreError;
use crate::ports::blob_store::BlobStore;
use rawzip::ZipFileHeaderRecord;
use rawzip::extra_fields::{ExtraFieldId, ExtraFields};

/// The length of a header without its name and extra fields (APPNOTE 4.3.7).
const HEADER_BYTES: u64 = 30;
const SIGNATURE: &[u8] = b"PK\x03\x04";
/// The maximum number of bytes between two files: a data descriptor and some padding.
const MAX_GAP_BYTES: u64 = 64 << 10;
/// The flag of a file whose length is stored after it.
const HAS_DESCRIPTOR: u16 = 8;
/// The flag of an encrypted file.
const IS_ENCRYPTED: u16 = 1;

/// The values of a directory entry that the file's header repeats.
#[derive(Debug)]
pub(super) struct Listed {
    offset: u64,
    name: Vec<u8>,
    /// Its names in Unicode, which some programs prefer (Info-ZIP).
    unicode_names: Vec<Vec<u8>>,
    method: u16,
    is_encrypted: bool,
    sizes: Sizes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sizes {
    checksum: u32,
    packed: u64,
    unpacked: u64,
}

impl Listed {
    pub(super) fn of(entry: &ZipFileHeaderRecord<'_>) -> Self {
        Self {
            offset: entry.local_header_offset(),
            name: entry.file_path().as_ref().to_vec(),
            unicode_names: unicode_names(entry.extra_fields()).map(<[u8]>::to_vec).collect(),
            method: entry.compression_method().as_u16(),
            is_encrypted: entry.flags().is_encrypted(),
            sizes: Sizes {
                checksum: entry.crc32(),
                packed: entry.compressed_size_hint(),
                unpacked: entry.uncompressed_size_hint(),
            },
        }
    }
}

/// Returns the contents of the extra fields with Unicode names (Info-ZIP), without version and
/// checksum.
pub(super) fn unicode_names<'a>(fields: ExtraFields<'a>) -> impl Iterator<Item = &'a [u8]> {
    let names = fields.filter(|(id, _)| *id == ExtraFieldId::INFO_ZIP_UNICODE_PATH);
    names.filter_map(|(_, field)| field.get(5..))
}

/// Returns whether the files of an archive match its directory, which begins at `directory`.
pub(super) async fn agree(
    blobs: &dyn BlobStore,
    blob: BlobKey,
    mut listed: Vec<Listed>,
    directory: u64,
) -> Result<bool, StoreError> {
    listed.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    if listed.windows(2).any(|pair| pair[0].name == pair[1].name) {
        return Ok(false);
    }
    listed.sort_unstable_by_key(|file| file.offset);
    if listed.last().is_some_and(|last| last.offset >= directory) {
        return Ok(false);
    }
    let ends: Vec<u64> = listed.iter().skip(1).map(|next| next.offset).chain([directory]).collect();
    let mut forward = Forward::new(blobs, blob, directory);
    for (file, end) in listed.iter().zip(ends) {
        let body = file.offset.saturating_add(HEADER_BYTES);
        if body > end {
            return Ok(false);
        }
        let fixed = forward.read(file.offset..body).await?;
        let Some(header) = Header::parse(&fixed) else { return Ok(false) };
        let data = body + header.name_bytes + header.extra_bytes;
        let Some(gap) = data.checked_add(file.sizes.packed).and_then(|data| end.checked_sub(data))
        else {
            return Ok(false);
        };
        let rest = forward.read(body..data).await?;
        if gap > MAX_GAP_BYTES || !header.agrees(file, &rest) {
            return Ok(false);
        }
        let between = forward.read(end - gap..end).await?;
        if find(&between, SIGNATURE).is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The header of a file.
struct Header {
    flags: u16,
    method: u16,
    sizes: Sizes,
    name_bytes: u64,
    extra_bytes: u64,
}

impl Header {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let short = |at: usize| Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
        let long = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        bytes.starts_with(SIGNATURE).then_some(())?;
        Some(Self {
            flags: short(6)?,
            method: short(8)?,
            sizes: Sizes {
                checksum: long(14)?,
                packed: u64::from(long(18)?),
                unpacked: u64::from(long(22)?),
            },
            name_bytes: u64::from(short(26)?),
            extra_bytes: u64::from(short(28)?),
        })
    }

    /// Returns whether the header matches the directory. `rest` contains its name and extra fields.
    fn agrees(&self, file: &Listed, rest: &[u8]) -> bool {
        let name_bytes = usize::try_from(self.name_bytes).unwrap_or(usize::MAX);
        let Some((name, extra)) = rest.split_at_checked(name_bytes) else { return false };
        let is_alias = |alias: &[u8]| {
            alias == file.name || file.unicode_names.iter().any(|name| name == alias)
        };
        let is_zero = |sizes: Sizes| sizes == Sizes { checksum: 0, packed: 0, unpacked: 0 };
        let sizes = self.sizes(extra);
        name == file.name
            && unicode_names(ExtraFields::new(extra)).all(is_alias)
            && self.method == file.method
            && (self.flags & IS_ENCRYPTED != 0) == file.is_encrypted
            && (sizes == file.sizes || (self.flags & HAS_DESCRIPTOR != 0 && is_zero(sizes)))
    }

    /// Returns the checksum and lengths, 64-bit lengths from their extra field (APPNOTE 4.5.3).
    fn sizes(&self, extra: &[u8]) -> Sizes {
        let mut sizes = self.sizes;
        let mut fields = ExtraFields::new(extra);
        let Some((_, mut field)) = fields.find(|(id, _)| *id == ExtraFieldId::ZIP64) else {
            return sizes;
        };
        for size in [&mut sizes.unpacked, &mut sizes.packed] {
            if *size == u64::from(u32::MAX)
                && let Some((long, rest)) = field.split_first_chunk()
            {
                (*size, field) = (u64::from_le_bytes(*long), rest);
            }
        }
        sizes
    }
}
