//! TIFF as written by scanners and fax programs: strips and tiles, one picture per page.
//!
//! Only one row of strips or tiles is decoded at a time, and rows are scaled down as they arrive,
//! so that a large scan needs little memory. Crates decode the compression schemes; this module
//! handles what the `tiff` crate lacks: group 3 faxes, palettes, planar or subsampled samples, both
//! bit orders, and truncated files.

mod codec;
mod container;
mod fax;
mod layout;
mod pixels;

use super::answer::Answer;
use super::drawn::Drawn;
use super::fitted::decoded;
use super::shrink::Shrink;
use codec::Chunk;
use container::Container;
use image::imageops::{FilterType, resize};
use image::{DynamicImage, GrayImage, ImageFormat, RgbImage};
use layout::{Layout, wrapped_jpeg};

/// Draws a page, counted from 1.
pub(super) fn draw(bytes: &[u8], number: u32, width: u32) -> Result<Drawn, Answer> {
    let container = Container::of(bytes).ok_or(Answer::Damaged)?;
    let pages = container.count();
    let page = container.page(number).ok_or(Answer::NoSuchPage { pages })?;
    if let Some(jpeg) = wrapped_jpeg(page) {
        let image = decoded(jpeg, ImageFormat::Jpeg, width);
        let image = image.map_err(|_| Answer::Unsupported)?;
        return Ok(Drawn { pages, image, is_whole: true });
    }
    let layout = Layout::of(page)?;
    let (image, is_whole) = rows_drawn(&layout, sizes(&layout, width)).ok_or(Answer::Damaged)?;
    Ok(Drawn { pages, image, is_whole })
}

/// Returns the size of the image before rotation. Upright, it is at most `width` wide and four
/// times as high, with square pixels.
fn sizes(layout: &Layout<'_>, width: u32) -> (u32, u32) {
    use image::metadata::Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    let is_turned =
        matches!(layout.orientation, Rotate90 | Rotate90FlipH | Rotate270 | Rotate270FlipH);
    let ratio = layout.pixel_height;
    let across = f64::from(layout.width) * (1.0 / ratio).max(1.0);
    let down = f64::from(layout.height) * ratio.max(1.0);
    let width = f64::from(width);
    let (most_across, most_down) =
        if is_turned { (4.0 * width, width) } else { (width, 4.0 * width) };
    let scale = (most_across / across).min(most_down / down).min(1.0);
    (pixels(across * scale), pixels(down * scale))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
fn pixels(length: f64) -> u32 {
    length.round().clamp(1.0, 65_535.0) as u32
}

/// Draws the page. Also returns whether it is complete; `None` if less than half of it can be
/// decoded.
fn rows_drawn(layout: &Layout<'_>, size: (u32, u32)) -> Option<(RgbImage, bool)> {
    let (channels, samples) = (layout.color.channels(), layout.samples);
    let (across, bands) = layout.chunks();
    let planes = if layout.is_planar { samples } else { 1 };
    let chunk_width = usize::try_from(layout.chunk.0).ok()?;
    let width = usize::try_from(layout.width).ok()?;
    let mut shrink = Shrink::new((layout.width, layout.height), size, channels);
    let mut row = vec![u8::MAX; width.checked_mul(channels)?];
    let mut raw = vec![0; chunk_width.min(width).checked_mul(samples)?];
    let (mut is_whole, mut rows_read) = (true, 0_u64);
    for band in 0..bands {
        // The rest is missing too and stays white.
        if band * across >= layout.offsets.len() {
            is_whole = false;
            break;
        }
        let top = u32::try_from(band).ok()? * layout.chunk.1;
        let rows = layout.chunk.1.min(layout.height - top);
        let chunk_rows = if layout.is_tiled { layout.chunk.1 } else { rows };
        let unpacked = |plane: usize, place: usize| {
            let index = (plane * bands + band) * across + place;
            Chunk::unpack(layout, index, (layout.chunk.0, chunk_rows))
        };
        // The planes of one position belong together.
        let chunks: Vec<Vec<Option<Chunk<'_>>>> = (0..across)
            .map(|place| (0..planes).map(|plane| unpacked(plane, place)).collect())
            .collect();
        if chunks.iter().flatten().all(Option::is_none) {
            is_whole = false;
            shrink.push_white(rows);
            continue;
        }
        for y in 0..usize::try_from(rows).ok()? {
            let mut is_anything = false;
            for (chunks, to) in chunks.iter().zip(row.chunks_mut(chunk_width * channels)) {
                let is_there =
                    chunks.iter().all(|chunk| chunk.as_ref().is_some_and(|chunk| chunk.has(y)));
                if !is_there {
                    is_whole = false;
                    to.fill(u8::MAX);
                    continue;
                }
                is_anything = true;
                let raw = &mut raw[..to.len() / channels * samples];
                let mut most = u8::MAX;
                for (plane, chunk) in chunks.iter().flatten().enumerate() {
                    let places = if layout.is_planar { (plane, samples) } else { (0, 1) };
                    chunk.row(y, raw, places);
                    most = chunk.most();
                }
                layout.color.draw(raw, samples, most, layout.alpha, to);
            }
            rows_read += u64::from(is_anything);
            shrink.push(&row);
        }
    }
    let (width, height, image) = shrink.finish();
    let mut image: DynamicImage = match channels {
        1 => GrayImage::from_raw(width, height, image)?.into(),
        _ => RgbImage::from_raw(width, height, image)?.into(),
    };
    if (width, height) != size {
        // Faxes have too few rows.
        image = match image {
            DynamicImage::ImageLuma8(gray) => {
                resize(&gray, size.0, size.1, FilterType::Triangle).into()
            }
            image => resize(&image.into_rgb8(), size.0, size.1, FilterType::Triangle).into(),
        };
    }
    image.apply_orientation(layout.orientation);
    // Showing less than half a page is worse than reporting the file as damaged.
    (2 * rows_read >= u64::from(layout.height)).then(|| (image.into_rgb8(), is_whole))
}

#[cfg(test)]
mod tests;
