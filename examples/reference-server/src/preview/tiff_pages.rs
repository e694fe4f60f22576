/// The most pages of a TIFF that are found.
const MOST: usize = 10_000;

/// Finds the pages of a TIFF (TIFF 6.0, section 2), where a scanner puts one image a page.
///
/// ```text
/// 0  "II" or "MM": the order of bytes      at each page:
/// 2  42, 2 bytes                           0         how many entries, 2 bytes
/// 4  where the first page is, 4 bytes      2         the entries, 12 bytes each
///                                          2 + 12 n  where the next page is, 4 bytes; 0: none
/// ```
/// Files beyond 4 GiB, which have 43 in place of 42, are not drawn.
#[derive(Debug)]
pub(super) struct TiffPages {
    is_little_endian: bool,
    /// Where each page is.
    places: Vec<u32>,
}

impl TiffPages {
    /// The pages; `None` where there are none.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let is_little_endian = match bytes.get(..4)? {
            b"II\x2a\0" => true,
            b"MM\0\x2a" => false,
            _ => return None,
        };
        let short = |at: usize| {
            let two: [u8; 2] = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
            Some(if is_little_endian { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
        };
        let long = |at: usize| {
            let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
            Some(if is_little_endian { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
        };
        let mut places = Vec::new();
        let mut next = long(4);
        // A ring of pages ends where it comes to a page again.
        while let Some(place) = next.filter(|place| *place != 0 && !places.contains(place)) {
            let at = usize::try_from(place).ok()?;
            let Some(entries) = short(at) else { break };
            places.push(place);
            if places.len() == MOST {
                break;
            }
            next = at.checked_add(2 + 12 * usize::from(entries)).and_then(long);
        }
        (!places.is_empty()).then_some(Self { is_little_endian, places })
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.places.len()).unwrap_or(u32::MAX)
    }

    /// Lets the file begin with this page, from 1, since decoders read only the first. A page that
    /// is not there changes nothing.
    pub(super) fn begin_with(&self, number: u32, bytes: &mut [u8]) {
        let index = number.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        let place = index.and_then(|index| self.places.get(index));
        if let (Some(place), Some(first)) = (place, bytes.get_mut(4..8)) {
            let place =
                if self.is_little_endian { place.to_le_bytes() } else { place.to_be_bytes() };
            first.copy_from_slice(&place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pages without entries, at these places.
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

    #[test]
    fn a_page_is_put_first() {
        let mut bytes = tiff(&[8, 20, 40, 0]);
        let pages = TiffPages::of(&bytes).unwrap();
        assert_eq!(pages.count(), 3);
        pages.begin_with(2, &mut bytes);
        assert_eq!(bytes[4..8], [20, 0, 0, 0]);
        pages.begin_with(4, &mut bytes);
        assert_eq!(bytes[4..8], [20, 0, 0, 0]);
        assert_eq!(TiffPages::of(&bytes).unwrap().count(), 2);
    }

    #[test]
    fn a_ring_ends_and_a_place_outside_is_no_page() {
        assert_eq!(TiffPages::of(&tiff(&[8, 20, 8])).unwrap().count(), 2);
        assert_eq!(TiffPages::of(&tiff(&[8, 4_000_000_000])).unwrap().count(), 1);
        assert!(TiffPages::of(&tiff(&[u32::MAX])).is_none());
        assert!(TiffPages::of(b"II\x2b\0\x08\0\0\0").is_none());
        assert!(TiffPages::of(b"II").is_none());
    }
}
