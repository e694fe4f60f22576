//! Recognition of pictures and DjVu by their signatures and the structures that must follow.

use super::bytes::HEAD_BYTES;
use super::file_kind::FileKind;
use super::{markup, text};

/// The maximum offset of a page after a signature, which allows for a header of 8 bytes.
const PAGE_WITHIN: usize = 9;
/// The number of bytes that must be text for a tag-like sequence to count as a tag.
const TAG_BYTES: usize = 16;

/// Recognizes the picture that begins here.
///
/// A signature alone proves nothing, since anything can follow it. If a page follows directly, the
/// file is a page; if anything else follows, the format is not recognized.
pub(super) fn picture(head: &[u8]) -> Option<FileKind> {
    let starts = |signature: &[u8]| head.starts_with(signature);
    let (kind, signature_bytes, is_whole) = match () {
        () if starts(b"\x89PNG\r\n\x1a\n") => (FileKind::Png, 8, is_png(head)),
        () if starts(b"\xff\xd8\xff") => (FileKind::Jpeg, 3, is_jpeg(head)),
        () if starts(b"GIF87a") || starts(b"GIF89a") => (FileKind::Gif, 6, is_gif(head)),
        () if starts(b"RIFF") && has(head, 8, b"WEBP") => {
            (FileKind::WebP, 12, has(head, 12, b"VP8"))
        }
        // Both byte orders; 42 is TIFF 6.0, 43 is BigTIFF.
        () if starts(b"II\x2a\0") || starts(b"MM\0\x2a") => (FileKind::Tiff, 4, true),
        () if starts(b"II\x2b\0") || starts(b"MM\0\x2b") => (FileKind::Tiff, 4, true),
        () if starts(b"\0\0\0\x0cjP  \r\n\x87\n") => (FileKind::Jpeg2000, 12, true),
        () if starts(b"\xff\x4f\xff\x51") => (FileKind::Jpeg2000, 4, true),
        () if starts(b"AT&TFORM") && has(head, 12, b"DJV") => (FileKind::Djvu, 15, true),
        () if is_bitmap(head) => return Some(FileKind::Bmp),
        () if is_heic(head) => return Some(FileKind::Heic),
        () => return None,
    };
    let mut places = signature_bytes..signature_bytes + PAGE_WITHIN;
    if let Some(page) = places.find_map(|place| page(head.get(place..)?)) {
        return Some(page);
    }
    if is_whole {
        return Some(kind);
    }
    // A text may begin with "GIF89a".
    let is_text = kind == FileKind::Gif && !text::has_binary(head);
    (!is_text).then_some(FileKind::Unknown)
}

fn page(rest: &[u8]) -> Option<FileKind> {
    let rest = rest.trim_ascii_start();
    // Metadata (XMP) begins with an instruction of its own.
    if rest.starts_with(b"<?xpacket") {
        return None;
    }
    let is_text = !text::has_binary(&rest[..rest.len().min(TAG_BYTES)]);
    is_text.then(|| markup::markup(rest)).flatten()
}

fn has(head: &[u8], place: usize, word: &[u8]) -> bool {
    head.get(place..).is_some_and(|rest| rest.starts_with(word))
}

/// The first chunk must be `IHDR`, 13 bytes long, with valid values (ISO/IEC 15948 §11.2.2).
fn is_png(head: &[u8]) -> bool {
    let is_size = |size: &[u8]| size[0] < 0x80 && size.iter().any(|byte| *byte != 0);
    let Some(values) = head.get(16..29).filter(|_| has(head, 8, b"\0\0\0\x0dIHDR")) else {
        return false;
    };
    is_size(&values[..4])
        && is_size(&values[4..8])
        && matches!(values[8..], [1 | 2 | 4 | 8 | 16, 0 | 2 | 3 | 4 | 6, 0, 0, 0 | 1])
}

/// The first segment must have a length and be followed by another one.
fn is_jpeg(head: &[u8]) -> bool {
    let Some([marker @ 0xc0..=0xfe, high, low]) = head.get(3..6) else {
        // Fill bytes may precede a marker.
        return head.get(3) == Some(&0xff);
    };
    let end = 4 + usize::from(u16::from_be_bytes([*high, *low]));
    let is_beyond = head.len() == HEAD_BYTES && end >= HEAD_BYTES;
    // These markers have no segment, and a picture does not begin with them.
    !matches!(marker, 0xd0..=0xd9) && end >= 6 && (is_beyond || head.get(end) == Some(&0xff))
}

/// A block of a known kind must follow the screen's size and colors.
fn is_gif(head: &[u8]) -> bool {
    let Some(flags) = head.get(10) else { return false };
    let table = if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    let is_block = match head.get(13 + table..) {
        Some([0x2c, ..]) => true,
        Some([0x21, label, ..]) => matches!(label, 0x01 | 0xf9 | 0xfe | 0xff),
        _ => false,
    };
    is_block && text::has_binary(head)
}

/// Two letters are too few to identify a bitmap, so the reserved fields and the size of the header
/// are checked too.
fn is_bitmap(head: &[u8]) -> bool {
    let field = |at: usize| {
        let bytes = head.get(at..at + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    head.starts_with(b"BM")
        && field(6) == Some(0)
        && matches!(field(14), Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// The first box must be `ftyp` with a plausible size and a brand of HEIF (ISO/IEC 23008-12).
fn is_heic(head: &[u8]) -> bool {
    let Some(size) = head.first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes)) else {
        return false;
    };
    let end = usize::try_from(size).unwrap_or(usize::MAX);
    if !(16..=512).contains(&size) || head.get(4..8) != Some(b"ftyp") || head.len() < end {
        return false;
    }
    let (major, compatible) = (&head[8..12], &head[16..end]);
    let is_brand = |brand: &[u8]| {
        let brands: [&[u8; 4]; 10] = [
            b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1",
            b"msf1",
        ];
        brands.iter().any(|known| brand == *known)
    };
    // AVIF files also have the general brands.
    major != b"avif"
        && major != b"avis"
        && (is_brand(major) || compatible.chunks_exact(4).any(is_brand))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b";

    #[test]
    fn pictures_are_recognized_by_what_follows_the_signature() {
        let exif = [b"\xff\xd8\xff\xe1\xff\xfeExif\0\0".to_vec(), vec![7; HEAD_BYTES]].concat();
        let colors = [b"GIF87a\x10\0\x10\0\x80\0\0".as_slice(), &[9; 6], b"!\xf9\x04"].concat();
        let heads: [(&[u8], FileKind); 10] = [
            (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0", FileKind::Png),
            (b"\xff\xd8\xff\xe0\0\x06JFIF\xff\xdb\0\x43", FileKind::Jpeg),
            (b"\xff\xd8\xff\xdb\0\x04\x01\x02\xff\xc0", FileKind::Jpeg),
            (b"\xff\xd8\xff\xff\xe0", FileKind::Jpeg),
            (&exif[..HEAD_BYTES], FileKind::Jpeg),
            (GIF, FileKind::Gif),
            (&colors, FileKind::Gif),
            (b"RIFF\x08\0\0\0WEBPVP8 ", FileKind::WebP),
            (b"II\x2a\0\x08\0\0\0", FileKind::Tiff),
            (
                b"II\x2a\0\0\x01\0\0<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>",
                FileKind::Tiff,
            ),
        ];
        for (head, kind) in heads {
            assert_eq!(picture(head), Some(kind), "{}", head.escape_ascii());
        }
    }

    #[test]
    fn a_signature_followed_by_something_else_is_not_a_picture() {
        let heads: [(&[u8], FileKind); 19] = [
            (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR<html><script>1", FileKind::Html),
            (b"GIF89a\x01\0\x01\0\0\0\0<svg onload=alert(1)>", FileKind::Svg),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0<script>1</script>", FileKind::Html),
            (b"\x89PNG\r\n\x1a\n<html><script>1</script>", FileKind::Html),
            (b"\x89PNG\r\n\x1a\n\n<svg xmlns='x'>", FileKind::Svg),
            (b"GIF89a<html>", FileKind::Html),
            (b"GIF87a <!DOCTYPE html>", FileKind::Html),
            (b"\xff\xd8\xff<html><body>", FileKind::Html),
            (b"\xff\xd8\xff\xe0<script>1</script>", FileKind::Html),
            (b"\xff\xd8\xff\xfe\0\x20<html><body>1</body></html>\xff", FileKind::Html),
            (b"II\x2a\0<html>", FileKind::Html),
            (b"RIFF\0\0\0\0WEBP<html>", FileKind::Html),
            (b"\x89PNG\r\n\x1a\n", FileKind::Unknown),
            (b"\x89PNG\r\n\x1a\nwords", FileKind::Unknown),
            (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\0\0\0\0\x01\x08\x02\0\0\0", FileKind::Unknown),
            (
                b"\x89PNG\r\n\x1a\n\0\0\0\x0eIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0",
                FileKind::Unknown,
            ),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0 and words, not a picture", FileKind::Unknown),
            (b"GIF89a\0\0\0\0\0\0\0\0", FileKind::Unknown),
            (b"RIFF\0\0\0\0WEBP\0\0\0\0", FileKind::Unknown),
        ];
        for (head, kind) in heads {
            assert_eq!(picture(head), Some(kind), "{}", head.escape_ascii());
        }
        for text in ["GIF89a is a format", "GIF89a images, and others", "GIF87a", "RIFF WEBP BM"] {
            assert_eq!(picture(text.as_bytes()), None, "{text}");
        }
    }
}
