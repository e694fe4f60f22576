use crate::documents::{tiff, two_pages};
use crate::hostile;
use desktop_delivery::ByteStream;
use desktop_delivery::ids::Digest;
use desktop_delivery_preview::{ImageType, PreviewError, PreviewLimits, PreviewPage, Previews};
use futures_util::stream;
use sha2::{Digest as _, Sha256};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

fn by_this_program(limits: PreviewLimits) -> Previews {
    Previews::by_this_program(limits).expect("this program has a path")
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

/// Returns the number of pixels darker than half.
fn ink(page: &PreviewPage) -> usize {
    let image = image::load_from_memory(&page.image).expect("it is a page image").into_luma8();
    image.pixels().filter(|pixel| pixel[0] < 128).count()
}

pub(crate) async fn a_pdf_is_drawn_page_by_page() {
    assert!(Previews::supports("application/pdf"));
    let (previews, document) = (by_this_program(PreviewLimits::default()), two_pages());
    let first = page(&previews, &document, 1).await.expect("it is a PDF");
    assert_eq!((first.pages, first.width, first.height), (2, 900, 1_274));
    assert_eq!((first.image_type, first.is_whole), (ImageType::Png, true));
    // A line 9 points wide across the page: 1,031 points long, at 900 / 595 pixels per point.
    assert!((15_000..30_000).contains(&ink(&first)), "{} dark pixels", ink(&first));
    let second = page(&previews, &document, 2).await.expect("it is a PDF");
    assert_ne!(first.image, second.image);
    for number in [0, 3] {
        let beyond = page(&previews, &document, number).await;
        assert!(matches!(beyond, Err(PreviewError::NoSuchPage { pages: 2 })), "{beyond:?}");
    }
}

pub(crate) async fn a_tiff_is_drawn_page_by_page() {
    assert!(Previews::supports("image/tiff"));
    let (previews, document) = (by_this_program(PreviewLimits::default()), tiff(&[255, 0]));
    let first = page(&previews, &document, 1).await.expect("it is a TIFF");
    let second = page(&previews, &document, 2).await.expect("it is a TIFF");
    for drawn in [&first, &second] {
        assert_eq!((drawn.pages, drawn.width, drawn.height), (2, 40, 30));
        assert!(drawn.is_whole);
    }
    assert_eq!((ink(&first), ink(&second)), (0, 40 * 30));
}

pub(crate) async fn the_worker_program_of_this_package_draws() {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_desktop-delivery-preview"));
    let previews = Previews::by_program(program, PreviewLimits::default());
    let drawn = page(&previews, &two_pages(), 1).await.expect("it is a PDF");
    assert_eq!((drawn.pages, drawn.width), (2, 900));
}

pub(crate) async fn a_failure_to_start_the_worker_does_not_count_against_the_file() {
    let previews = Previews::by_program(PathBuf::from("/nowhere"), PreviewLimits::default());
    let failed = page(&previews, &two_pages(), 1).await;
    assert!(matches!(failed, Err(PreviewError::Failed(_))), "{failed:?}");
}

pub(crate) async fn a_hostile_file_costs_only_its_own_preview() {
    let limits = PreviewLimits::default().with_cpu_seconds(3);
    let previews = by_this_program(limits);
    let giant = page(&previews, &hostile::giant_page(), 1).await.expect("it can be drawn");
    assert_eq!((giant.width, giant.height), (900, 900));
    assert!(giant.image.len() > 2_000, "the line is drawn: {} bytes", giant.image.len());
    let endless = page(&previews, &hostile::endless_drawing(), 1).await;
    assert!(matches!(endless, Err(PreviewError::TooSlow)), "{endless:?}");
    let bomb = page(&previews, &hostile::memory_bomb(), 1).await;
    assert!(matches!(bomb, Err(PreviewError::Damaged | PreviewError::TooSlow)), "{bomb:?}");
    // The renderer limits the recursion.
    let itself = page(&previews, &hostile::drawing_of_itself(), 1).await;
    assert!(itself.is_ok(), "{itself:?}");
    for (what, file) in
        [("a ring of pages", hostile::ring_of_pages()), ("deep nesting", hostile::deep_nesting())]
    {
        let told = page(&previews, &file, 1).await;
        assert!(matches!(told, Err(PreviewError::Damaged)), "{what}: {told:?}");
    }
    // The next page is drawn normally.
    page(&previews, &two_pages(), 1).await.expect("it is a PDF");
}

pub(crate) async fn the_number_of_concurrent_pages_is_limited() {
    let limits = PreviewLimits::default().with_at_once(1).with_cpu_seconds(60);
    let previews = by_this_program(limits.with_timeout(Duration::from_secs(2)));
    let endless = hostile::endless_drawing();
    let [other, another] = [b" ", b"\n"].map(|end| [&endless[..], end].concat());
    let (first, second, third) = tokio::join!(
        page(&previews, &endless, 1),
        page(&previews, &other, 1),
        page(&previews, &another, 1),
    );
    assert!(matches!(first, Err(PreviewError::TooSlow)), "{first:?}");
    let told = [second, third].map(|told| matches!(told, Err(PreviewError::Busy)));
    assert_ne!(told, [false, false], "one of them timed out");
}

pub(crate) async fn pages_are_cached() {
    let previews = by_this_program(PreviewLimits::default());
    let (document, opened) = (two_pages(), AtomicUsize::new(0));
    let key = (Digest::from_bytes([7; 32]), u64::try_from(document.len()).expect("it is small"));
    let ask = || {
        previews.page(key, 1, async {
            opened.fetch_add(1, Ordering::SeqCst);
            Ok(streamed(&document))
        })
    };
    let (one, other) = tokio::join!(ask(), ask());
    assert_eq!(one.expect("it is a PDF"), other.expect("it is a PDF"));
    ask().await.expect("it is cached");
    assert_eq!(opened.load(Ordering::SeqCst), 1);

    // Errors of the file are cached; errors of the host are retried.
    let key = |byte| (Digest::from_bytes([byte; 32]), 4);
    for (byte, tries) in [(8, 1), (9, 2)] {
        let opened = AtomicUsize::new(0);
        for _ in 0..2 {
            let told = previews.page(key(byte), 1, async {
                opened.fetch_add(1, Ordering::SeqCst);
                match byte {
                    8 => Ok(streamed(b"%PDF")),
                    _ => Err(PreviewError::failed(std::io::Error::other("the disk is gone"))),
                }
            });
            assert!(told.await.is_err());
        }
        assert_eq!(opened.load(Ordering::SeqCst), tries, "{byte}");
    }
}
