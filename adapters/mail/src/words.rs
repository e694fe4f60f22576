//! Numbers in words, in the reader's language.

use desktop_delivery::Language;

/// How many downloads are left: "5 downloads left", "aucun téléchargement restant".
pub(crate) fn downloads_left(count: u32, language: Language) -> String {
    match (language, count) {
        (Language::French, 0) => "aucun téléchargement restant".to_owned(),
        (Language::French, 1) => "1\u{a0}téléchargement restant".to_owned(),
        (Language::French, n) => format!("{n}\u{a0}téléchargements restants"),
        (_, 0) => "no downloads left".to_owned(),
        (_, 1) => "1 download left".to_owned(),
        (_, n) => format!("{n} downloads left"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_none_is_said() {
        for (count, english, french) in [
            (0, "no downloads left", "aucun téléchargement restant"),
            (1, "1 download left", "1\u{a0}téléchargement restant"),
            (5, "5 downloads left", "5\u{a0}téléchargements restants"),
        ] {
            assert_eq!(downloads_left(count, Language::English), english);
            assert_eq!(downloads_left(count, Language::French), french);
        }
    }
}
