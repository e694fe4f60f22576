//! Detects a file's kind from its first bytes.
//!
//! Programs and scripts are looked for first, then the formats that libraries send, at the places
//! where their readers look for them, then everything else: a file that could be two things counts
//! as the harmful one.

use super::file_kind::FileKind;
use std::borrow::Cow;

/// How many of a file's first bytes are examined.
pub(crate) const HEAD_BYTES: usize = 8_192;

/// Where a PDF's header may begin at the latest (ISO 32000-1, annex H, note 13).
const PDF_HEADER_WITHIN: usize = 1_024;

/// A container, whose directory shows the kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// An OLE compound file: an old office document, an installer, a mail message and others.
    Compound,
    /// The bytes show it all.
    Plain(FileKind),
    /// A ZIP archive: an office document, a book and others.
    Zip,
}

pub(super) fn look_at(head: &[u8]) -> Head {
    let head = &head[..head.len().min(HEAD_BYTES)];
    if let Some(kind) = program(head) {
        return Head::Plain(kind);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Head::Zip;
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Head::Compound;
    }
    Head::Plain(image(head).or_else(|| readable(head)).unwrap_or_else(|| other(head)))
}

/// Programs, by the bytes by which systems recognize them.
fn program(head: &[u8]) -> Option<FileKind> {
    let kinds: [(&[u8], FileKind); 14] = [
        (b"MZ", FileKind::WindowsProgram),
        (b"\x7fELF", FileKind::UnixProgram),
        (b"\xfe\xed\xfa\xce", FileKind::MacProgram),
        (b"\xfe\xed\xfa\xcf", FileKind::MacProgram),
        (b"\xce\xfa\xed\xfe", FileKind::MacProgram),
        (b"\xcf\xfa\xed\xfe", FileKind::MacProgram),
        (b"\xca\xfe\xba\xbe\0\0\0", FileKind::MacProgram),
        (b"\xca\xfe\xba\xbf", FileKind::MacProgram),
        (b"\xca\xfe\xba\xbe", FileKind::JavaProgram),
        (b"\xca\xfe\xd0\x0d", FileKind::JavaProgram),
        (b"\0asm", FileKind::WasmProgram),
        (b"dex\n", FileKind::AndroidProgram),
        (b"dey\n", FileKind::AndroidProgram),
        (b"\x4c\0\0\0\x01\x14\x02\0", FileKind::WindowsShortcut),
    ];
    // Class files of Java have their version, of at least 45, where fat Mach-O files count at most
    // a handful of processors.
    let is_class = head.starts_with(b"\xca\xfe\xba\xbe")
        && matches!(head, [_, _, _, _, _, _, major, minor, ..] if u16::from_be_bytes([*major, *minor]) >= 45);
    if is_class {
        return Some(FileKind::JavaProgram);
    }
    kinds.into_iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, kind)| kind)
}

/// Pictures and DjVu, by signatures long enough that no text and no page begins with them.
fn image(head: &[u8]) -> Option<FileKind> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let at =
        |place: usize, magic: &[u8]| head.get(place..).is_some_and(|rest| rest.starts_with(magic));
    Some(match () {
        () if starts(b"\x89PNG\r\n\x1a\n") => FileKind::Png,
        () if starts(b"\xff\xd8\xff") => FileKind::Jpeg,
        () if starts(b"GIF87a") || starts(b"GIF89a") => FileKind::Gif,
        () if starts(b"RIFF") && at(8, b"WEBP") => FileKind::WebP,
        // Little and big end first; 42 is TIFF 6.0, 43 BigTIFF.
        () if starts(b"II\x2a\0") || starts(b"MM\0\x2a") => FileKind::Tiff,
        () if starts(b"II\x2b\0") || starts(b"MM\0\x2b") => FileKind::Tiff,
        () if starts(b"\0\0\0\x0cjP  \r\n\x87\n") => FileKind::Jpeg2000,
        () if starts(b"\xff\x4f\xff\x51") => FileKind::Jpeg2000,
        () if starts(b"AT&TFORM") && at(12, b"DJV") => FileKind::Djvu,
        () if is_bitmap(head) => FileKind::Bmp,
        () if is_heic(head) => FileKind::Heic,
        () => return None,
    })
}

/// Two letters are too few to identify a bitmap, so the reserved fields and the header's size count
/// too.
fn is_bitmap(head: &[u8]) -> bool {
    let field = |at: usize| {
        let bytes = head.get(at..at + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?))
    };
    head.starts_with(b"BM")
        && field(6) == Some(0)
        && matches!(field(14), Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// ISO/IEC 23008-12: a first box `ftyp` of a plausible size, whose brands have one of HEIF.
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
    // AVIF has the general brands too.
    major != b"avif"
        && major != b"avis"
        && (is_brand(major) || compatible.chunks_exact(4).any(is_brand))
}

/// Markup, scripts, PDF and plain text.
fn readable(head: &[u8]) -> Option<FileKind> {
    // Without zero bytes, text of 16 or 32 bits a character reads like any other, whichever end
    // comes first and whether or not a mark says so.
    let text: Vec<u8> = head.iter().copied().filter(|byte| *byte != 0).collect();
    let text = without_marks(&text);
    if let Some(kind) = script(text).or_else(|| markup(text)) {
        return Some(kind);
    }
    if let Some(at) = find(&head[..head.len().min(PDF_HEADER_WITHIN + 5)], b"%PDF-") {
        // A browser may treat the bytes before the header as a page.
        let before: Vec<u8> = head[..at].iter().copied().filter(|byte| *byte != 0).collect();
        let tag = before.windows(2).position(is_tag);
        return Some(tag.map_or(FileKind::Pdf, |tag| kind_of_markup(&before[tag..])));
    }
    for (start, media_type) in [
        (&b"{\\rtf"[..], "application/rtf"),
        (b"%!", "application/postscript"),
        (b"\x04%!", "application/postscript"),
        (b"\xc5\xd0\xd3\xc6", "application/postscript"),
    ] {
        if text.starts_with(start) {
            return Some(FileKind::Other(media_type.to_owned()));
        }
    }
    is_text(head).then_some(FileKind::PlainText)
}

/// What follows byte order marks, blanks and other characters that readers skip.
fn without_marks(mut text: &[u8]) -> &[u8] {
    loop {
        text = text.trim_ascii_start();
        let rest = [&b"\xef\xbb\xbf"[..], b"\xff\xfe", b"\xfe\xff", b"\x0b"]
            .iter()
            .find_map(|mark| text.strip_prefix(*mark));
        match rest {
            Some(rest) => text = rest,
            None => return text,
        }
    }
}

fn script(text: &[u8]) -> Option<FileKind> {
    let starts =
        |word: &[u8]| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    (starts(b"#!") || starts(b"@echo") || starts(b"<?php") || starts(b"<%"))
        .then_some(FileKind::Script)
}

/// Whatever begins with a tag, a comment, a declaration or an instruction.
fn markup(text: &[u8]) -> Option<FileKind> {
    text.get(..2).is_some_and(is_tag).then(|| kind_of_markup(text))
}

const fn is_tag(pair: &[u8]) -> bool {
    matches!(pair, [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'!' | b'?' | b'/' | b'%'])
}

/// Which of the three it is, for the message: each of them is refused.
fn kind_of_markup(text: &[u8]) -> FileKind {
    let text = text.to_ascii_lowercase();
    let has = |word: &[u8]| find(&text, word).is_some();
    if has(b"<html") || has(b"<!doctype html") {
        FileKind::Html
    } else if has(b"<svg") || has(b":svg") {
        FileKind::Svg
    } else if text.starts_with(b"<?xml") {
        FileKind::Xml
    } else {
        FileKind::Html
    }
}

/// Whether no byte of it is one that no text has (WHATWG MIME Sniffing, "binary data byte").
fn is_text(head: &[u8]) -> bool {
    let decoded = match head {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => Cow::Borrowed(head),
    };
    !decoded.is_empty()
        && !decoded
            .iter()
            .any(|byte| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x19 | 0x1c..=0x1f | 0x7f))
}

/// The low bytes of 16-bit characters, with 0 for what is none.
fn wide(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Cow<'static, [u8]> {
    let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    let decoded = char::decode_utf16(units)
        // The head may end within a pair.
        .map(|c| c.map_or(b'?', |c| u8::try_from(c).unwrap_or(b'?')))
        .collect();
    Cow::Owned(decoded)
}

/// Anything else that has a signature, for the message and for profiles that allow it.
fn other(head: &[u8]) -> FileKind {
    let known = infer::get(head).map(|kind| kind.mime_type());
    // Two-letter signatures, which random bytes can have too, identify nothing.
    match known {
        None | Some("application/x-llvm" | "application/x-x509-ca-cert") => FileKind::Unknown,
        Some("text/html") => FileKind::Html,
        Some("text/xml") => FileKind::Xml,
        Some("text/x-shellscript") => FileKind::Script,
        Some(media_type) => FileKind::Other(media_type.to_owned()),
    }
}

fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(head: &[u8]) -> FileKind {
        match look_at(head) {
            Head::Plain(kind) => kind,
            container => panic!("{container:?}"),
        }
    }

    fn utf16(text: &str, read: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(read).collect()
    }

    #[test]
    fn programs_are_recognized_whatever_follows() {
        let heads: [(&[u8], FileKind); 9] = [
            (b"MZ\x90\0%PDF-1.7", FileKind::WindowsProgram),
            (b"MZ", FileKind::WindowsProgram),
            (b"\x7fELF\x02\x01\x01\0", FileKind::UnixProgram),
            (b"\xcf\xfa\xed\xfe\x07\0\0\x01", FileKind::MacProgram),
            (b"\xca\xfe\xba\xbe\0\0\0\x02", FileKind::MacProgram),
            (b"\xca\xfe\xba\xbe\0\0\0\x3d", FileKind::JavaProgram),
            (b"\0asm\x01\0\0\0", FileKind::WasmProgram),
            (b"dex\n035\0", FileKind::AndroidProgram),
            (b"\x4c\0\0\0\x01\x14\x02\0\0\0", FileKind::WindowsShortcut),
        ];
        for (head, expected) in heads {
            assert_eq!(kind(head), expected, "{}", head.escape_ascii());
        }
    }

    #[test]
    fn markup_is_recognized_in_every_encoding() {
        let pages = [
            "<!DOCTYPE html><html><body>x</body></html>",
            "<html\n><body>",
            "<HTML>",
            "<meta charset=utf-8><script>alert(1)</script>",
            "<body onload=alert(1)>",
            "<script>alert(1)</script>",
            "<!-- a comment --><html>",
            " \t\r\n\u{c}\n <p>",
            "<iframe src=x>",
            "<b>bold</b>",
            "</p><script>",
            "<!-- %PDF-1.7 --><html>",
        ];
        let others = [
            ("<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", FileKind::Svg),
            ("<?xml version=\"1.0\"?><svg/>", FileKind::Svg),
            ("<?xml version=\"1.0\"?><s:svg xmlns:s='x'/>", FileKind::Svg),
            (
                "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
                FileKind::Html,
            ),
            ("<?xml version=\"1.0\"?><article/>", FileKind::Xml),
            ("<?php echo 1;", FileKind::Script),
            ("<% x %>", FileKind::Script),
            ("#!/bin/sh\n", FileKind::Script),
            ("@ECHO off\r\n", FileKind::Script),
        ];
        let pages = pages.into_iter().map(|page| (page, FileKind::Html));
        for (text, expected) in pages.chain(others) {
            let bom = "\u{feff}";
            let with_bom = format!("{bom}{text}");
            let forms = [
                text.as_bytes().to_vec(),
                with_bom.as_bytes().to_vec(),
                format!("{bom}\n {bom} {text}").into_bytes(),
                utf16(text, u16::to_le_bytes),
                utf16(text, u16::to_be_bytes),
                utf16(&with_bom, u16::to_le_bytes),
                utf16(&with_bom, u16::to_be_bytes),
                with_bom.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
                with_bom.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
            ];
            for form in forms {
                assert_eq!(kind(&form), expected, "{}", form.escape_ascii());
            }
        }
    }

    #[test]
    fn a_pdf_may_begin_late_but_not_behind_a_page() {
        assert_eq!(kind(b"%PDF-1.7\n"), FileKind::Pdf);
        assert_eq!(kind(b"\x1b%-12345X@PJL\r\n%PDF-1.4"), FileKind::Pdf);
        let late = |junk: usize| [vec![b'\x01'; junk], b"%PDF-1.4".to_vec()].concat();
        assert_eq!(kind(&late(1_024)), FileKind::Pdf);
        assert_eq!(kind(&late(1_025)), FileKind::Unknown);
        assert_eq!(kind(b"x <script>1</script> %PDF-1.4"), FileKind::Html);
        assert_eq!(kind(b"#!/bin/sh\n# %PDF-1.4"), FileKind::Script);
    }

    #[test]
    fn formats_that_libraries_send_are_recognized() {
        let djvu = b"AT&TFORM\0\0\0\x10DJVMDIRM";
        let webp = b"RIFF\x08\0\0\0WEBPVP8 ";
        let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
        let from_apple = b"\0\0\0\x3cftypmif1\0\0\0\0heicmif1heixheicmif1heixheicmif1heixheicheic";
        let bitmap = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
        let heads: [(&[u8], FileKind); 16] = [
            (b"II\x2a\0\x08\0\0\0", FileKind::Tiff),
            (b"MM\0\x2a\0\0\0\x08", FileKind::Tiff),
            (b"II\x2b\0\x08\0\0\0", FileKind::Tiff),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", FileKind::Jpeg),
            (b"\x89PNG\r\n\x1a\n", FileKind::Png),
            (b"GIF89a", FileKind::Gif),
            (webp, FileKind::WebP),
            (b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ", FileKind::Jpeg2000),
            (b"\xff\x4f\xff\x51\0\x2f", FileKind::Jpeg2000),
            (djvu, FileKind::Djvu),
            (heic, FileKind::Heic),
            (from_apple, FileKind::Heic),
            (bitmap, FileKind::Bmp),
            ("Über Eis".as_bytes(), FileKind::PlainText),
            (b"caf\xe9\r\n\x1a", FileKind::PlainText),
            (b"\xff\xfea\0b\0", FileKind::PlainText),
        ];
        for (head, expected) in heads {
            assert_eq!(kind(head), expected, "{}", head.escape_ascii());
        }
        assert_eq!(look_at(b"PK\x03\x04\x14\0"), Head::Zip);
        assert_eq!(look_at(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"), Head::Compound);
    }

    #[test]
    fn texts_are_not_mistaken_for_two_letter_signatures() {
        for text in
            ["BM is not a bitmap", "BCE 300 to 200", "ID numbers", "II. Chapter", "< 3 of 5"]
        {
            assert_eq!(kind(text.as_bytes()), FileKind::PlainText, "{text}");
        }
        assert_eq!(kind(b"<!--ftypheic--><script>1</script>"), FileKind::Html);
    }

    #[test]
    fn other_formats_are_recognized_by_their_signatures() {
        let other = |media_type: &str| FileKind::Other(media_type.to_owned());
        assert_eq!(kind(b"{\\rtf1 x}"), other("application/rtf"));
        assert_eq!(kind(b"%!PS-Adobe-3.0\n"), other("application/postscript"));
        assert_eq!(kind(b"\x1f\x8b\x08\0\0\0\0\0"), other("application/gzip"));
        assert_eq!(kind(b"7z\xbc\xaf\x27\x1c\0\x04"), other("application/x-7z-compressed"));
        assert_eq!(kind(b"\0\x01\x02\x03\x04"), FileKind::Unknown);
        assert_eq!(kind(b""), FileKind::Unknown);
    }
}
