use super::super::answer::Answer;
use super::container::Directory;
use super::pixels::{Alpha, Color};
use image::metadata::Orientation;

/// The maximum width or height in pixels: twice that of a poster at 1,200 dpi.
const MAX_SIDE: u32 = 100_000;

/// Tags (TIFF 6.0, section 8 and appendix A).
mod tag {
    pub(super) const WIDTH: u16 = 256;
    pub(super) const HEIGHT: u16 = 257;
    pub(super) const BITS_PER_SAMPLE: u16 = 258;
    pub(super) const COMPRESSION: u16 = 259;
    pub(super) const PHOTOMETRIC: u16 = 262;
    pub(super) const FILL_ORDER: u16 = 266;
    pub(super) const STRIP_OFFSETS: u16 = 273;
    pub(super) const ORIENTATION: u16 = 274;
    pub(super) const SAMPLES_PER_PIXEL: u16 = 277;
    pub(super) const ROWS_PER_STRIP: u16 = 278;
    pub(super) const STRIP_BYTE_COUNTS: u16 = 279;
    pub(super) const X_RESOLUTION: u16 = 282;
    pub(super) const Y_RESOLUTION: u16 = 283;
    pub(super) const PLANAR_CONFIGURATION: u16 = 284;
    pub(super) const T4_OPTIONS: u16 = 292;
    pub(super) const PREDICTOR: u16 = 317;
    pub(super) const COLOR_MAP: u16 = 320;
    pub(super) const TILE_WIDTH: u16 = 322;
    pub(super) const TILE_LENGTH: u16 = 323;
    pub(super) const TILE_OFFSETS: u16 = 324;
    pub(super) const TILE_BYTE_COUNTS: u16 = 325;
    pub(super) const INK_SET: u16 = 332;
    pub(super) const EXTRA_SAMPLES: u16 = 338;
    pub(super) const SAMPLE_FORMAT: u16 = 339;
    pub(super) const JPEG_TABLES: u16 = 347;
    pub(super) const JPEG_START: u16 = 513;
    pub(super) const JPEG_LENGTH: u16 = 514;
    pub(super) const SUBSAMPLING: u16 = 530;
}

/// The compression of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    /// CCITT group 3, one-dimensional, without end-of-line codes (TIFF 6.0, section 10).
    Fax,
    /// CCITT group 3 (ITU-T T.4), one-dimensional.
    Fax3,
    /// CCITT group 3 (ITU-T T.4), two-dimensional.
    Fax3In2D,
    /// CCITT group 4 (ITU-T T.6).
    Fax4,
    Deflate,
    Jpeg,
    Lzw,
    None,
    PackBits,
}

/// The validated layout of a page, from its directory.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) file: &'a [u8],
    pub(super) is_little_endian: bool,
    pub(super) width: u32,
    pub(super) height: u32,
    /// The number of bits of a sample: 1, 2, 4, 8 or 16.
    pub(super) bits: u16,
    /// The number of samples per pixel.
    pub(super) samples: usize,
    pub(super) color: Color,
    pub(super) alpha: Option<Alpha>,
    pub(super) compression: Compression,
    /// Whether the bits of each byte are in reverse order.
    pub(super) is_reversed: bool,
    /// Whether the samples of each channel are stored separately.
    pub(super) is_planar: bool,
    /// Whether each sample is stored as the difference from the previous one.
    pub(super) has_differences: bool,
    /// The width and height of a strip or a tile in pixels. The bottom strip may be lower.
    pub(super) chunk: (u32, u32),
    pub(super) is_tiled: bool,
    pub(super) offsets: Vec<u64>,
    pub(super) lengths: Vec<u64>,
    pub(super) jpeg_tables: Option<&'a [u8]>,
    /// Whether a JPEG is in YCbCr instead of RGB.
    pub(super) has_ycc_jpeg: bool,
    /// The number of pixels that share their chroma, across and down.
    pub(super) subsampling: (usize, usize),
    /// The height of a pixel relative to its width: faxes have up to twice as many columns as rows
    /// per inch.
    pub(super) pixel_height: f64,
    pub(super) orientation: Orientation,
}

impl<'a> Layout<'a> {
    /// Parses the layout from a directory.
    ///
    /// # Errors
    /// [`Answer::Unsupported`] if the kind of picture is not supported, [`Answer::Damaged`] if the
    /// layout is inconsistent.
    pub(super) fn of(page: Directory<'a>) -> Result<Self, Answer> {
        let number = |tag, usual| page.small(tag).unwrap_or(usual);
        let compression = compression(page)?;
        let side = |tag| page.small(tag).filter(|side| (1..=MAX_SIDE).contains(side));
        let (width, height) = side(tag::WIDTH).zip(side(tag::HEIGHT)).ok_or(Answer::Damaged)?;
        let bits = bits(page)?;
        let samples = number(tag::SAMPLES_PER_PIXEL, 1);
        let samples = usize::try_from(samples).ok().filter(|samples| (1..=64).contains(samples));
        let samples = samples.ok_or(Answer::Damaged)?;
        let is_planar = samples > 1 && number(tag::PLANAR_CONFIGURATION, 1) == 2;
        let has_ycc_jpeg =
            compression == Compression::Jpeg && !is_planar && page.int(tag::PHOTOMETRIC) == Some(6);
        let color = match has_ycc_jpeg {
            // The decoder converts it.
            true => Color::Rgb,
            false => color(page, compression, bits, samples)?,
        };
        if samples < color.samples() {
            return Err(Answer::Damaged);
        }
        let has_differences = match number(tag::PREDICTOR, 1) {
            // Only these compressions support it.
            _ if !matches!(compression, Compression::Lzw | Compression::Deflate) => false,
            1 => false,
            2 if bits >= 8 => true,
            _ => return Err(Answer::Unsupported),
        };
        let is_tiled = page.small(tag::TILE_WIDTH).is_some();
        let (chunk, offsets, lengths) = if is_tiled {
            let side = |tag| page.small(tag).filter(|side| (1..=MAX_SIDE).contains(side));
            let chunk = side(tag::TILE_WIDTH).zip(side(tag::TILE_LENGTH));
            (chunk.ok_or(Answer::Damaged)?, tag::TILE_OFFSETS, tag::TILE_BYTE_COUNTS)
        } else {
            let rows = number(tag::ROWS_PER_STRIP, height).clamp(1, height);
            ((width, rows), tag::STRIP_OFFSETS, tag::STRIP_BYTE_COUNTS)
        };
        let offsets = page.ints(offsets);
        if offsets.is_empty() {
            return Err(Answer::Damaged);
        }
        let subsampling = match page.ints(tag::SUBSAMPLING)[..] {
            [across, down, ..] => (across, down),
            _ => (2, 2),
        };
        let share = |pixels| usize::try_from(pixels).ok().filter(|n| matches!(n, 1 | 2 | 4));
        let subsampling = share(subsampling.0).zip(share(subsampling.1)).ok_or(Answer::Damaged)?;
        let orientation = number(tag::ORIENTATION, 1);
        let orientation = u8::try_from(orientation).ok().and_then(Orientation::from_exif);
        Ok(Self {
            file: page.file(),
            is_little_endian: page.is_little_endian(),
            width,
            height,
            bits,
            samples,
            alpha: alpha(page, &color),
            color,
            compression,
            is_reversed: number(tag::FILL_ORDER, 1) == 2 && compression != Compression::Jpeg,
            is_planar,
            has_differences,
            chunk,
            is_tiled,
            offsets,
            lengths: page.ints(lengths),
            jpeg_tables: page.raw(tag::JPEG_TABLES),
            has_ycc_jpeg,
            subsampling,
            pixel_height: pixel_height(page),
            orientation: orientation.unwrap_or(Orientation::NoTransforms),
        })
    }

    /// Returns the number of strips or tiles across and down.
    pub(super) fn chunks(&self) -> (usize, usize) {
        let count = |side: u32, chunk: u32| usize::try_from(side.div_ceil(chunk)).unwrap_or(0);
        (count(self.width, self.chunk.0), count(self.height, self.chunk.1))
    }

    /// Returns the bytes of a strip or tile in the file, truncated at the end of the file. Returns
    /// `None` if there are none.
    pub(super) fn packed(&self, index: usize) -> Option<&'a [u8]> {
        let start = usize::try_from(*self.offsets.get(index)?).ok()?;
        let rest = self.file.get(start..)?;
        // Some scanners omit the lengths.
        let length = self.lengths.get(index).filter(|length| **length > 0);
        let length = length.map_or(rest.len(), |length| {
            usize::try_from(*length).map_or(rest.len(), |length| length.min(rest.len()))
        });
        rest.get(..length).filter(|packed| !packed.is_empty())
    }

    /// Returns whether several pixels share their chroma.
    pub(super) fn is_subsampled(&self) -> bool {
        matches!(self.color, Color::YCbCr) && !self.is_planar && self.subsampling != (1, 1)
    }
}

/// Returns the complete JPEG inside an old-style JPEG TIFF (TIFF 6.0, section 22), or `None`.
pub(super) fn wrapped_jpeg(page: Directory<'_>) -> Option<&[u8]> {
    if page.int(tag::COMPRESSION) != Some(6) {
        return None;
    }
    let at = |tag| page.int(tag).and_then(|number| usize::try_from(number).ok());
    let start = at(tag::JPEG_START)?;
    let rest = page.file().get(start..)?;
    let length = at(tag::JPEG_LENGTH).unwrap_or(rest.len()).min(rest.len());
    rest.get(..length).filter(|jpeg| jpeg.starts_with(b"\xff\xd8\xff"))
}

fn compression(page: Directory<'_>) -> Result<Compression, Answer> {
    let is_in_2d = page.int(tag::T4_OPTIONS).unwrap_or(0) & 1 == 1;
    Ok(match page.int(tag::COMPRESSION).unwrap_or(1) {
        1 => Compression::None,
        2 => Compression::Fax,
        3 if is_in_2d => Compression::Fax3In2D,
        3 => Compression::Fax3,
        4 => Compression::Fax4,
        5 => Compression::Lzw,
        7 => Compression::Jpeg,
        // Adobe's number and the older one.
        8 | 32_946 => Compression::Deflate,
        32_773 => Compression::PackBits,
        _ => return Err(Answer::Unsupported),
    })
}

fn bits(page: Directory<'_>) -> Result<u16, Answer> {
    let bits = page.ints(tag::BITS_PER_SAMPLE);
    let first = bits.first().copied().unwrap_or(1);
    let is_whole_number =
        page.ints(tag::SAMPLE_FORMAT).iter().all(|format| matches!(format, 1 | 4));
    match u16::try_from(first) {
        Ok(one @ (1 | 2 | 4 | 8 | 16))
            if is_whole_number && bits.iter().all(|bits| *bits == first) =>
        {
            Ok(one)
        }
        _ => Err(Answer::Unsupported),
    }
}

fn color(
    page: Directory<'_>,
    compression: Compression,
    bits: u16,
    samples: usize,
) -> Result<Color, Answer> {
    use Compression::{Fax, Fax3, Fax3In2D, Fax4, Jpeg};
    let is_fax = matches!(compression, Fax | Fax3 | Fax3In2D | Fax4);
    if is_fax && (bits, samples) != (1, 1) {
        return Err(Answer::Damaged);
    }
    if compression == Jpeg && bits != 8 {
        return Err(Answer::Unsupported);
    }
    // The usual value for files that omit it.
    let usual = match samples {
        _ if is_fax => 0,
        3.. => 2,
        _ => 1,
    };
    match page.int(tag::PHOTOMETRIC).unwrap_or(usual) {
        0 => Ok(Color::Gray { is_inverted: true }),
        1 => Ok(Color::Gray { is_inverted: false }),
        2 => Ok(Color::Rgb),
        3 if bits <= 8 => palette(&page.ints(tag::COLOR_MAP), bits),
        5 if bits >= 8 && page.int(tag::INK_SET).unwrap_or(1) == 1 => Ok(Color::Cmyk),
        6 if bits == 8 => Ok(Color::YCbCr),
        _ => Err(Answer::Unsupported),
    }
}

/// Returns the colors of a palette: all reds, all greens and all blues, of 16 bits each.
fn palette(map: &[u64], bits: u16) -> Result<Color, Answer> {
    let count = 1_usize << bits;
    let [reds, greens, blues] = [0, 1, 2].map(|part| map.get(part * count..(part + 1) * count));
    let (Some(reds), Some(greens), Some(blues)) = (reds, greens, blues) else {
        return Err(Answer::Damaged);
    };
    // Some programs write 8 bits instead of 16.
    let shift = if map.iter().all(|value| *value < 256) { 0 } else { 8 };
    let byte = |value: &u64| u8::try_from(value >> shift).unwrap_or(u8::MAX);
    let colors = reds.iter().zip(greens).zip(blues);
    Ok(Color::Palette(colors.map(|((r, g), b)| [byte(r), byte(g), byte(b)]).collect()))
}

/// Returns the alpha channel: the first sample after the color.
fn alpha(page: Directory<'_>, color: &Color) -> Option<Alpha> {
    match page.int(tag::EXTRA_SAMPLES)? {
        1 => Some(Alpha::Applied),
        2 => Some(Alpha::ToApply),
        _ => None,
    }
    .filter(|_| !matches!(color, Color::Palette(_)))
}

fn pixel_height(page: Directory<'_>) -> f64 {
    let across = page.ratio(tag::X_RESOLUTION).filter(|number| *number > 0.0);
    let down = page.ratio(tag::Y_RESOLUTION).filter(|number| *number > 0.0);
    // A ratio beyond a factor of four is assumed to be wrong.
    match across.zip(down).map(|(across, down)| across / down) {
        Some(ratio) if (0.25..=4.0).contains(&ratio) => ratio,
        _ => 1.0,
    }
}
