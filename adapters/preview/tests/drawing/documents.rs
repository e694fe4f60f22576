//! Small generated documents.

/// Returns a PDF of these objects, the first of which is the catalog. It has no cross-reference
/// table; readers rebuild it.
pub(crate) fn pdf(objects: &[String]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    for (number, object) in (1..).zip(objects) {
        bytes.extend(format!("{number} 0 obj\n{object}\nendobj\n").bytes());
    }
    bytes.extend(b"trailer << /Root 1 0 R >>\n%%EOF\n");
    bytes
}

/// Returns the objects of a PDF with one page, the last of which is its content.
pub(crate) fn page(media_box: &str, resources: &str, content: &str) -> Vec<String> {
    vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox {media_box} /Contents 4 0 R /Resources << {resources} >> >>"
        ),
        stream("", content),
    ]
}

pub(crate) fn stream(entries: &str, content: &str) -> String {
    format!("<< {entries} /Length {} >>\nstream\n{content}\nendstream", content.len())
}

/// The size of a page in points.
pub(crate) const A4: &str = "[0 0 595 842]";

/// A PDF of two pages with one diagonal line each.
pub(crate) fn two_pages() -> Vec<u8> {
    let leaf = |content: u8| {
        format!("<< /Type /Page /Parent 2 0 R /MediaBox {A4} /Contents {content} 0 R >>")
    };
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>".to_owned(),
        leaf(4),
        stream("", "9 w 0 842 m 595 0 l S"),
        leaf(6),
        stream("", "9 w 0 0 m 595 842 l S"),
    ])
}

/// Returns an uncompressed gray TIFF with pages of 40 by 30 pixels, each of one shade.
pub(crate) fn tiff(shades: &[u8]) -> Vec<u8> {
    const SIZE: (u32, u32) = (40, 30);
    let pixels = SIZE.0 * SIZE.1;
    let mut bytes = b"II\x2a\0\x08\0\0\0".to_vec();
    for (number, shade) in (1..).zip(shades) {
        let start = u32::try_from(bytes.len()).expect("the file is small");
        // TIFF 6.0: width, height, bits, no compression, black is zero, offset, samples, rows,
        // length.
        let first_pixel = start + 2 + 9 * 12 + 4;
        let tags = [
            (256, SIZE.0),
            (257, SIZE.1),
            (258, 8),
            (259, 1),
            (262, 1),
            (273, first_pixel),
            (277, 1),
            (278, SIZE.1),
            (279, pixels),
        ];
        bytes.extend(9_u16.to_le_bytes());
        for (tag, value) in tags {
            bytes.extend([u16::to_le_bytes(tag), 4_u16.to_le_bytes()].concat());
            bytes.extend([1_u32.to_le_bytes(), u32::to_le_bytes(value)].concat());
        }
        let next = if number == shades.len() { 0 } else { first_pixel + pixels };
        bytes.extend(next.to_le_bytes());
        bytes.extend((0..pixels).map(|_| *shade));
    }
    bytes
}
