use super::answer::Answer;
use super::drawn::Drawn;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{LoadPdfError, Pdf};
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::RgbImage;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Draws a page of a PDF, counted from 1.
pub(super) fn draw(bytes: Vec<u8>, number: u32, width: u32) -> Result<Drawn, Answer> {
    let is_cut_off = is_cut_off(&bytes);
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        // Includes unsupported encryption, such as with a certificate.
        LoadPdfError::Decryption(_) => Answer::Encrypted,
        LoadPdfError::Invalid => Answer::Damaged,
    })?;
    let leaves = pdf.pages();
    let pages = u32::try_from(leaves.len()).map_err(|_| Answer::Damaged)?;
    if pages == 0 {
        return Err(Answer::Damaged);
    }
    let index = number.checked_sub(1).and_then(|index| usize::try_from(index).ok());
    let page = index.and_then(|index| leaves.get(index)).ok_or(Answer::NoSuchPage { pages })?;

    let is_whole = Arc::new(AtomicBool::new(!is_cut_off && !lacks_content(page)));
    let settings = InterpreterSettings {
        warning_sink: {
            let is_whole = Arc::clone(&is_whole);
            Arc::new(move |_| is_whole.store(false, Ordering::Relaxed))
        },
        ..InterpreterSettings::default()
    };
    let size = scaled(page.render_dimensions(), width).ok_or(Answer::Damaged)?;
    let pixmap = render(page, &RenderCache::new(), &settings, &RenderSettings::default(), &size);
    let image = image_of(&pixmap).ok_or(Answer::Damaged)?;
    Ok(Drawn { pages, image, is_whole: is_whole.load(Ordering::Relaxed) })
}

/// Returns whether the end of the file is missing (ISO 32000-1 §7.5.5). Readers repair such files,
/// perhaps wrongly.
fn is_cut_off(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(2_048)..];
    !tail.windows(5).any(|mark| mark == b"%%EOF")
}

/// Returns whether the content of a page is unreadable.
fn lacks_content(page: &Page<'_>) -> bool {
    page.raw().contains_key(b"Contents") && page.page_stream().is_none()
}

/// Fits a page into the width and into four times the width vertically, whatever size the page
/// declares.
fn scaled((width, height): (f32, f32), most: u32) -> Option<PixmapSettings> {
    let most = f32::from(u16::try_from(most).ok()?);
    let scale = (most / width).min(4.0 * most / height);
    // The renderer truncates fractions, and the result must not be zero.
    let pixels = |length: f32| (length * scale).round().max(1.0) + 0.01;
    let (x_scale, y_scale) = (pixels(width) / width, pixels(height) / height);
    let is_sound = [x_scale, y_scale].iter().all(|scale| scale.is_normal() && *scale > 0.0);
    is_sound.then_some(PixmapSettings { x_scale, y_scale, bg_color: WHITE })
}

/// Returns the pixels, all of which are opaque.
fn image_of(pixmap: &Pixmap) -> Option<RgbImage> {
    let pixels =
        pixmap.data_as_u8_slice().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]);
    RgbImage::from_raw(pixmap.width().into(), pixmap.height().into(), pixels.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two A4 pages of text without a cross-reference table, which readers rebuild.
    fn article() -> Vec<u8> {
        let mut objects = vec![
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [4 0 R 6 0 R] /Count 2 >>".to_owned(),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>".to_owned(),
        ];
        for page in 1..=2 {
            let lines: String = (1..=38)
                .map(|line| {
                    format!(
                        "(Page {page}, line {line}: a glacier keeps a record of the air.) Tj T*\n"
                    )
                })
                .collect();
            let text = format!("BT /F1 11 Tf 17 TL 72 770 Td\n{lines}ET");
            objects.push(format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
                 /Resources << /Font << /F1 3 0 R >> >> >>",
                objects.len() + 2
            ));
            objects.push(format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()));
        }
        let objects: String = (1..)
            .zip(&objects)
            .map(|(number, object)| format!("{number} 0 obj\n{object}\nendobj\n"))
            .collect();
        format!("%PDF-1.7\n{objects}trailer << /Root 1 0 R >>\n%%EOF\n").into_bytes()
    }

    /// Returns the number of pixels drawn by the renderer, which truncates fractions.
    fn drawn_as(width: f32, height: f32) -> Option<(f32, f32)> {
        let size = scaled((width, height), 900)?;
        Some(((width * size.x_scale).trunc(), (height * size.y_scale).trunc()))
    }

    #[test]
    fn pages_of_every_shape_fit() {
        assert_eq!(drawn_as(595.0, 842.0), Some((900.0, 1_274.0)));
        assert_eq!(drawn_as(842.0, 595.0), Some((900.0, 636.0)));
        assert_eq!(drawn_as(1.0, 1.0), Some((900.0, 900.0)));
        assert_eq!(drawn_as(1e9, 1e9), Some((900.0, 900.0)));
        assert_eq!(drawn_as(1.0, 14_400.0), Some((1.0, 3_600.0)));
        assert_eq!(drawn_as(14_400.0, 1.0), Some((900.0, 1.0)));
        assert_eq!(drawn_as(f32::INFINITY, 1.0), None);
        assert_eq!(drawn_as(f32::NAN, 1.0), None);
    }

    #[test]
    fn an_article_is_drawn_page_by_page() {
        let article = article();
        let first = draw(article.clone(), 1, 900).unwrap();
        let second = draw(article.clone(), 2, 900).unwrap();
        assert_eq!((first.pages, first.is_whole, first.image.width()), (2, true, 900));
        assert_ne!(first.image, second.image);
        let dark = first.image.pixels().filter(|pixel| pixel[0] < 128).count();
        assert!((5_000..200_000).contains(&dark), "{dark} dark pixels");
        assert_eq!(draw(article.clone(), 3, 900).unwrap_err(), Answer::NoSuchPage { pages: 2 });
        assert_eq!(draw(article, 0, 900).unwrap_err(), Answer::NoSuchPage { pages: 2 });
    }

    #[test]
    fn a_file_with_only_a_pdf_header_is_damaged() {
        assert_eq!(draw(b"%PDF-1.7\nnothing".to_vec(), 1, 900).unwrap_err(), Answer::Damaged);
    }
}
