/// How many of a file's first bytes are examined.
pub(super) const HEAD_BYTES: usize = 8_192;

/// Where a word begins.
pub(super) fn find(bytes: &[u8], word: &[u8]) -> Option<usize> {
    bytes.windows(word.len()).position(|window| window == word)
}
