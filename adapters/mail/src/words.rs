//! Numbers and kinds in words, in the reader's language.

use desktop_delivery::Language;
use desktop_delivery::delivery::ProblemKind;

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

/// The text in place of a missing title.
pub(crate) const fn no_title(language: Language) -> &'static str {
    match language {
        Language::French => "(sans titre)",
        _ => "(no title given)",
    }
}

/// A request by its number: "request 2026-00417".
pub(crate) fn request(number: &str, language: Language) -> String {
    match language {
        Language::French => format!("demande {number}"),
        _ => format!("request {number}"),
    }
}

/// What is wrong with a document: "A page is missing".
pub(crate) const fn problem(kind: ProblemKind, language: Language) -> &'static str {
    match (language, kind) {
        (Language::French, ProblemKind::MissingPage) => "Il manque une page ou une partie de page",
        (Language::French, ProblemKind::Unreadable) => "Le document est illisible",
        (Language::French, ProblemKind::WrongArticle) => "Ce n’est pas le document demandé",
        (Language::French, _) => "Autre problème",
        (_, ProblemKind::MissingPage) => "A page is missing or cut off",
        (_, ProblemKind::Unreadable) => "It cannot be read",
        (_, ProblemKind::WrongArticle) => "It is not what was asked for",
        (_, _) => "Something else is wrong",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_problem_has_words_of_its_own() {
        use ProblemKind::{MissingPage, Other, Unreadable, WrongArticle};
        let kinds = [MissingPage, Other, Unreadable, WrongArticle];
        let mut all: Vec<_> = [Language::English, Language::French]
            .into_iter()
            .flat_map(|language| kinds.map(|kind| problem(kind, language)))
            .collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 8);
    }

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
