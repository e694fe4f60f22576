/// The number of initial bytes that are examined.
pub(super) const HEAD_BYTES: usize = 8_192;

/// Returns the offset of a word.
pub(super) fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}
