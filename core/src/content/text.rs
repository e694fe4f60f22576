//! Recognition of plain text in single-byte encodings, UTF-8 and UTF-16, with or without a byte
//! order mark.

use std::borrow::Cow;

/// The minimum number of bytes per unexpected control character. Extracted and scanned text has a
/// few of them, other formats have more.
const CONTROL_IN: usize = 100;

/// The minimum number of bytes recognized as UTF-16 without a byte order mark. Fewer are no
/// evidence.
const UNMARKED_BYTES: usize = 8;

/// Returns whether this is text: without zero bytes and almost without control characters.
pub(super) fn is_text(head: &[u8]) -> bool {
    let decoded = match head {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => match unmarked(head) {
            Some(read) => wide(head, read),
            None => Cow::Borrowed(head),
        },
    };
    let controls = decoded.iter().filter(|byte| is_binary(**byte)).count();
    !decoded.is_empty() && !decoded.contains(&0) && controls * CONTROL_IN <= decoded.len()
}

/// Returns how to read UTF-16 without a byte order mark: at least every second character must be
/// Latin-1, so that one of its bytes is zero, and none may be a control character or invalid.
fn unmarked(head: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    if head.len() < UNMARKED_BYTES || !head.len().is_multiple_of(2) || !head.contains(&0) {
        return None;
    }
    let orders: [fn([u8; 2]) -> u16; 2] = [u16::from_le_bytes, u16::from_be_bytes];
    orders.into_iter().find(|read| {
        let mut units: Vec<u16> =
            head.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        // The head may end within a surrogate pair.
        units.pop_if(|last| matches!(*last, 0xd800..=0xdbff));
        let latin = units.iter().filter(|unit| **unit <= 0xff).count();
        let is_text = |c: char| {
            let is_noncharacter = matches!(u32::from(c) & 0xffff, 0xfffe..=0xffff)
                || ('\u{fdd0}'..='\u{fdef}').contains(&c);
            !is_noncharacter
                && u8::try_from(c).map_or(true, |c| !is_binary(c) && !matches!(c, 0x80..=0x9f))
        };
        latin * 2 >= units.len()
            && char::decode_utf16(units).all(|decoded| decoded.is_ok_and(is_text))
    })
}

/// Returns whether text does not use this byte (a "binary data byte" in WHATWG MIME Sniffing,
/// except that DOS ended texts with 1A).
pub(super) const fn is_binary(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0b | 0x0e..=0x19 | 0x1c..=0x1f | 0x7f)
}

/// Returns whether any byte is one that text does not use.
pub(super) fn has_binary(bytes: &[u8]) -> bool {
    bytes.iter().any(|byte| is_binary(*byte))
}

/// Skips byte order marks, blanks and other characters ignored by readers.
pub(super) fn without_marks(mut text: &[u8]) -> &[u8] {
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

/// Returns the low bytes of 16-bit characters, with `?` for those that do not fit.
fn wide(bytes: &[u8], read: fn([u8; 2]) -> u16) -> Cow<'static, [u8]> {
    let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    let decoded = char::decode_utf16(units)
        // The head may end within a surrogate pair.
        .map(|c| c.map_or(b'?', |c| u8::try_from(c).unwrap_or(b'?')))
        .collect();
    Cow::Owned(decoded)
}
