use crate::model::facts::Facts;
use crate::model::search_words::{indexed, sought};
use std::collections::BTreeSet;

/// The maximum number of words in a search; further words are ignored. In a script without spaces,
/// each pair of neighboring characters counts as one word.
pub const MAX_SEARCH_WORDS: usize = 16;

/// The words of a search in a list of requests. Each must be a prefix of a word of the request.
///
/// A word is a run of letters and digits. Case, accents and the order of the words do not matter.
/// In scripts without spaces between words (Chinese, Japanese, Korean, Thai and others), pairs of
/// neighboring characters are compared, so that a search also finds the middle of a title.
///
/// ```
/// # use desktop_delivery::{AgencyId, Facts, RequestReference};
/// # use desktop_delivery::ledger::Search;
/// # let reference = RequestReference::new("2026-00417")?;
/// # let (requester, supplier) = (AgencyId::new("CA-BVAU")?, AgencyId::new("CA-OTU")?);
/// let facts = Facts::new(reference, requester, supplier, "L'Œuvre au noir: une étude");
/// let finds = |text| Search::of(text).is_some_and(|search| search.matches(&facts));
/// assert!(finds("ETUDE oeuv") && finds("2026-00417") && finds("00417") && finds("bvau"));
/// assert!(!finds("tude") && !finds("étude blanche"));
/// let facts = facts.with_source("地理学評論");
/// let finds = |text| Search::of(text).is_some_and(|search| search.matches(&facts));
/// assert!(finds("地理学") && finds("学評") && finds("論 NOIR") && !finds("地学"));
/// assert_eq!(Search::of(" -- "), None);
/// # Ok::<(), desktop_delivery::InvalidInput>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Search(Vec<String>);

impl Search {
    /// Parses a typed text. Returns `None` if it contains no letter or digit.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let mut found: Vec<String> = Vec::new();
        for word in sought(text) {
            if found.len() < MAX_SEARCH_WORDS && !found.contains(&word) {
                found.push(word);
            }
        }
        (!found.is_empty()).then_some(Self(found))
    }

    /// Returns the words, folded like [`Facts::search_words`]. They contain only letters, digits
    /// and marks, so that a ledger can use them in a query without escaping.
    #[must_use]
    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// Returns whether every word is a prefix of a word of the request.
    #[must_use]
    pub fn matches(&self, facts: &Facts) -> bool {
        let words = facts.search_words();
        self.0.iter().all(|sought| {
            // Words that begin with it follow it in order.
            words.range(sought.clone()..).next().is_some_and(|word| word.starts_with(&**sought))
        })
    }
}

impl Facts {
    /// Returns the words by which a search finds the request, from its title, source, citation
    /// and reference, both agencies' numbers for it, and both agencies' ids. They contain nothing
    /// about the patron.
    ///
    /// Text in a script without spaces yields each character together with the next one: "地理学"
    /// yields "地理", "理学" and "学".
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
        let citation = self.citation.searched();
        texts.into_iter().chain(citation.iter().map(|text| &**text)).flat_map(indexed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::{AgencyId, RequestReference};
    use crate::model::search_words::MAX_WORD_CHARS;
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization as _;

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
    fn each_word_is_a_prefix_of_a_word_of_the_request() {
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
    fn only_letters_and_digits_are_searched() {
        for text in ["", " ", "--", "“…”", "\u{301}", "_*\"^"] {
            assert_eq!(Search::of(text), None, "{text:?}");
        }
        let search = Search::of("A_b* NEAR(\"c\")-ﬁn ½ a").unwrap();
        assert_eq!(search.words(), ["a", "b", "near", "c", "fin", "1", "2"]);
    }

    #[test]
    fn a_search_is_bounded() {
        let many: Vec<String> = (0..=MAX_SEARCH_WORDS).map(|number| format!("w{number}")).collect();
        assert_eq!(Search::of(&many.join(" ")).unwrap().words().len(), MAX_SEARCH_WORDS);
        let long = "é".repeat(MAX_WORD_CHARS + 9);
        assert_eq!(Search::of(&long).unwrap().words(), ["e".repeat(MAX_WORD_CHARS)]);
        let mut facts = facts();
        facts.title = long.clone();
        assert!(
            Search::of(&long).unwrap().matches(&facts),
            "both sides are truncated the same way"
        );
        let whole: String = ('一'..).take(60).collect();
        assert_eq!(Search::of(&whole).unwrap().words().len(), MAX_SEARCH_WORDS);
    }

    #[test]
    fn scripts_without_spaces_are_searched_by_character_pairs() {
        let mut facts = facts();
        facts.title =
            "第12回 海岸侵食とがけ崩れ ABC法・ﾃﾞｰﾀ 도서관협력 การกัดเซาะชายฝั่ง ទឹកកក".to_owned();
        let finds = |text: &str| Search::of(text).is_some_and(|search| search.matches(&facts));
        let found = [
            "海岸侵食",
            "岸侵",
            "侵食と",
            "食",
            "がけ崩",
            "12 海岸",
            "第12回",
            "abc",
            "法",
            "データ",
            "ータ",
            "관협",
            "도서관",
            "เซาะ",
            "ชายฝั่ง",
            "ฝั่",
            "ទឹក",
        ];
        let missed = ["海侵", "かけ", "侵食学", "タデ", "협도", "เซะ", "ชายฝัง", "海岸 foo"];
        for text in found {
            assert!(finds(text), "{text:?} is found");
        }
        for text in missed {
            assert!(!finds(text), "{text:?} is not found");
        }
    }

    proptest! {
        // Except for the Greek iota below a letter, a mark that becomes a letter in uppercase.
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
        fn any_part_of_a_title_without_spaces_finds_it(
            title in "[ぁ-ゖァ-ヺー一-鿿가-힣ก-ฮ]{1,40}", from in 0_usize..40, length in 1_usize..12,
        ) {
            let piece: String = title.chars().skip(from).take(length).collect();
            let mut facts = facts();
            facts.title = title;
            if let Some(search) = Search::of(&piece) {
                prop_assert!(search.matches(&facts), "{:?} in {:?}", piece, facts.title);
            }
        }
    }
}
