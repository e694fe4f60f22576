//! Recovery of tokens from text changed by email programs, word processors or people.

use crate::model::email_address::is_invisible;

/// The maximum number of characters examined: a token, wrapped and quoted, and the text after it.
const MOST: usize = 512;

/// Returns the token of `TEXT` characters in `text` for which `is_genuine` holds, unless `text`
/// already has the form of a token.
///
/// At most eight candidates are tried: up to four from the text as it is, cut at the first foreign
/// character, and up to four with line breaks removed.
pub(super) fn repaired<const TEXT: usize>(
    text: &str,
    is_genuine: impl Fn(&[u8; TEXT]) -> bool,
) -> Option<[u8; TEXT]> {
    if text.len() == TEXT && text.bytes().all(is_in_alphabet) {
        return None;
    }
    let cut = word(text.chars().filter(|c| !is_invisible(*c)));
    let find = |word: &[u8]| candidates(word).into_iter().find(|token| is_genuine(token));
    find(&cut).or_else(|| {
        let joined = word(text.chars().filter(|c| !is_invisible(*c) && !is_line_break(*c)));
        if joined == cut { None } else { find(&joined) }
    })
}

/// Returns the first run of characters used in tokens. No token begins with `-` or `_`.
fn word(characters: impl Iterator<Item = char>) -> Vec<u8> {
    let bytes = characters.take(MOST).map(|c| u8::try_from(c).unwrap_or_default());
    bytes
        .skip_while(|byte| !byte.is_ascii_alphanumeric())
        .take_while(|byte| is_in_alphabet(*byte))
        .collect()
}

/// Returns the candidates for a word: without trailing `-` and `_`, or with lost ones restored.
fn candidates<const TEXT: usize>(word: &[u8]) -> Vec<[u8; TEXT]> {
    if let Some((token, behind)) = word.split_first_chunk::<TEXT>() {
        let is_decoration = behind.iter().all(|byte| matches!(byte, b'-' | b'_'));
        return if is_decoration { vec![*token] } else { Vec::new() };
    }
    let ends: &[&[u8]] = match TEXT - word.len() {
        1 => &[b"-", b"_"],
        2 => &[b"--", b"-_", b"_-", b"__"],
        _ => &[],
    };
    ends.iter().filter_map(|end| [word, *end].concat().try_into().ok()).collect()
}

const fn is_in_alphabet(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Returns whether a character may come from wrapping a line: white space, a quoted-printable `=`,
/// a quoting `>`.
fn is_line_break(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '=' | '>')
}
