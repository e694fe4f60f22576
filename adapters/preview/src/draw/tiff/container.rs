use std::collections::HashSet;

/// The maximum number of pages of a TIFF.
const MOST: usize = 10_000;

/// Tags (TIFF 6.0, section 8).
const NEW_SUBFILE_TYPE: u16 = 254;
/// Bits of [`NEW_SUBFILE_TYPE`]: a reduced copy of another picture, and a mask for one.
const NO_PAGE: u64 = 0b101;

/// The pages of a TIFF (TIFF 6.0, section 2) or a BigTIFF. Scanners store one picture per page.
///
/// ```text
/// TIFF                                     BigTIFF
/// 0  "II" or "MM": the byte order          0  the same
/// 2  42, 2 bytes                           2  43, 2 bytes; 8, 2 bytes; 0, 2 bytes
/// 4  offset of the first page, 4 bytes     8  offset of the first page, 8 bytes
///
/// at each page                             at each page
/// 0  number of entries, 2 bytes            0  number of entries, 8 bytes
/// 2  the entries, 12 bytes each            8  the entries, 20 bytes each
///    offset of the next page, 4 bytes         offset of the next page, 8 bytes; 0: none
/// ```
#[derive(Debug)]
pub(super) struct Container<'a> {
    pages: Vec<Directory<'a>>,
}

/// The directory of one page in a TIFF.
#[derive(Clone, Copy, Debug)]
pub(super) struct Directory<'a> {
    numbers: Numbers<'a>,
    is_big: bool,
    /// The offset of the first entry.
    entries: usize,
    count: usize,
}

/// Numbers in the byte order of the file.
#[derive(Clone, Copy, Debug)]
struct Numbers<'a> {
    bytes: &'a [u8],
    is_little_endian: bool,
}

/// The values of one tag.
#[derive(Clone, Copy, Debug)]
struct Field<'a> {
    kind: u16,
    data: Numbers<'a>,
}

impl<'a> Container<'a> {
    /// Finds the pages. Returns `None` if there are none.
    pub(super) fn of(bytes: &'a [u8]) -> Option<Self> {
        let (is_little_endian, is_big) = match bytes.get(..4)? {
            b"II\x2a\0" => (true, false),
            b"MM\0\x2a" => (false, false),
            b"II\x2b\0" => (true, true),
            b"MM\0\x2b" => (false, true),
            _ => return None,
        };
        let numbers = Numbers { bytes, is_little_endian };
        let (mut places, mut pages) = (HashSet::new(), Vec::new());
        let mut next = if is_big { numbers.u64(8) } else { numbers.u32(4).map(u64::from) };
        // A cycle of pages ends at the first page that repeats.
        while let Some(place) = next.filter(|place| *place != 0 && places.insert(*place)) {
            let Some(page) = Directory::at(place, numbers, is_big) else { break };
            pages.push(page);
            if pages.len() == MOST {
                break;
            }
            next = page.next();
        }
        // A file may contain thumbnails in addition to its pages.
        let is_page = |page: &Directory<'_>| page.int(NEW_SUBFILE_TYPE).unwrap_or(0) & NO_PAGE == 0;
        if pages.iter().any(is_page) {
            pages.retain(is_page);
        }
        (!pages.is_empty()).then_some(Self { pages })
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.pages.len()).unwrap_or(u32::MAX)
    }

    /// Returns a page, counted from 1.
    pub(super) fn page(&self, number: u32) -> Option<Directory<'a>> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        self.pages.get(index).copied()
    }
}

impl<'a> Directory<'a> {
    fn at(place: u64, numbers: Numbers<'a>, is_big: bool) -> Option<Self> {
        let at = usize::try_from(place).ok()?;
        let (count, head) = match is_big {
            true => (numbers.u64(at)?, 8),
            false => (numbers.u16(at)?.into(), 2),
        };
        let count = usize::try_from(count).ok()?;
        Some(Self { numbers, is_big, entries: at.checked_add(head)?, count })
    }

    const fn entry_length(self) -> usize {
        if self.is_big { 20 } else { 12 }
    }

    /// Returns the offset of the next page.
    fn next(self) -> Option<u64> {
        let at = self.entry_length().checked_mul(self.count)?.checked_add(self.entries)?;
        if self.is_big { self.numbers.u64(at) } else { self.numbers.u32(at).map(u64::from) }
    }

    fn field(self, tag: u16) -> Option<Field<'a>> {
        let (length, mut at) = (self.entry_length(), self.entries);
        for _ in 0..self.count {
            if self.numbers.u16(at)? == tag {
                return self.field_at(at);
            }
            at = at.checked_add(length)?;
        }
        None
    }

    fn field_at(self, at: usize) -> Option<Field<'a>> {
        let Numbers { bytes, is_little_endian } = self.numbers;
        let kind = self.numbers.u16(at + 2)?;
        let (count, value, inline) = match self.is_big {
            true => (self.numbers.u64(at + 4)?, at + 12, 8),
            false => (self.numbers.u32(at + 4)?.into(), at + 8, 4),
        };
        let length = usize::try_from(count).ok()?.checked_mul(size_of_kind(kind)?)?;
        let start = match (length <= inline, self.is_big) {
            (true, _) => value,
            (false, true) => usize::try_from(self.numbers.u64(value)?).ok()?,
            (false, false) => usize::try_from(self.numbers.u32(value)?).ok()?,
        };
        let data = bytes.get(start..start.checked_add(length)?)?;
        Some(Field { kind, data: Numbers { bytes: data, is_little_endian } })
    }

    /// Returns the integers of a tag, or none if it is missing.
    pub(super) fn ints(self, tag: u16) -> Vec<u64> {
        let Some(Field { kind, data }) = self.field(tag) else { return Vec::new() };
        let size = size_of_kind(kind).unwrap_or(1);
        let starts = (0..data.bytes.len()).step_by(size);
        match kind {
            1 | 7 => data.bytes.iter().copied().map(u64::from).collect(),
            3 => starts.filter_map(|at| data.u16(at)).map(u64::from).collect(),
            4 | 13 => starts.filter_map(|at| data.u32(at)).map(u64::from).collect(),
            16 | 18 => starts.filter_map(|at| data.u64(at)).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the first integer of a tag.
    pub(super) fn int(self, tag: u16) -> Option<u64> {
        self.ints(tag).first().copied()
    }

    /// Returns the first integer of a tag if it fits in a `u32`.
    pub(super) fn small(self, tag: u16) -> Option<u32> {
        self.int(tag).and_then(|number| u32::try_from(number).ok())
    }

    /// Returns the first fraction of a tag.
    pub(super) fn ratio(self, tag: u16) -> Option<f64> {
        let Field { kind: 5, data } = self.field(tag)? else { return None };
        let (upper, lower) = (data.u32(0)?, data.u32(4)?);
        (lower != 0).then(|| f64::from(upper) / f64::from(lower))
    }

    /// Returns the bytes of a tag.
    pub(super) fn raw(self, tag: u16) -> Option<&'a [u8]> {
        self.field(tag).map(|field| field.data.bytes)
    }

    /// Returns the whole file.
    pub(super) const fn file(self) -> &'a [u8] {
        self.numbers.bytes
    }

    pub(super) const fn is_little_endian(self) -> bool {
        self.numbers.is_little_endian
    }
}

/// Returns the length of a value in bytes (TIFF 6.0, section 2; BigTIFF).
const fn size_of_kind(kind: u16) -> Option<usize> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16 | 17 | 18 => Some(8),
        _ => None,
    }
}

impl Numbers<'_> {
    fn array<const N: usize>(self, at: usize) -> Option<[u8; N]> {
        let mut array: [u8; N] = self.bytes.get(at..at.checked_add(N)?)?.try_into().ok()?;
        if !self.is_little_endian {
            array.reverse();
        }
        Some(array)
    }

    fn u16(self, at: usize) -> Option<u16> {
        self.array(at).map(u16::from_le_bytes)
    }

    fn u32(self, at: usize) -> Option<u32> {
        self.array(at).map(u32::from_le_bytes)
    }

    fn u64(self, at: usize) -> Option<u64> {
        self.array(at).map(u64::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages without entries, at these offsets.
    fn tiff(places: &[u32]) -> Vec<u8> {
        let mut bytes = b"II\x2a\0".to_vec();
        bytes.extend(places[0].to_le_bytes());
        for pair in places.windows(2) {
            bytes.resize(usize::try_from(pair[0]).unwrap(), 0xee);
            bytes.extend([0, 0]);
            bytes.extend(pair[1].to_le_bytes());
        }
        bytes
    }

    fn count(bytes: &[u8]) -> Option<u32> {
        Container::of(bytes).map(|container| container.count())
    }

    #[test]
    fn pages_follow_one_another() {
        let bytes = tiff(&[8, 20, 40, 0]);
        let container = Container::of(&bytes).unwrap();
        assert_eq!(container.count(), 3);
        assert_eq!(container.page(2).unwrap().entries, 22);
        assert!(container.page(0).is_none() && container.page(4).is_none());
    }

    #[test]
    fn cycles_end_and_offsets_outside_the_file_are_ignored() {
        assert_eq!(count(&tiff(&[8, 20, 8])), Some(2));
        assert_eq!(count(&tiff(&[8, 4_000_000_000])), Some(1));
        assert_eq!(count(&tiff(&[u32::MAX])), None);
        assert_eq!(count(b"II\x2b\0\x08\0\0\0"), None);
        assert_eq!(count(b"II"), None);
    }

    #[test]
    fn both_byte_orders_and_both_formats_are_read() {
        // One page with two entries: a width of 0x0102 (a short) and three strips at 1, 2 and 3.
        let mut small = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
        small.extend(b"\x01\0\0\x03\0\0\0\x01\x01\x02\0\0");
        small.extend(b"\x01\x11\0\x04\0\0\0\x03\0\0\0\x26\0\0\0\0");
        small.extend(b"\0\0\0\x01\0\0\0\x02\0\0\0\x03");
        let mut big = b"II\x2b\0\x08\0\0\0\x10\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0".to_vec();
        big.extend(b"\0\x01\x03\0\x01\0\0\0\0\0\0\0\x02\x01\0\0\0\0\0\0");
        big.extend(b"\x11\x01\x10\0\x03\0\0\0\0\0\0\0\x48\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
        for strip in 1..=3_u64 {
            big.extend(strip.to_le_bytes());
        }
        for file in [small, big] {
            let page = Container::of(&file).unwrap().page(1).unwrap();
            assert_eq!(page.small(256), Some(0x0102));
            assert_eq!(page.ints(273), [1, 2, 3]);
            assert_eq!((page.int(257), page.ratio(282)), (None, None));
        }
    }

    #[test]
    fn a_thumbnail_is_not_a_page() {
        // The first of two directories is a reduced-resolution picture.
        let mut bytes = b"II\x2a\0\x08\0\0\0\x01\0".to_vec();
        bytes.extend(b"\xfe\0\x04\0\x01\0\0\0\x01\0\0\0\x1a\0\0\0");
        bytes.extend(b"\x01\0\xfe\0\x04\0\x01\0\0\0\x02\0\0\0\0\0\0\0");
        let container = Container::of(&bytes).unwrap();
        assert_eq!((container.count(), container.page(1).unwrap().entries), (1, 28));
    }
}
