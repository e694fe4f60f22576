use super::layout::Compression;
use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode, decode};

/// Decodes rows of a fax picture, as far as possible, to one bit per pixel. Each row begins at a
/// byte boundary, and 1 is black.
pub(super) fn unpack(
    packed: &[u8],
    compression: Compression,
    (width, rows): (u32, u32),
) -> Vec<u8> {
    let encoding = match compression {
        Compression::Fax4 => EncodingMode::Group4,
        Compression::Fax3In2D => EncodingMode::Group3_2D,
        _ => EncodingMode::Group3_1D,
    };
    let settings = DecodeSettings {
        columns: width,
        rows,
        end_of_block: compression != Compression::Fax,
        // End-of-line codes are detected automatically.
        end_of_line: false,
        rows_are_byte_aligned: compression == Compression::Fax,
        encoding,
        strict: false,
    };
    let row_bytes = usize::try_from(width.div_ceil(8)).unwrap_or(0);
    let most = usize::try_from(rows).unwrap_or(0).saturating_mul(row_bytes);
    let mut bits = Bits { width, row_bytes, most, bytes: Vec::new() };
    // Rows decoded before an error are kept.
    let _ = decode(packed, &mut bits, &mut DecoderContext::new(settings));
    bits.bytes
}

struct Bits {
    width: u32,
    row_bytes: usize,
    most: usize,
    bytes: Vec<u8>,
}

impl Decoder for Bits {
    fn push_row(&mut self, changes: &[u32]) {
        let start = self.bytes.len();
        if start >= self.most {
            return;
        }
        self.bytes.resize(start + self.row_bytes, 0);
        for black in changes.chunks(2) {
            let end = black.get(1).copied().unwrap_or(self.width).min(self.width);
            blacken(&mut self.bytes[start..], black[0], end);
        }
    }
}

/// Sets the bits from `start` up to but not including `end`.
fn blacken(row: &mut [u8], start: u32, end: u32) {
    let place = |bit: u32| (usize::try_from(bit / 8).unwrap_or(usize::MAX), bit % 8);
    let ((first, lead), (last, tail)) = (place(start), place(end));
    if start >= end || first >= row.len() {
        return;
    }
    let (head, foot) = (0xff_u8 >> lead, !(0xff_u8.checked_shr(tail).unwrap_or(0)));
    if first == last {
        row[first] |= head & foot;
        return;
    }
    row[first] |= head;
    let middle = row.len().min(last);
    row[first + 1..middle].fill(0xff);
    if let Some(byte) = row.get_mut(last) {
        *byte |= foot;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_set_across_bytes() {
        for (start, end, row) in [
            (0, 24, [0xff, 0xff, 0xff]),
            (3, 5, [0b0001_1000, 0, 0]),
            (7, 9, [1, 0x80, 0]),
            (4, 20, [0x0f, 0xff, 0xf0]),
            (8, 16, [0, 0xff, 0]),
            (5, 5, [0, 0, 0]),
            (23, 99, [0, 0, 1]),
        ] {
            let mut bytes = [0; 3];
            blacken(&mut bytes, start, end);
            assert_eq!(bytes, row, "{start}..{end}");
        }
    }

    #[test]
    fn garbage_yields_at_most_the_requested_rows() {
        use Compression::{Fax, Fax3, Fax3In2D, Fax4};
        let garbage: Vec<u8> =
            (0..4_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        for compression in [Fax, Fax3, Fax3In2D, Fax4] {
            let bytes = unpack(&garbage, compression, (100, 20));
            assert!(bytes.len() <= 20 * 13 && bytes.len().is_multiple_of(13), "{compression:?}");
        }
    }
}
