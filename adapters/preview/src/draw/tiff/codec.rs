use super::fax;
use super::layout::{Compression, Layout};
use flate2::bufread::ZlibDecoder;
use std::borrow::Cow;
use std::io::{Cursor, Read as _};
use weezl::decode::Decoder as LzwDecoder;
use weezl::{BitOrder, LzwStatus};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The maximum size of a decoded strip or tile in bytes.
const MOST: usize = 512 << 20;

/// The samples of one strip or tile, 1, 2, 4 or 8 bits each, row by row.
#[derive(Debug)]
pub(super) struct Chunk<'a> {
    bytes: Cow<'a, [u8]>,
    row_bytes: usize,
    bits: u16,
}

impl<'a> Chunk<'a> {
    /// Decodes a strip or tile of this width and height in pixels. Returns `None` if nothing can be
    /// decoded.
    pub(super) fn unpack(layout: &Layout<'a>, index: usize, size: (u32, u32)) -> Option<Self> {
        let packed = layout.packed(index)?;
        if layout.compression == Compression::Jpeg {
            return Self::jpeg(layout, packed, size);
        }
        let packed = match layout.is_reversed {
            true => packed.iter().map(|byte| byte.reverse_bits()).collect(),
            false => Cow::Borrowed(packed),
        };
        let (width, rows) = (usize::try_from(size.0).ok()?, usize::try_from(size.1).ok()?);
        let samples = if layout.is_planar { 1 } else { layout.samples };
        let bits_in_row = width.checked_mul(samples)?.checked_mul(layout.bits.into())?;
        let row_bytes = bits_in_row.div_ceil(8);
        let is_subsampled = layout.is_subsampled();
        let length = match is_subsampled {
            true => shared_length(layout.subsampling, (width, rows))?,
            false => row_bytes.checked_mul(rows)?,
        };
        if length > MOST {
            return None;
        }
        let bytes = match layout.compression {
            Compression::None => first(packed, length),
            Compression::Lzw => lzw(&packed, length).into(),
            Compression::Deflate => deflate(&packed, length).into(),
            Compression::PackBits => pack_bits(&packed, length).into(),
            fax => fax::unpack(&packed, fax, size).into(),
        };
        let bytes = match (is_subsampled, layout.bits) {
            (true, _) => spread(&bytes, layout.subsampling, (width, rows)).into(),
            (false, 16) => {
                let step = layout.has_differences.then_some(samples);
                upper_bytes(&bytes, row_bytes, layout.is_little_endian, step).into()
            }
            (false, 8) if layout.has_differences => {
                let mut bytes = bytes.into_owned();
                bytes.chunks_mut(row_bytes).for_each(|row| add_up(row, samples));
                bytes.into()
            }
            _ => bytes,
        };
        let (bits, row_bytes) =
            if layout.bits == 16 { (8, row_bytes / 2) } else { (layout.bits, row_bytes) };
        (bytes.len() >= row_bytes).then_some(Self { bytes, row_bytes, bits })
    }

    /// Decodes a JPEG, whose tables may be stored separately (TIFF Technical Note 2).
    fn jpeg(layout: &Layout<'a>, packed: &[u8], (width, _): (u32, u32)) -> Option<Self> {
        let packed = match layout.jpeg_tables {
            // Both are complete streams: the end of the first and the start of the second are
            // removed.
            Some(tables) if tables.starts_with(b"\xff\xd8") && packed.starts_with(b"\xff\xd8") => {
                let tables = tables.strip_suffix(b"\xff\xd9").unwrap_or(tables);
                [tables, &packed[2..]].concat().into()
            }
            _ => Cow::Borrowed(packed),
        };
        let samples = if layout.is_planar { 1 } else { layout.samples };
        let options = DecoderOptions::new_safe();
        let mut decoder = JpegDecoder::new_with_options(Cursor::new(&packed[..]), options);
        decoder.decode_headers().ok()?;
        let within = decoder.input_colorspace()?;
        // Without declared YCbCr, the colors are not converted.
        let wanted = if layout.has_ycc_jpeg && samples == 3 { ColorSpace::RGB } else { within };
        decoder.set_options(options.jpeg_set_out_colorspace(wanted));
        let row_pixels = usize::from(decoder.info()?.width);
        let length = decoder.output_buffer_size().filter(|length| *length <= MOST)?;
        let row_bytes = row_pixels.checked_mul(samples)?;
        let fits = wanted.num_components() == samples
            && row_pixels >= usize::try_from(width).ok()?
            && length >= row_bytes;
        let bytes = if fits { decoder.decode().ok()? } else { return None };
        Some(Self { bytes: bytes.into(), row_bytes, bits: 8 })
    }

    /// Returns whether row `y`, counted from 0, exists.
    pub(super) fn has(&self, y: usize) -> bool {
        self.bytes.len() / self.row_bytes.max(1) > y
    }

    /// The maximum value of a sample.
    pub(super) const fn most(&self) -> u8 {
        0xff >> (8 - self.bits)
    }

    /// Writes the first samples of row `y` to every `step`th position of `to`, starting at
    /// `offset`.
    pub(super) fn row(&self, y: usize, to: &mut [u8], (offset, step): (usize, usize)) {
        let start = y * self.row_bytes;
        let row = self.bytes.get(start..start + self.row_bytes).unwrap_or_default();
        let to = to.iter_mut().skip(offset).step_by(step);
        if self.bits == 8 {
            to.zip(row).for_each(|(to, value)| *to = *value);
            return;
        }
        let (per_byte, most) = (8 / usize::from(self.bits), self.most());
        let values = row.iter().flat_map(|byte| {
            (1..=per_byte).map(move |place| (byte >> (8 - usize::from(self.bits) * place)) & most)
        });
        to.zip(values).for_each(|(to, value)| *to = value);
    }
}

fn first(bytes: Cow<'_, [u8]>, length: usize) -> Cow<'_, [u8]> {
    match bytes {
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[..length.min(bytes.len())]),
        Cow::Owned(mut bytes) => {
            bytes.truncate(length);
            Cow::Owned(bytes)
        }
    }
}

/// Decodes LZW (TIFF 6.0, section 13) with either bit order; the older order is recognized by its
/// first code.
fn lzw(packed: &[u8], length: usize) -> Vec<u8> {
    let mut decoder = match packed {
        [0, second, ..] if second & 1 == 1 => LzwDecoder::new(BitOrder::Lsb, 8),
        _ => LzwDecoder::with_tiff_size_switch(BitOrder::Msb, 8),
    };
    let (mut bytes, mut read, mut written) = (vec![0; length], 0, 0);
    while written < length {
        let step = decoder.decode_bytes(&packed[read..], &mut bytes[written..]);
        read += step.consumed_in;
        written += step.consumed_out;
        let is_stuck = step.consumed_in == 0 && step.consumed_out == 0;
        if is_stuck || !matches!(step.status, Ok(LzwStatus::Ok)) {
            break;
        }
    }
    bytes.truncate(written);
    bytes
}

fn deflate(packed: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Truncated data is decoded as far as possible; the length shows what is missing.
    let most = u64::try_from(length).unwrap_or(u64::MAX);
    let _ = ZlibDecoder::new(packed).take(most).read_to_end(&mut bytes);
    bytes
}

/// Decodes PackBits (TIFF 6.0, section 9).
fn pack_bits(packed: &[u8], length: usize) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::with_capacity(length.min(1 << 20)), packed);
    while let (Some((head, behind)), true) = (rest.split_first(), bytes.len() < length) {
        rest = behind;
        match *head {
            // `count` + 1 literal bytes.
            count @ 0..=127 => {
                let (some, behind) = rest.split_at(rest.len().min(usize::from(count) + 1));
                bytes.extend_from_slice(some);
                rest = behind;
            }
            128 => {}
            // One byte, repeated.
            count => {
                let Some((byte, behind)) = rest.split_first() else { break };
                bytes.resize(bytes.len() + 257 - usize::from(count), *byte);
                rest = behind;
            }
        }
    }
    bytes.truncate(length);
    bytes
}

/// Adds to each sample the previous one of the same channel (TIFF 6.0, section 14).
fn add_up(row: &mut [u8], samples: usize) {
    for at in samples..row.len() {
        row[at] = row[at].wrapping_add(row[at - samples]);
    }
}

/// Returns the upper bytes of 16-bit samples, which suffice for drawing. If samples are
/// differences, they are added up first; samples of the same channel are `step` apart.
fn upper_bytes(
    bytes: &[u8],
    row_bytes: usize,
    is_little_endian: bool,
    step: Option<usize>,
) -> Vec<u8> {
    let mut upper = Vec::with_capacity(bytes.len() / 2);
    for row in bytes.chunks(row_bytes) {
        let sample = |pair: &[u8]| match is_little_endian {
            true => u16::from_le_bytes([pair[0], pair[1]]),
            false => u16::from_be_bytes([pair[0], pair[1]]),
        };
        let mut values: Vec<u16> = row.chunks_exact(2).map(sample).collect();
        if let Some(step) = step {
            for at in step..values.len() {
                values[at] = values[at].wrapping_add(values[at - step]);
            }
        }
        upper.extend(values.iter().map(|value| value.to_be_bytes()[0]));
    }
    upper
}

/// Returns the length of subsampled pixels (TIFF 6.0, section 21): each block contains the luma of
/// every pixel, followed by two chroma bytes.
fn shared_length((across, down): (usize, usize), (width, rows): (usize, usize)) -> Option<usize> {
    let blocks = width.div_ceil(across).checked_mul(rows.div_ceil(down))?;
    blocks.checked_mul(across * down + 2)
}

/// Expands subsampled pixels to three bytes each.
fn spread(bytes: &[u8], (across, down): (usize, usize), (width, rows): (usize, usize)) -> Vec<u8> {
    let block = across * down + 2;
    let line = width.div_ceil(across) * block;
    let whole_lines = bytes.len() / line.max(1);
    let rows = rows.min(whole_lines * down);
    let mut pixels = Vec::with_capacity(rows * width * 3);
    for y in 0..rows {
        for x in 0..width {
            let start = y / down * line + x / across * block;
            let Some(block) = bytes.get(start..start + block) else { return pixels };
            let luma = block[y % down * across + x % across];
            pixels.extend([luma, block[across * down], block[across * down + 1]]);
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pack_bits_decodes_the_example_of_the_standard() {
        // The example of TIFF 6.0, section 9, given in full in Apple's technical note.
        let packed = b"\xfe\xaa\x02\x80\x00\x2a\xfd\xaa\x03\x80\x00\x2a\x22\xf7\xaa";
        let bytes = pack_bits(packed, 24);
        assert_eq!(bytes[..9], *b"\xaa\xaa\xaa\x80\x00\x2a\xaa\xaa\xaa");
        assert_eq!(bytes.len(), 24);
        assert_eq!(pack_bits(packed, 5), b"\xaa\xaa\xaa\x80\x00");
        assert_eq!(pack_bits(b"\x80\x05ab", 9), b"ab");
        assert_eq!(pack_bits(b"\xfe", 9), b"");
    }

    #[test]
    fn differences_add_up() {
        let mut row = [10, 20, 30, 1, 2, 255, 1, 1, 1];
        add_up(&mut row, 3);
        assert_eq!(row, [10, 20, 30, 11, 22, 29, 12, 23, 30]);
        let little = [0xf0, 0x00, 0x20, 0x00, 0x00, 0x01];
        assert_eq!(upper_bytes(&little, 6, true, Some(1)), [0x00, 0x01, 0x02]);
        assert_eq!(upper_bytes(&little, 6, false, None), [0xf0, 0x20, 0x00]);
    }

    #[test]
    fn subsampled_pixels_get_their_color() {
        // Three pixels across in two blocks of 2 by 1.
        let bytes = [1, 2, 100, 200, 3, 9, 101, 201];
        let pixels = [1, 100, 200, 2, 100, 200, 3, 101, 201];
        assert_eq!(shared_length((2, 1), (3, 1)), Some(8));
        assert_eq!(spread(&bytes, (2, 1), (3, 1)), pixels);
        assert!(spread(&bytes[..7], (2, 1), (3, 1)).is_empty());
    }

    #[test]
    fn broken_streams_yield_the_rows_before_the_break() {
        assert_eq!(deflate(b"not zlib", 10), b"");
        assert!(lzw(b"\xff\xff\xff\xff", 10).len() <= 10);
        assert_eq!(lzw(b"", 10), b"");
        let packed = weezl::encode::Encoder::with_tiff_size_switch(BitOrder::Msb, 8)
            .encode(b"moraines and moraines")
            .unwrap();
        assert_eq!(lzw(&packed, 21), b"moraines and moraines");
        assert_eq!(lzw(&packed, 8), b"moraines");
    }
}
