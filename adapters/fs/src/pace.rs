use std::time::Duration;

/// Bytes that a reader is given at once, at least.
pub(crate) const LEAST: usize = 16 * 1024;
/// Bytes that a reader is given at once, at most.
pub(crate) const MOST: usize = 256 * 1024;
/// How long a reader should take over a piece: short enough that what it holds is little, long
/// enough that fetching the next costs little beside it.
const AIM: Duration = Duration::from_millis(10);

/// Tells how many bytes to give next to a reader that took `length` bytes in `taken`.
///
/// Twice as many at most, so that a fast start into empty socket buffers is no promise.
pub(crate) fn next(length: usize, taken: Duration) -> usize {
    let in_time = length as u128 * AIM.as_micros() / taken.as_micros().max(1);
    let most = MOST.min(length.saturating_mul(2));
    let next = usize::try_from(in_time).unwrap_or(MOST).min(most);
    // Whole steps, so that the allocator sees few sizes.
    (next / LEAST).max(1) * LEAST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_grow_to_the_most_while_the_reader_keeps_up() {
        let mut length = LEAST;
        let mut given = vec![length];
        for _ in 0..6 {
            length = next(length, Duration::from_micros(50));
            given.push(length / LEAST);
        }
        assert_eq!(given[1..], [2, 4, 8, 16, 16, 16]);
    }

    #[test]
    fn a_reader_that_stalls_is_given_the_least_next() {
        assert_eq!(next(MOST, Duration::from_secs(25)), LEAST);
        assert_eq!(next(MOST, Duration::MAX), LEAST);
        assert_eq!(next(LEAST, Duration::from_millis(9)), LEAST);
    }

    #[test]
    fn a_steady_reader_is_given_what_it_takes_in_the_time_aimed_at() {
        let bytes_per_ms = 8 * 1024;
        let mut length = LEAST;
        for _ in 0..10 {
            length = next(length, Duration::from_millis((length / bytes_per_ms) as u64));
        }
        assert_eq!(length, 5 * LEAST);
    }

    #[test]
    fn a_piece_cut_short_by_the_end_of_a_range_breaks_nothing() {
        assert_eq!(next(1, Duration::ZERO), LEAST);
        assert_eq!(next(0, Duration::ZERO), LEAST);
    }
}
