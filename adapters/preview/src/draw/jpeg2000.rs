use super::answer::Answer;
use hayro_jpeg2000::error::{DecodeError, FormatError, MarkerError};
use hayro_jpeg2000::{DecodeSettings, Image};
use image::DynamicImage;

/// The signatures of a JP2 file and a raw codestream (ISO/IEC 15444-1, annexes I and A).
const JP2: &[u8] = b"\0\0\0\x0cjP  \r\n\x87\n";
const CODESTREAM: &[u8] = b"\xff\x4f\xff\x51";

/// Returns whether a file begins like JPEG 2000.
pub(super) fn is_jpeg2000(bytes: &[u8]) -> bool {
    bytes.starts_with(JP2) || bytes.starts_with(CODESTREAM)
}

/// Decodes a picture at no more than twice the size at which it is shown. Also returns whether the
/// picture is complete.
pub(super) fn decoded(bytes: &[u8], width: u32) -> Result<(DynamicImage, bool), Answer> {
    // Several pages in one file (ISO/IEC 15444-6), and films.
    if bytes.starts_with(JP2) && matches!(bytes.get(20..24), Some(b"jpm " | b"mjp2")) {
        return Err(Answer::Unsupported);
    }
    let whole = at_resolution(bytes, width, true);
    match whole {
        Ok(image) => Ok((image, true)),
        // The decodable part may be enough to read.
        Err(_) => Ok((at_resolution(bytes, width, false)?, false)),
    }
}

fn at_resolution(bytes: &[u8], width: u32, strict: bool) -> Result<DynamicImage, Answer> {
    let settings = DecodeSettings { strict, ..DecodeSettings::default() };
    let full = Image::new(bytes, &settings).map_err(answer)?;
    let shown = |side: u32| {
        let (across, down) = (u64::from(full.width()), u64::from(full.height()));
        let scaled = |to: u64, from: u64| u64::from(side) * to / from.max(1);
        let (width, height) = (u64::from(width), 4 * u64::from(width));
        let side = scaled(width, across).min(scaled(height, down)).min(side.into());
        u32::try_from(side).unwrap_or(u32::MAX).max(1)
    };
    // A scan also contains versions at halves of its size, which need less memory and time.
    let target_resolution = Some((shown(full.width()), shown(full.height())));
    let settings = DecodeSettings { target_resolution, ..settings };
    let image = Image::new(bytes, &settings).map_err(answer)?;
    DynamicImage::from_decoder(image).map_err(|error| match error {
        image::ImageError::Unsupported(_) => Answer::Unsupported,
        _ => Answer::Damaged,
    })
}

fn answer(error: DecodeError) -> Answer {
    match error {
        DecodeError::Format(FormatError::Unsupported)
        | DecodeError::Marker(MarkerError::Unsupported) => Answer::Unsupported,
        _ => Answer::Damaged,
    }
}
