//! Malicious PDFs that would hang, crash or bloat a careless reader.

use crate::documents::{A4, page, pdf, stream};

/// A page of 35 km by 35 km with a line on it.
pub(crate) fn giant_page() -> Vec<u8> {
    pdf(&page("[0 0 99999999 99999999]", "", "0 0 m 99999999 99999999 l 999999 w S"))
}

/// Twelve levels of drawings, each of which draws the next one ten times: 10^12 lines.
pub(crate) fn endless_drawing() -> Vec<u8> {
    let mut objects = page(A4, "/XObject << /X 5 0 R >>", "/X Do");
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 595 842]";
    for level in 5..17 {
        let next = level + 1;
        let entries = format!("{form} /Resources << /XObject << /X {next} 0 R >> >>");
        objects.push(stream(&entries, &"/X Do ".repeat(10)));
    }
    objects.push(stream(form, "0 0 m 595 842 l S"));
    pdf(&objects)
}

/// A drawing that draws itself.
pub(crate) fn drawing_of_itself() -> Vec<u8> {
    let mut objects = page(A4, "/XObject << /X 5 0 R >>", "/X Do");
    let entries = "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /X 5 0 R >> >>";
    objects.push(stream(entries, "/X Do /X Do"));
    pdf(&objects)
}

/// A page tree with a cycle.
pub(crate) fn ring_of_pages() -> Vec<u8> {
    pdf(&[
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>".to_owned(),
        "<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 2 >>".to_owned(),
    ])
}

/// Half a million nested arrays in the page size and in the page content.
pub(crate) fn deep_nesting() -> Vec<u8> {
    let deep = format!("{}{}", "[".repeat(500_000), "]".repeat(500_000));
    pdf(&page(
        &deep,
        &format!("/ExtGState {deep}"),
        &format!("{deep} 0 d q {}", "q ".repeat(500_000)),
    ))
}

/// A drawing that is 12 MB compressed and 2 GB decompressed (RFC 1951: one zero byte, then repeated
/// copies of 258 bytes).
pub(crate) fn memory_bomb() -> Vec<u8> {
    let mut bits = Bits::default();
    // The last block, with fixed Huffman codes.
    bits.number(0b1, 1);
    bits.number(0b01, 2);
    bits.code(0b0011_0000, 8);
    for _ in 0..8_000_000 {
        bits.code(0b1100_0101, 8);
        bits.code(0, 5);
    }
    bits.code(0, 7);
    let content = [b"\x78\x01".as_slice(), &bits.bytes].concat();
    let mut objects = page(A4, "", "");
    let contents = objects.pop().expect("the page has contents");
    assert!(contents.contains("/Length 0"), "the bomb takes their place");
    let mut bytes = pdf(&objects);
    let head = format!("4 0 obj\n<< /Filter /FlateDecode /Length {} >>\nstream\n", content.len());
    let end = bytes.len() - b"trailer << /Root 1 0 R >>\n%%EOF\n".len();
    let object = [head.as_bytes(), &content, b"\nendstream\nendobj\n"].concat();
    bytes.splice(end..end, object);
    bytes
}

/// Bits in the order of deflate (RFC 1951 §3.1.1).
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u8,
}

impl Bits {
    fn bit(&mut self, bit: u32) {
        if self.used == 0 {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut()
            && bit == 1
        {
            *last |= 1 << self.used;
        }
        self.used = (self.used + 1) % 8;
    }

    /// Least significant bit first.
    fn number(&mut self, value: u32, length: u32) {
        (0..length).for_each(|place| self.bit(value >> place & 1));
    }

    /// Most significant bit first.
    fn code(&mut self, value: u32, length: u32) {
        (0..length).rev().for_each(|place| self.bit(value >> place & 1));
    }
}
