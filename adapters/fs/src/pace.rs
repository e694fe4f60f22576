use std::time::Duration;

/// The minimum size of a piece in bytes.
pub(crate) const MIN_PIECE: usize = 16 * 1024;
/// The maximum size of a piece in bytes.
pub(crate) const MAX_PIECE: usize = 256 * 1024;
/// The target time for a reader to consume a piece: short enough to keep buffers small, long enough
/// that fetching the next piece costs little in comparison.
const AIM: Duration = Duration::from_millis(10);

/// Returns the size in bytes of the next piece for a reader that consumed `length` bytes in
/// `taken`.
///
/// At most doubles the size, because a fast start may only have filled empty socket buffers.
pub(crate) fn next(length: usize, taken: Duration) -> usize {
    let in_time = length as u128 * AIM.as_micros() / taken.as_micros().max(1);
    let most = MAX_PIECE.min(length.saturating_mul(2));
    let next = usize::try_from(in_time).unwrap_or(MAX_PIECE).min(most);
    // Multiples of the minimum, so that the allocator sees few sizes.
    (next / MIN_PIECE).max(1) * MIN_PIECE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_grow_to_the_maximum_for_a_fast_reader() {
        let mut length = MIN_PIECE;
        let mut given = vec![length];
        for _ in 0..6 {
            length = next(length, Duration::from_micros(50));
            given.push(length / MIN_PIECE);
        }
        assert_eq!(given[1..], [2, 4, 8, 16, 16, 16]);
    }

    #[test]
    fn a_stalled_reader_gets_the_minimum_next() {
        assert_eq!(next(MAX_PIECE, Duration::from_secs(25)), MIN_PIECE);
        assert_eq!(next(MAX_PIECE, Duration::MAX), MIN_PIECE);
        assert_eq!(next(MIN_PIECE, Duration::from_millis(9)), MIN_PIECE);
    }

    #[test]
    fn a_steady_reader_gets_pieces_of_the_target_duration() {
        let bytes_per_ms = 8 * 1024;
        let mut length = MIN_PIECE;
        for _ in 0..10 {
            length = next(length, Duration::from_millis((length / bytes_per_ms) as u64));
        }
        assert_eq!(length, 5 * MIN_PIECE);
    }

    #[test]
    fn a_short_last_piece_is_allowed() {
        assert_eq!(next(1, Duration::ZERO), MIN_PIECE);
        assert_eq!(next(0, Duration::ZERO), MIN_PIECE);
    }
}
