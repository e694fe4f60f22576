//! Normalization of typed identifiers for comparison.

use precis_profiles::UsernameCasePreserved;
use precis_profiles::precis_core::profile::Rules;
use std::borrow::Cow;

/// Normalizes a typed identifier: trimmed of spaces and invisible characters, with full-width
/// characters replaced, composed (NFC).
///
/// Applies the mappings of UsernameCasePreserved (RFC 8265 §3.4) without its restrictions on
/// characters, because card numbers of libraries may contain any.
pub(crate) fn composed(typed: &str) -> String {
    let profile = UsernameCasePreserved::new();
    let mapped = |text: Cow<'_, str>| {
        let text = profile.width_mapping_rule(text).ok()?;
        profile.normalization_rule(text).ok().map(Cow::into_owned)
    };
    let text = trimmed(typed);
    mapped(Cow::Borrowed(text)).unwrap_or_else(|| text.to_owned())
}

/// Normalizes a case-insensitive identifier: a user name or an email address.
pub(crate) fn folded(typed: &str) -> String {
    // Lowercasing can decompose a character: `İ` becomes `i` and a combining dot.
    composed(&composed(typed).to_lowercase())
}

/// Trims spaces and invisible characters, which often come from pasting.
pub(crate) fn trimmed(typed: &str) -> &str {
    let is_invisible = |c: char| {
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    typed.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equivalent_forms_of_an_identifier_match() {
        for (typed, same) in [
            (" P-2041\t", "p-2041"),
            ("\u{feff}p-2041\u{200b}", "p-2041"),
            ("Ｐ－２０４１", "p-2041"),
            ("Cafe\u{301} 7", "café 7"),
            ("CARLA@Example.ORG", "carla@example.org"),
            ("ｶｰﾄﾞ", "カード"),
            ("", ""),
        ] {
            assert_eq!(folded(typed), same, "{typed:?}");
            assert_eq!(folded(same), same, "{typed:?}");
        }
        assert_eq!(composed(" \u{ff30}-204\u{ff11}"), "P-2041");
        assert_ne!(composed("P-2041"), composed("p-2041"));
        assert_ne!(folded("p 2041"), folded("p2041"));
    }
}
