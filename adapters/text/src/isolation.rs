//! Isolation of values whose direction differs from the sentence around them (UAX #9).

use crate::language_info::Direction;

/// First strong isolate: takes the direction of the first strong letter that follows.
const START: char = '\u{2068}';
/// Pop directional isolate: ends the isolate.
const END: char = '\u{2069}';

/// Isolates a value if it could change the direction of the sentence around it, or the reverse.
pub(crate) fn isolated(value: String, sentence: Direction) -> String {
    let is_foreign = match sentence {
        Direction::LeftToRight => value.chars().any(|c| is_right_to_left(c) || is_control(c)),
        Direction::RightToLeft => {
            value.chars().any(|c| is_control(c) || (c.is_alphabetic() && !is_right_to_left(c)))
        }
    };
    if !is_foreign {
        return value;
    }
    let inner = value.chars().filter(|c| !is_isolate(*c));
    std::iter::once(START).chain(inner).chain([END]).collect()
}

/// Returns whether a letter is written from right to left.
const fn is_right_to_left(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

const fn is_isolate(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2069}')
}

/// Returns whether a character changes the direction of the following text.
const fn is_control(c: char) -> bool {
    is_isolate(c) || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use Direction::{LeftToRight, RightToLeft};

    #[test]
    fn only_values_of_the_other_direction_are_isolated() {
        let isolated = |text: &str, sentence| isolated(text.to_owned(), sentence);
        assert_eq!(isolated("scan.pdf", LeftToRight), "scan.pdf");
        assert_eq!(isolated("מאמר.pdf", LeftToRight), "\u{2068}מאמר.pdf\u{2069}");
        assert_eq!(isolated("scan.pdf", RightToLeft), "\u{2068}scan.pdf\u{2069}");
        assert_eq!(isolated("מאמר", RightToLeft), "מאמר");
        // Digits with a separator form one number in either direction.
        assert_eq!(isolated("2026-00417", RightToLeft), "2026-00417");
    }

    #[test]
    fn a_value_cannot_end_its_isolate() {
        let text = isolated("a\u{2069}\u{202e}fdp".to_owned(), LeftToRight);
        assert_eq!(text, "\u{2068}a\u{202e}fdp\u{2069}");
    }
}
