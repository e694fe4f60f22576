use super::answer::Answer;
use super::drawn::Drawn;
use super::fitted::{decoded, fitted};
use super::{jpeg2000, tiff};
use image::{ImageError, ImageFormat};

/// Returns whether the file begins like a picture, and so is not a PDF.
pub(super) fn is_picture(bytes: &[u8]) -> bool {
    jpeg2000::is_jpeg2000(bytes) || format_of(bytes).is_some()
}

/// Draws a picture, or a page of a TIFF counted from 1.
pub(super) fn draw(bytes: &[u8], number: u32, width: u32) -> Result<Drawn, Answer> {
    let format = format_of(bytes);
    if format == Some(ImageFormat::Tiff) {
        return tiff::draw(bytes, number, width);
    }
    let one_page = || if number == 1 { Ok(1) } else { Err(Answer::NoSuchPage { pages: 1 }) };
    if jpeg2000::is_jpeg2000(bytes) {
        let pages = one_page()?;
        let (image, is_whole) = jpeg2000::decoded(bytes, width)?;
        return Ok(Drawn { pages, image: fitted(image, width), is_whole });
    }
    let format = format.ok_or(Answer::Unsupported)?;
    let pages = one_page()?;
    let image = decoded(bytes, format, width).map_err(|error| match error {
        ImageError::Unsupported(_) => Answer::Unsupported,
        _ => Answer::Damaged,
    })?;
    Ok(Drawn { pages, image, is_whole: true })
}

/// Returns the format of a picture that can be drawn.
fn format_of(bytes: &[u8]) -> Option<ImageFormat> {
    // BigTIFF, which the crate does not recognize.
    if bytes.starts_with(b"II\x2b\0") || bytes.starts_with(b"MM\0\x2b") {
        return Some(ImageFormat::Tiff);
    }
    match image::guess_format(bytes).ok()? {
        ImageFormat::Tiff => Some(ImageFormat::Tiff),
        // Text may also begin with these two letters; the length of the second header has one of
        // these values.
        ImageFormat::Bmp => {
            let header = bytes.get(14..18)?.try_into().map(u32::from_le_bytes).ok()?;
            matches!(header, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124).then_some(ImageFormat::Bmp)
        }
        format => format.reading_enabled().then_some(format),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{DynamicImage, GrayImage, Rgba, RgbaImage};
    use std::io::Cursor;

    fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        image.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn gradient(width: u32, height: u32) -> GrayImage {
        GrayImage::from_fn(width, height, |x, y| {
            let place = (x * 200 / width) + (y * 55 / height);
            [u8::try_from(place).unwrap()].into()
        })
    }

    #[test]
    fn every_format_is_drawn_and_made_narrow() {
        use ImageFormat::{Bmp, Gif, Jpeg, Png, WebP};
        for format in [Bmp, Gif, Jpeg, Png, WebP] {
            let image: DynamicImage = gradient(1_800, 1_000).into();
            let image = if matches!(format, Gif | WebP) { image.to_rgba8().into() } else { image };
            let drawn = draw(&file(image, format), 1, 900).unwrap();
            assert_eq!((drawn.pages, drawn.image.dimensions()), (1, (900, 500)), "{format:?}");
            let (left, right) = (drawn.image[(10, 250)][0], drawn.image[(890, 250)][0]);
            assert!(left.abs_diff(27) < 8 && right.abs_diff(224) < 8, "{format:?} {left} {right}");
            let beyond = draw(&file(gradient(10, 10), Png), 2, 900).unwrap_err();
            assert_eq!(beyond, Answer::NoSuchPage { pages: 1 });
        }
    }

    #[test]
    fn narrow_pictures_keep_their_size_and_tall_ones_shrink() {
        let narrow = draw(&file(gradient(300, 200), ImageFormat::Png), 1, 900).unwrap();
        assert_eq!(narrow.image.dimensions(), (300, 200));
        let tower = draw(&file(gradient(300, 9_000), ImageFormat::Png), 1, 900).unwrap();
        assert_eq!(tower.image.dimensions(), (120, 3_600));
    }

    #[test]
    fn transparent_pixels_are_white() {
        let image =
            RgbaImage::from_fn(4, 1, |x, _| Rgba([10, 20, 30, [0, 128, 255, 0][x as usize]]));
        let drawn = draw(&file(image, ImageFormat::Png), 1, 900).unwrap().image;
        assert_eq!(drawn[(0, 0)].0, [255, 255, 255]);
        assert_eq!(drawn[(1, 0)].0, [132, 137, 142]);
        assert_eq!(drawn[(2, 0)].0, [10, 20, 30]);
    }

    #[test]
    fn other_types_have_no_preview_and_broken_pictures_are_damaged() {
        let others: [&[u8]; 7] = [
            b"PK\x03\x04",
            b"",
            b"plain text",
            b"BMI and health: a text that begins with two letters",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
            b"AT&TFORM\0\0\0\x20DJVUINFO",
            b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjpm \0\0\0\0jpm ",
        ];
        for other in others {
            let told = draw(other, 1, 900).unwrap_err();
            assert_eq!(told, Answer::Unsupported, "{}", other.escape_ascii());
        }
        for format in [ImageFormat::Bmp, ImageFormat::Gif, ImageFormat::Png] {
            let mut cut = file(DynamicImage::from(gradient(300, 200)).to_rgba8(), format);
            cut.truncate(40);
            assert_eq!(draw(&cut, 1, 900).unwrap_err(), Answer::Damaged, "{format:?}");
        }
        for start in ["II\x2a\0", "MM\0\x2b", "\0\0\0\x0cjP  \r\n"] {
            let broken =
                [start.as_bytes(), &b"\x87\n and then nothing that makes sense"[..]].concat();
            assert_eq!(draw(&broken, 1, 900).unwrap_err(), Answer::Damaged, "{start:?}");
        }
        assert_eq!(draw(b"\xff\x4f\xff\x51 broken", 1, 900).unwrap_err(), Answer::Damaged);
    }
}
