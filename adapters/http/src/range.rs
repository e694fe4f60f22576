use http_range_header::parse_range_header;
use std::ops::Range;

/// The bytes of a file to send in response to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 9110 allows no other response")]
pub enum Served {
    /// The whole file, with status 200.
    Whole,
    /// This range, with status 206.
    Part(Range<u64>),
    /// No bytes, with status 416: the range lies outside the file.
    Unsatisfiable,
}

/// Evaluates a `Range` header for a file of `size` bytes (RFC 9110 section 14.2).
///
/// Returns [`Served::Whole`] for several ranges, which the RFC permits, so that no response is
/// longer than the file. A header that cannot be parsed is ignored.
#[must_use]
pub fn served(range: Option<&str>, size: u64) -> Served {
    let one = range.filter(|range| !range.contains(','));
    let Some(Ok(parsed)) = one.map(parse_range_header) else { return Served::Whole };
    match parsed.validate(size).ok().as_deref() {
        Some([one]) => Served::Part(*one.start()..one.end().saturating_add(1)),
        _ => Served::Unsatisfiable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_range_is_resolved_against_the_file_size() {
        let cases = [
            (None, Served::Whole),
            (Some("bytes=0-"), Served::Part(0..100)),
            (Some("bytes=0-0"), Served::Part(0..1)),
            (Some("bytes=10-19"), Served::Part(10..20)),
            (Some("bytes=90-1000"), Served::Part(90..100)),
            (Some("bytes=-1"), Served::Part(99..100)),
            (Some("bytes=-1000"), Served::Part(0..100)),
            (Some("bytes=99-99"), Served::Part(99..100)),
            (Some("bytes=100-"), Served::Unsatisfiable),
            (Some("bytes=-0"), Served::Unsatisfiable),
            (Some("bytes=18446744073709551615-"), Served::Unsatisfiable),
            (Some("bytes=0-1,5-6"), Served::Whole),
            (Some("bytes=0-,0-,0-,0-"), Served::Whole),
            (Some("bytes=a-b"), Served::Whole),
            (Some("bytes="), Served::Whole),
            (Some("pages=1-2"), Served::Whole),
            (Some(""), Served::Whole),
        ];
        for (range, answer) in cases {
            assert_eq!(served(range, 100), answer, "{range:?}");
        }
    }

    #[test]
    fn every_range_of_an_empty_file_is_unsatisfiable() {
        assert_eq!(served(Some("bytes=0-"), 0), Served::Unsatisfiable);
        assert_eq!(served(Some("bytes=-1"), 0), Served::Unsatisfiable);
        assert_eq!(served(None, 0), Served::Whole);
    }
}
