use pdf_writer::{Content, Name, Pdf, Rect, Ref, Str, TextStr};

/// The number of lines on a page.
const LINES: usize = 38;

/// Generates a sample article: real pages with readable text, in a font available in every viewer.
pub(crate) fn article(title: &str, source: &str, pages: u16) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut next = Ref::new(1);
    let mut id = || next.bump();
    let (catalog, tree, font, bold, info) = (id(), id(), id(), id(), id());
    let leaves: Vec<(Ref, Ref)> = (0..pages.max(1)).map(|_| (id(), id())).collect();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree)
        .kids(leaves.iter().map(|(page, _)| *page))
        .count(i32::try_from(leaves.len()).unwrap_or(i32::MAX));
    pdf.document_info(info).title(TextStr(title)).creator(TextStr("Desktop delivery sample"));
    for (id, name) in [(font, b"Times-Roman".as_slice()), (bold, b"Times-Bold")] {
        pdf.type1_font(id).base_font(Name(name)).encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (number, (page, content)) in (1..).zip(&leaves) {
        let mut leaf = pdf.page(*page);
        // A4 in points.
        leaf.media_box(Rect::new(0.0, 0.0, 595.0, 842.0)).parent(tree).contents(*content);
        let mut resources = leaf.resources();
        resources.fonts().pair(Name(b"F1"), font).pair(Name(b"F2"), bold);
        drop(resources);
        drop(leaf);
        pdf.stream(*content, &text_of(title, source, number));
    }
    pdf.finish()
}

fn text_of(title: &str, source: &str, number: u16) -> Vec<u8> {
    let mut content = Content::new();
    content.begin_text();
    content.set_leading(17.0).next_line(72.0, 770.0);
    if number == 1 {
        content.set_font(Name(b"F2"), 20.0).show(Str(&encoded(title)));
        content.set_font(Name(b"F1"), 11.0).next_line(0.0, -24.0).show(Str(&encoded(source)));
        content.next_line(0.0, -30.0);
    } else {
        content.set_font(Name(b"F1"), 11.0);
    }
    for line in 1..=LINES {
        let text = format!(
            "Page {number}, line {line}: this sample stands for the scan of an article, which a reader asked for."
        );
        content.show(Str(text.as_bytes())).next_line(0.0, -17.0);
    }
    content.end_text();
    content.finish().to_vec()
}

/// Encodes a text in WinAnsiEncoding, which equals Latin-1 for Western European letters.
fn encoded(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    #[cfg_attr(not(feature = "live-tests"), ignore = "needs qpdf and pdftotext: ./test")]
    fn the_sample_is_a_valid_pdf_with_the_expected_text() {
        let file = tempfile::NamedTempFile::with_suffix(".pdf").unwrap();
        std::fs::write(file.path(), article("La pêche à Gaspé", "Revue 12", 3)).unwrap();
        let checked = Command::new("qpdf")
            .arg("--check")
            .arg(file.path())
            .output()
            .expect("qpdf is missing: apt-get install qpdf, or run ./test");
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        let pages = Command::new("qpdf").arg("--show-npages").arg(file.path()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&pages.stdout).trim(), "3");
        let text = Command::new("pdftotext")
            .arg(file.path())
            .arg("-")
            .output()
            .expect("pdftotext is missing: apt-get install poppler-utils, or run ./test");
        assert!(String::from_utf8_lossy(&text.stdout).contains("La pêche à Gaspé"));
    }
}
