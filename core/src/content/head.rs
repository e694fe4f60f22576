//! Detection of a file's kind from its first bytes.
//!
//! Programs and scripts are checked first, then the formats commonly sent by libraries, at the
//! offsets where their readers look for them, then everything else. A file that could be two things
//! counts as the harmful one.

use super::bytes::{HEAD_BYTES, find};
use super::file_kind::{FileKind, STANDARD};
use super::{markup, pictures, programs, text};

/// The number of initial bytes that are searched for the section of a shortcut, which may follow
/// other lines.
pub(crate) const SEARCHED_BYTES: usize = 65_536;

/// The maximum offset of a PDF's header (ISO 32000-1, annex H, note 13).
const PDF_HEADER_WITHIN: usize = 1_024;

/// The result of examining the first bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// An OLE compound file: an old office document, an installer, a mail message and others.
    Compound,
    /// The first bytes identify the kind.
    Plain(FileKind),
    /// A ZIP archive: an office document, a book and others.
    Zip,
}

pub(super) fn look_at(start: &[u8]) -> Head {
    let start = &start[..start.len().min(SEARCHED_BYTES)];
    let head = &start[..start.len().min(HEAD_BYTES)];
    if let Some(kind) = programs::program(head) {
        return Head::Plain(kind);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Head::Zip;
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Head::Compound;
    }
    let kind = pictures::picture(head).or_else(|| readable(head, start));
    Head::Plain(kind.unwrap_or_else(|| other(head)))
}

/// Markup, scripts, PDF and plain text.
fn readable(head: &[u8], start: &[u8]) -> Option<FileKind> {
    let text = without_zeros(head);
    let text = text::without_marks(&text);
    let active = programs::script(text).or_else(|| programs::shortcut(&without_zeros(start)));
    if let Some(kind) = active.or_else(|| markup::markup(text)) {
        return Some(kind);
    }
    if let Some(kind) = pdf(head) {
        return Some(kind);
    }
    let starts = |start: &[u8]| text.starts_with(start);
    // Word accepts a shorter signature than the complete keyword.
    if starts(b"{\\rt") {
        return Some(FileKind::Other("application/rtf".to_owned()));
    }
    if is_postscript(text) {
        return Some(FileKind::Other("application/postscript".to_owned()));
    }
    text::is_text(head).then_some(FileKind::PlainText)
}

/// Removes zero bytes, so that text in UTF-16 or UTF-32 reads like any other, in either byte order
/// and with or without a byte order mark.
fn without_zeros(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().copied().filter(|byte| *byte != 0).collect()
}

/// Recognizes a PDF, unless a page precedes its header: a browser may show that page.
fn pdf(head: &[u8]) -> Option<FileKind> {
    let at = find(&head[..head.len().min(PDF_HEADER_WITHIN + 5)], b"%PDF-")?;
    let before = without_zeros(&head[..at]);
    if is_about_pdf(head, at) {
        return markup::has_page(&before).then_some(FileKind::Html);
    }
    let tag = markup::first_tag(&before);
    Some(tag.map_or(FileKind::Pdf, |tag| markup::kind_of(&before[tag..])))
}

/// Returns whether a text merely mentions the header of a PDF: the header is not alone on its line,
/// and no object follows it.
fn is_about_pdf(head: &[u8], at: usize) -> bool {
    let is_first = text::without_marks(&head[..at]).is_empty();
    let begins = is_first || matches!(head[at - 1], b'\r' | b'\n');
    let line = head[at + b"%PDF-".len()..].iter();
    let mut rest = line.skip_while(|byte| matches!(byte, b'0'..=b'9' | b'.' | b' ' | b'\t'));
    let ends = rest.next().is_none_or(|byte| !matches!(byte, b'!'..=b'~') || *byte == b'%');
    !(begins && ends) && text::is_text(head) && find(head, b" obj").is_none()
}

/// Recognizes PostScript and its fonts. TeX has lines that begin with the same two characters.
fn is_postscript(text: &[u8]) -> bool {
    let comment = text.strip_prefix(b"\x04").unwrap_or(text).strip_prefix(b"%!");
    let is_comment = |rest: &[u8]| {
        rest.starts_with(b"PS")
            || rest.starts_with(b"Font")
            || rest.first().is_none_or(|next| matches!(next, b'\r' | b'\n'))
    };
    comment.is_some_and(is_comment) || text.starts_with(b"\xc5\xd0\xd3\xc6")
}

/// Identifies any other format with a signature, for the message and for profiles that allow it.
fn other(head: &[u8]) -> FileKind {
    let known = infer::get(head).map(|kind| kind.mime_type());
    // Two-letter signatures also occur in random bytes and identify nothing.
    match known {
        None | Some("application/x-llvm" | "application/x-x509-ca-cert") => FileKind::Unknown,
        // A signature that was insufficient above.
        Some(media_type) if STANDARD.iter().any(|kind| kind.media_type() == media_type) => {
            FileKind::Unknown
        }
        Some("text/html") => FileKind::Html,
        Some("text/xml") => FileKind::Xml,
        Some("text/x-shellscript") => FileKind::Script,
        Some(media_type) => FileKind::Other(media_type.to_owned()),
    }
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
            ("[InternetShortcut]\r\nURL=file:///c:/x.exe", FileKind::WindowsShortcut),
            ("[Desktop Entry]\nExec=calc", FileKind::Script),
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
    fn a_pdf_header_may_be_late_but_not_after_a_page() {
        assert_eq!(kind(b"%PDF-1.7\n"), FileKind::Pdf);
        assert_eq!(kind(b"\x1b%-12345X@PJL\r\n%PDF-1.4"), FileKind::Pdf);
        let late = |junk: usize| [vec![b'\x01'; junk], b"%PDF-1.4".to_vec()].concat();
        assert_eq!(kind(&late(1_024)), FileKind::Pdf);
        assert_eq!(kind(&late(1_025)), FileKind::Unknown);
        assert_eq!(kind(b"x <script>1</script> %PDF-1.4"), FileKind::Html);
        assert_eq!(kind(b"#!/bin/sh\n# %PDF-1.4"), FileKind::Script);
        assert_eq!(kind(b"\xef\xbb\xbf%PDF-1.4%\xe2\xe3"), FileKind::Pdf);
        assert_eq!(kind(b"%PDF-1.4 made by a program\n1 0 obj\n"), FileKind::Pdf);
        for text in ["%PDF is a format", "%PDF-1.7 is a format", "Readers look for \"%PDF-1.4\"."] {
            assert_eq!(kind(text.as_bytes()), FileKind::PlainText, "{text}");
        }
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
            (b"\xff\xd8\xff\xe0\0\x06JFIF\xff\xdb", FileKind::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0", FileKind::Png),
            (b"GIF89a\x01\0\x01\0\0\0\0\x2c", FileKind::Gif),
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
    fn texts_are_not_mistaken_for_formats_that_begin_alike() {
        for text in [
            "BM is not a bitmap",
            "BCE 300 to 200",
            "ID numbers",
            "II. Chapter",
            "< 3 of 5",
            "MZUMBE University, Morogoro",
            "PK is a postal code",
            "PK\n\nParis, 1889",
            "GIF89a is a format",
            "RIFF is a format",
            "%!TEX program = xelatex\n",
            "#!important notes",
            "@echo is a command",
            "REM a comment\r\ndel x\r\n",
            "@article{ice, title = {On Ice Ages}}",
            "TY  - JOUR\r\nTI  - On Ice Ages\r\nER  - \r\n",
            "%0 Journal Article\n%T On Ice Ages\n",
            "<abstract>On Ice Ages</abstract>",
            "<rss version=\"2.0\"></rss>",
            "# Title\n\nSome <b>bold</b> words, a <br> and <script>.\n",
            "PAGE 1\u{c}PAGE 2\u{c}",
            "\u{feff}Über Eis",
            "Rar! and 7z are formats",
            "---\ntitle: On Ice Ages\n---\n",
            "{\"title\": \"On Ice Ages\"}",
        ] {
            assert_eq!(kind(text.as_bytes()), FileKind::PlainText, "{text}");
        }
        assert_eq!(kind(b"<!--ftypheic--><script>1</script>"), FileKind::Html);
    }

    #[test]
    fn text_in_utf_16_needs_no_byte_order_mark() {
        let emoji = "Ice \u{1f9ca} ages ".repeat(500);
        for text in
            ["On Ice Ages\r\n", "Sur les âges glaciaires : « œuvre »", "Über\tEis", emoji.as_str()]
        {
            for read in [u16::to_le_bytes, u16::to_be_bytes] {
                let bytes = utf16(text, read);
                assert_eq!(kind(&bytes), FileKind::PlainText, "{text}");
                if bytes.len() < HEAD_BYTES {
                    let half = &bytes[..bytes.len() - 1];
                    assert_eq!(kind(half), FileKind::Unknown, "{text}: half a unit");
                }
            }
        }
        for units in [
            &[0x49, 0, 0x63, 0x65, 0x20, 0x61][..],
            &[0x49, 0x63, 0x65, 0x01, 0x20, 0x61],
            &[0x49, 0x63, 0x65, 0x85, 0x20, 0x61],
            &[0x49, 0x63, 0x65, 0xdc00, 0x20, 0x61],
            &[0x49, 0x63, 0x65, 0xffff, 0x20, 0x61],
            &[0x49, 0x4e01, 0x4e02, 0x4e03, 0x4e04, 0x4e05],
            &[0x49, 0x63, 0x65],
        ] {
            let bytes: Vec<u8> = units.iter().flat_map(|unit| u16::to_le_bytes(*unit)).collect();
            assert_eq!(kind(&bytes), FileKind::Unknown, "{units:x?}");
        }
    }

    #[test]
    fn extracted_text_may_have_a_few_control_characters() {
        let page = "trans\u{2}\nlation of ice ".repeat(40);
        let stray = format!("{page}{}", "and of snow ".repeat(400));
        assert_eq!(kind(stray.as_bytes()), FileKind::PlainText);
        assert_eq!(kind(page.as_bytes()), FileKind::Unknown);
        assert_eq!(kind(format!("{stray}\0").as_bytes()), FileKind::Unknown);
    }

    #[test]
    fn other_formats_are_recognized_by_their_signatures() {
        let other = |media_type: &str| FileKind::Other(media_type.to_owned());
        assert_eq!(kind(b"{\\rtf1 x}"), other("application/rtf"));
        assert_eq!(kind(b"%!PS-Adobe-3.0\n"), other("application/postscript"));
        assert_eq!(kind(b"\x1f\x8b\x08\0\0\0\0\0"), other("application/gzip"));
        assert_eq!(kind(b"7z\xbc\xaf\x27\x1c\0\x04"), other("application/x-7z-compressed"));
        assert_eq!(kind(b"\0\x01\x02\x03\x04"), FileKind::Unknown);
        // A signature alone does not identify a bitmap or a picture.
        assert_eq!(kind(b"BM\0\x01\x02\x03"), FileKind::Unknown);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n"), FileKind::Unknown);
        assert_eq!(kind(b""), FileKind::Unknown);
    }
}
