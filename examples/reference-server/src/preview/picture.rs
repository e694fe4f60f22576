use super::answer::Answer;
use super::drawn::Drawn;
use super::tiff_pages::TiffPages;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, ImageResult, RgbImage};
use std::io::Cursor;

/// Draws a picture, or a page of a TIFF, from 1.
pub(super) fn draw(mut bytes: Vec<u8>, number: u32, width: u32) -> Result<Drawn, Answer> {
    let format = match image::guess_format(&bytes) {
        Ok(format) if format.reading_enabled() => format,
        _ => return Err(Answer::UnknownType),
    };
    let mut pages = 1;
    if format == ImageFormat::Tiff {
        let tiff = TiffPages::of(&bytes).ok_or(Answer::Damaged)?;
        pages = tiff.count();
        tiff.begin_with(number, &mut bytes);
    }
    if number == 0 || number > pages {
        return Err(Answer::NoSuchPage { pages });
    }
    let image = decoded(bytes, format, width).map_err(|_| Answer::Damaged)?;
    Ok(Drawn { pages, image, is_whole: true })
}

/// The picture as it is held upright, at most so wide and four times as high.
fn decoded(bytes: Vec<u8>, format: ImageFormat, width: u32) -> ImageResult<RgbImage> {
    // The reader bounds what it allocates by itself, to 512 MiB.
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    if image.width() > width || image.height() > 4 * width {
        image = image.thumbnail(width, 4 * width);
    }
    Ok(on_white(image))
}

fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [red, green, blue, alpha] = image[(x, y)].0.map(u16::from);
        let mixed = |ink: u16| (ink * alpha + 255 * (255 - alpha) + 127) / 255;
        // Each is at most 255.
        [red, green, blue].map(|ink| u8::try_from(mixed(ink)).unwrap_or(u8::MAX)).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GrayImage, Rgba, RgbaImage};

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
        use ImageFormat::{Gif, Jpeg, Png, Tiff, WebP};
        for format in [Gif, Jpeg, Png, Tiff, WebP] {
            let image: DynamicImage = gradient(1_800, 1_000).into();
            let image = if matches!(format, Gif | WebP) { image.to_rgba8().into() } else { image };
            let drawn = draw(file(image, format), 1, 900).unwrap();
            assert_eq!((drawn.pages, drawn.image.dimensions()), (1, (900, 500)), "{format:?}");
            let (left, right) = (drawn.image[(10, 250)][0], drawn.image[(890, 250)][0]);
            assert!(left.abs_diff(27) < 8 && right.abs_diff(224) < 8, "{format:?} {left} {right}");
            let beyond = draw(file(gradient(10, 10), Png), 2, 900).unwrap_err();
            assert_eq!(beyond, Answer::NoSuchPage { pages: 1 });
        }
    }

    #[test]
    fn a_narrow_picture_keeps_its_size_and_a_tower_is_cut_down() {
        let narrow = draw(file(gradient(300, 200), ImageFormat::Png), 1, 900).unwrap();
        assert_eq!(narrow.image.dimensions(), (300, 200));
        let tower = draw(file(gradient(300, 9_000), ImageFormat::Png), 1, 900).unwrap();
        assert_eq!(tower.image.dimensions(), (120, 3_600));
    }

    #[test]
    fn what_is_transparent_is_white() {
        let image =
            RgbaImage::from_fn(4, 1, |x, _| Rgba([10, 20, 30, [0, 128, 255, 0][x as usize]]));
        let drawn = draw(file(image, ImageFormat::Png), 1, 900).unwrap().image;
        assert_eq!(drawn[(0, 0)].0, [255, 255, 255]);
        assert_eq!(drawn[(1, 0)].0, [132, 137, 142]);
        assert_eq!(drawn[(2, 0)].0, [10, 20, 30]);
    }

    #[test]
    fn other_types_have_no_preview_and_broken_pictures_are_damaged() {
        for other in [&b"PK\x03\x04"[..], b"", b"plain text", b"BM with no decoder here"] {
            assert_eq!(draw(other.to_vec(), 1, 900).unwrap_err(), Answer::UnknownType);
        }
        let mut cut = file(gradient(300, 200), ImageFormat::Png);
        cut.truncate(40);
        assert_eq!(draw(cut, 1, 900).unwrap_err(), Answer::Damaged);
    }
}
