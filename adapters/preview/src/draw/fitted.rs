use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, RgbImage};
use std::io::Cursor;

/// Decodes a picture and applies its orientation. The result is at most `width` pixels wide and
/// four times as high.
pub(super) fn decoded(
    bytes: &[u8],
    format: ImageFormat,
    width: u32,
) -> Result<RgbImage, ImageError> {
    // The reader itself limits its allocations to 512 MiB.
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(fitted(image, width))
}

/// Shrinks a picture to at most `width` pixels wide and four times as high, on white.
pub(super) fn fitted(mut image: DynamicImage, width: u32) -> RgbImage {
    if image.width() > width || image.height() > 4 * width {
        image = image.thumbnail(width, 4 * width);
    }
    on_white(image)
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
