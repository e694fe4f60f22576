use crate::delivery::Facts;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The most words that a search looks for; those behind are left out.
pub const MAX_SEARCH_WORDS: usize = 8;
/// The longest word that is told apart, in characters; what is behind is left out.
pub const MAX_WORD_CHARS: usize = 64;

/// What a person looks for in a list of requests: words, of which each begins a word of the request.
///
/// Words are runs of letters and digits, without regard to case and accents, in any order.
///
/// ```
/// # use desktop_delivery::{AgencyId, Facts, RequestReference, Search};
/// # let reference = RequestReference::new("2026-00417")?;
/// # let (requester, supplier) = (AgencyId::new("CA-BVAU")?, AgencyId::new("CA-OTU")?);
/// let facts = Facts::new(reference, requester, supplier, "L'Œuvre au noir: une étude");
/// let finds = |text| Search::of(text).is_some_and(|search| search.matches(&facts));
/// assert!(finds("ETUDE oeuv") && finds("2026-00417") && finds("00417") && finds("bvau"));
/// assert!(!finds("tude") && !finds("étude blanche"));
/// assert_eq!(Search::of(" -- "), None);
/// # Ok::<(), desktop_delivery::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Search(Vec<String>);

impl Search {
    /// Takes what somebody typed; `None` where there is no letter or digit in it.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let mut found: Vec<String> = Vec::new();
        for word in words(text) {
            if found.len() < MAX_SEARCH_WORDS && !found.contains(&word) {
                found.push(word);
            }
        }
        (!found.is_empty()).then_some(Self(found))
    }

    /// The words, folded as [`Facts::search_words`] are: letters and digits alone, so that a ledger
    /// can put them into a query as they are.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Whether each of the words begins some word of a request.
    #[must_use]
    pub fn matches(&self, facts: &Facts) -> bool {
        let words = facts.search_words();
        self.0.iter().all(|sought| {
            // The words that begin with it follow it in their order.
            words.range(sought.clone()..).next().is_some_and(|word| word.starts_with(&**sought))
        })
    }
}

impl Facts {
    /// The words by which a search finds the request: of title and source, of the reference and
    /// both agencies' numbers, and of both agencies' ids. Nothing about the patron.
    #[must_use]
    pub fn search_words(&self) -> BTreeSet<String> {
        let texts = [
            &*self.title,
            &self.source,
            self.reference.as_str(),
            &self.requester_request_id,
            &self.supplier_request_id,
            self.requester.as_str(),
            self.supplier.as_str(),
        ];
        texts.into_iter().flat_map(words).collect()
    }
}

/// The runs of letters and digits in a text, folded and cut to their greatest length.
fn words(text: &str) -> Vec<String> {
    let folded: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        // There and back, so that letters with several small forms get one: ß and ss, ς and σ.
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .fold(String::with_capacity(text.len()), |mut folded, c| {
            match spelled(c) {
                Some(letters) => folded.push_str(letters),
                None => folded.push(c),
            }
            folded
        });
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(MAX_WORD_CHARS).collect())
        .collect()
}

/// How letters are typed that Unicode does not take apart.
const fn spelled(letter: char) -> Option<&'static str> {
    match letter {
        'æ' => Some("ae"),
        'đ' => Some("d"),
        'ł' => Some("l"),
        'ø' => Some("o"),
        'œ' => Some("oe"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AgencyId, RequestReference};
    use proptest::prelude::*;

    fn facts() -> Facts {
        let facts = Facts::new(
            RequestReference::new("BC 2026-00417").unwrap(),
            AgencyId::new("CA-BVAU").unwrap(),
            AgencyId::new("CA-OTU").unwrap(),
            "L’érosion des côtes, 2e éd.",
        );
        facts.with_source("Zeitschrift für Straßenbau 12(3)").with_request_ids("R/77", "L_88")
    }

    fn finds(text: &str) -> bool {
        Search::of(text).is_some_and(|search| search.matches(&facts()))
    }

    #[test]
    fn each_word_begins_some_word_of_the_request() {
        let found = [
            "erosion",
            "COTES eros",
            "co\u{302}tes",
            "strassenbau",
            "STRAßE",
            "2026-00417",
            "00417",
            "2026",
            "r/77 88",
            "ca-otu",
            "bvau l'érosion",
            "12 3",
            "zeitschrift fur",
            "(cotes)",
        ];
        let missed = ["rosion", "0417", "erosion x", "bc20", "p-2041", "copy"];
        for text in found {
            assert!(finds(text), "{text:?} is found");
        }
        for text in missed {
            assert!(!finds(text), "{text:?} is not found");
        }
    }

    #[test]
    fn letters_and_digits_alone_are_sought() {
        for text in ["", " ", "--", "“…”", "\u{301}", "_*\"^"] {
            assert_eq!(Search::of(text), None, "{text:?}");
        }
        let search = Search::of("A_b* NEAR(\"c\")-ﬁn ½ a").unwrap();
        assert_eq!(search.words(), ["a", "b", "near", "c", "fin", "1", "2"]);
    }

    #[test]
    fn a_search_is_bounded() {
        let many: Vec<String> = (0..20).map(|number| format!("w{number}")).collect();
        assert_eq!(Search::of(&many.join(" ")).unwrap().words().len(), MAX_SEARCH_WORDS);
        let long = "é".repeat(MAX_WORD_CHARS + 9);
        assert_eq!(Search::of(&long).unwrap().words(), ["e".repeat(MAX_WORD_CHARS)]);
        let mut facts = facts();
        facts.title = long.clone();
        assert!(Search::of(&long).unwrap().matches(&facts), "what is cut is cut on both sides");
    }

    proptest! {
        // But for the Greek iota below a letter, a mark that becomes a letter in upper case.
        #[test]
        fn a_title_finds_itself_whatever_its_case(title in "\\PC{0,60}") {
            let title: String = title.nfd().filter(|c| *c != '\u{345}').collect();
            let mut facts = facts();
            facts.title.clone_from(&title);
            for text in [title.to_lowercase(), title.to_uppercase(), title.nfd().collect(), title] {
                if let Some(search) = Search::of(&text) {
                    prop_assert!(search.matches(&facts), "{:?}", text);
                }
            }
        }

        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,60}") {
            let once = words(&text);
            prop_assert_eq!(words(&once.join(" ")), once);
        }
    }
}
