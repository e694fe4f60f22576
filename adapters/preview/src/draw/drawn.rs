use super::answer::Answer;
use super::page::ImageType;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageResult, RgbImage};

/// The target size of a page image in bytes.
const GOAL: usize = 250_000;
/// JPEG qualities, tried until the image is small enough. Text is still sharp with the last.
const QUALITIES: [u8; 3] = [80, 62, 45];

/// One page, drawn on white.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) pages: u32,
    pub(super) image: RgbImage,
    pub(super) is_whole: bool,
}

impl Drawn {
    /// Encodes the image in the smaller of the two formats.
    pub(super) fn small(self) -> Result<(Answer, Vec<u8>), Answer> {
        let (width, height) = self.image.dimensions();
        let (image_type, image) = packed(self.image).map_err(|_| Answer::Damaged)?;
        let Self { pages, is_whole, .. } = self;
        Ok((Answer::Drawn { pages, width, height, image_type, is_whole }, image))
    }
}

fn packed(image: RgbImage) -> ImageResult<(ImageType, Vec<u8>)> {
    let is_grey = image.pixels().all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]);
    let image = DynamicImage::from(image);
    // Most pages are gray scans or black text, for which one channel is enough.
    let image = if is_grey { image.into_luma8().into() } else { image };
    let exact = png(&image)?;
    for quality in QUALITIES {
        let close = jpeg(&image, quality)?;
        if exact.len() <= close.len() {
            return Ok((ImageType::Png, exact));
        }
        if close.len() <= GOAL || Some(&quality) == QUALITIES.last() {
            return Ok((ImageType::Jpeg, close));
        }
    }
    Ok((ImageType::Png, exact))
}

fn png(image: &DynamicImage) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    image.write_with_encoder(encoder)?;
    Ok(bytes)
}

fn jpeg(image: &DynamicImage, quality: u8) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn packed_page(pixel: impl Fn(u32, u32) -> [u8; 3]) -> (ImageType, Vec<u8>) {
        let image = RgbImage::from_fn(600, 800, |x, y| Rgb(pixel(x, y)));
        let drawn = Drawn { pages: 1, image, is_whole: true };
        let (answer, bytes) = drawn.small().unwrap();
        let Answer::Drawn { image_type, width: 600, height: 800, .. } = answer else {
            panic!("{answer:?}");
        };
        (image_type, bytes)
    }

    fn noise(x: u32, y: u32) -> u8 {
        let mixed =
            (x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35);
        mixed.to_be_bytes()[0]
    }

    #[test]
    fn line_drawings_are_lossless_and_gray() {
        let (image_type, bytes) =
            packed_page(|x, y| [if x % 50 == 0 || y % 80 == 0 { 0 } else { 255 }; 3]);
        assert_eq!(image_type, ImageType::Png);
        let read = image::load_from_memory(&bytes).unwrap();
        assert_eq!(read.color(), image::ColorType::L8);
        assert_eq!((read.to_luma8()[(50, 7)][0], read.to_luma8()[(51, 7)][0]), (0, 255));
    }

    #[test]
    fn noisy_images_are_compressed_harder() {
        let (image_type, bytes) = packed_page(|x, y| [noise(x, y), noise(y, x), noise(x + 7, y)]);
        assert_eq!(image_type, ImageType::Jpeg);
        assert!(bytes.len() < 600 * 800, "{}", bytes.len());
    }
}
