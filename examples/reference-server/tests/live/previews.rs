//! Page images drawn by the real program from real and damaged documents.

use crate::support::documents::{
    by_debian, by_ghostscript, by_img2pdf, by_weasyprint, locked, scanned_in_black_and_white,
    scanned_in_grey, tiff,
};
use crate::support::stored_pages;
use desktop_delivery::ByteStream;
use desktop_delivery::ids::Digest;
use desktop_delivery_preview::{ImageType, PreviewError, PreviewLimits, PreviewPage, Previews};
use futures_util::stream;
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;

fn previews(limits: PreviewLimits) -> Previews {
    Previews::by_program(PathBuf::from(env!("CARGO_BIN_EXE_desk")), limits)
}

fn streamed(file: &[u8]) -> ByteStream {
    let pieces: Vec<_> = file.chunks(65_536).map(|piece| Ok(piece.to_vec().into())).collect();
    Box::pin(stream::iter(pieces))
}

async fn page(previews: &Previews, file: &[u8], page: u32) -> Result<PreviewPage, PreviewError> {
    let digest = Digest::from_bytes(Sha256::digest(file).into());
    let size = u64::try_from(file.len()).expect("it is in memory");
    previews.page((digest, size), page, async { Ok(streamed(file)) }).await
}

/// Draws a page and asserts that it is small, complete and of its stated type.
async fn good(previews: &Previews, what: &str, file: &[u8], number: u32) -> PreviewPage {
    let drawn = whole(previews, what, file, number).await;
    assert!(drawn.image.len() < 250_000, "{what}: {} bytes", drawn.image.len());
    drawn
}

/// Draws a page and asserts that it is complete and of its stated type.
async fn whole(previews: &Previews, what: &str, file: &[u8], number: u32) -> PreviewPage {
    let drawn = page(previews, file, number).await;
    let drawn = drawn.unwrap_or_else(|error| panic!("{what}, page {number}: {error}"));
    assert!(drawn.is_whole, "{what}");
    let start: &[u8] = match drawn.image_type {
        ImageType::Jpeg => b"\xff\xd8\xff",
        _ => b"\x89PNG",
    };
    assert!(drawn.image.starts_with(start), "{what}: {:?}", drawn.image_type);
    drawn
}

#[tokio::test(flavor = "multi_thread")]
async fn real_documents_are_drawn_small() {
    let previews = previews(PreviewLimits::default());
    let documents = [
        ("weasyprint", by_weasyprint(), 1),
        ("ghostscript", by_ghostscript(), 4),
        ("debian's specification", by_debian(), 2),
        ("a grey scan", scanned_in_grey(), 1),
        ("a fax scan", scanned_in_black_and_white(), 3),
        ("a tiff", tiff(), 3),
    ];
    for (what, document, pages) in documents {
        let first = good(&previews, what, &document, 1).await;
        assert!(first.pages >= pages && first.width == 900, "{what}: {first:?}");
        let last = good(&previews, what, &document, first.pages).await;
        assert_eq!(last.pages, first.pages, "{what}");
        assert_eq!(last.image == first.image, first.pages == 1, "{what}: pages differ");
        let beyond = page(&previews, &document, first.pages + 1).await;
        assert!(matches!(beyond, Err(PreviewError::NoSuchPage { pages }) if pages == first.pages));
    }
    // Pure noise cannot be made small and sharp.
    let noise = page(&previews, &by_img2pdf(), 1).await.expect("it is a PDF");
    assert_eq!(noise.image_type, ImageType::Jpeg);
    assert!(noise.image.len() < 1_000_000, "{}", noise.image.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_look_the_same_whatever_program_stored_them() {
    let previews = previews(PreviewLimits::default());
    let original = good(&previews, "the page", &stored_pages::original(), 1).await;
    assert!(stored_pages::ink(&original.image) > 10.0);
    let ghostscript =
        stored_pages::by_ghostscript().into_iter().map(|(what, file)| (what, file, 3));
    let pillow = stored_pages::by_pillow().into_iter().map(|(what, file)| (what, file, 1));
    for (what, file, pages) in ghostscript.chain(pillow) {
        let drawn = whole(&previews, &what, &file, 1).await;
        assert_eq!((drawn.pages, drawn.width, drawn.height), (pages, 900, 1_273), "{what}");
        // Black and white is coarser than shades of gray; the difference to a blank page is more
        // than 10.
        let difference = stored_pages::difference(&original.image, &drawn.image);
        assert!(difference < 6.0, "{what}: {difference}");
        let last = whole(&previews, &what, &file, pages).await;
        let apart = stored_pages::difference(&drawn.image, &last.image);
        assert_eq!(apart > 0.05, pages > 1, "{what}: pages differ by {apart}");
    }
    // The pixels of a fax are up to twice as high as wide; the page is not distorted.
    for fax in stored_pages::faxes() {
        let drawn = good(&previews, "a fax", &fax, 2).await;
        let shape = f64::from(drawn.height) / f64::from(drawn.width);
        assert!((1.37..1.43).contains(&shape), "{} by {}", drawn.width, drawn.height);
    }
}

#[tokio::test]
async fn errors_say_why_there_is_no_page() {
    let previews = previews(PreviewLimits::default().with_file_bytes(5_000_000));
    let document = by_weasyprint();
    let told = async |file: &[u8]| page(&previews, file, 1).await.expect_err("it is not drawn");
    assert!(matches!(told(&locked(&document, "secret")).await, PreviewError::Encrypted));
    // A file that only forbids changes opens without a password.
    assert!(page(&previews, &locked(&document, ""), 1).await.is_ok());
    assert!(matches!(told(b"PK\x03\x04 a word processor's").await, PreviewError::Unsupported));
    assert!(matches!(told(b"").await, PreviewError::Unsupported));
    assert!(matches!(told(b"%PDF-1.7\n%%EOF").await, PreviewError::Damaged));
    let large = vec![b' '; 5_000_001];
    assert!(matches!(told(&large).await, PreviewError::TooLarge { limit: 5_000_000 }));
}

#[tokio::test]
async fn a_truncated_file_is_reported() {
    let previews = previews(PreviewLimits::default());
    let documents = [by_weasyprint(), by_ghostscript(), scanned_in_grey()];
    for (document, share) in documents.iter().flat_map(|one| [1, 5, 9].map(|share| (one, share))) {
        let cut = &document[..document.len() * share / 10];
        match page(&previews, cut, 1).await {
            Err(PreviewError::Damaged) => {}
            Ok(drawn) => assert!(!drawn.is_whole, "{share} tenths are not all"),
            Err(error) => panic!("{share} tenths: {error}"),
        }
    }
    // Of a picture, the existing part is shown, or nothing.
    let tiff = tiff();
    let cut = page(&previews, &tiff[..tiff.len() / 10], 1).await;
    assert!(matches!(cut, Err(PreviewError::Damaged)), "{cut:?}");
}
