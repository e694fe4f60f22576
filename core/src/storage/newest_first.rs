use crate::ports::change::ListQuery;

/// Decides how long a search reads its list newest first instead of asking the search index.
///
/// An index collects all matches of a word before it returns the first. For a word that many
/// requests have, that takes longer the more requests are stored, although the newest few fill the
/// page. A search therefore begins with the newest requests of its list, and asks the index once
/// too few of them match.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewestFirst {
    read: usize,
    matched: usize,
}

impl NewestFirst {
    /// The number of requests that are read before the matches are counted.
    pub const FIRST: usize = 100;
    /// One match in so many requests is enough to go on: then, reading a page costs less than
    /// collecting the matches of a million requests.
    const ENOUGH: usize = 20;

    /// Counts a request that was read.
    pub fn count(&mut self, is_match: bool) {
        self.read += 1;
        self.matched += usize::from(is_match);
    }

    /// Returns whether the search should go on with the next request of the list.
    #[must_use]
    pub const fn pays(&self) -> bool {
        self.read < Self::FIRST || self.matched * Self::ENOUGH >= self.read
    }
}

/// What a search document must hold to match a query: its index tokens and its words.
#[derive(Clone, Debug)]
pub struct DocumentFilter {
    tokens: Vec<String>,
    words: Vec<String>,
}

impl DocumentFilter {
    /// Creates the filter of a query.
    #[must_use]
    pub fn of(query: &ListQuery) -> Self {
        let words = query.search.iter().flat_map(|search| search.words());
        Self { tokens: query.index_tokens(), words: words.cloned().collect() }
    }

    /// Returns whether a search document, of tokens and words separated by spaces, matches.
    #[must_use]
    pub fn matches(&self, document: &str) -> bool {
        let parts = || document.split(' ');
        self.tokens.iter().all(|token| parts().any(|part| part == token))
            && self.words.iter().all(|word| parts().any(|part| part.starts_with(&**word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::delivery::Status;
    use crate::model::ids::AgencyId;
    use crate::model::search::Search;
    use crate::ports::change::Party;

    #[test]
    fn a_document_matches_by_whole_tokens_and_beginnings_of_words() {
        let supplier = Party::Supplier(AgencyId::new("CA-OTU").unwrap());
        let query = ListQuery::of(supplier, 10).with_status(Status::Shipped);
        let tokens = query.index_tokens().join(" ");
        let of = |text| DocumentFilter::of(&query.clone().with_search(Search::of(text)));
        let document = format!("_r00 {tokens} eel glacier");
        for text in ["glac", "glacier", "EEL glacier"] {
            assert!(of(text).matches(&document), "{text}");
        }
        for text in ["lacier", "glaciers", "eel tide", "r00"] {
            assert!(!of(text).matches(&document), "{text}");
        }
        assert!(!of("eel").matches("_r00 eel"), "another library's");
        let longer = format!("{}0 eel", tokens);
        assert!(!of("eel").matches(&longer), "a token is no prefix");
    }

    #[test]
    fn reading_on_pays_while_one_in_twenty_matches() {
        let mut search = NewestFirst::default();
        for _ in 0..99 {
            search.count(false);
            assert!(search.pays());
        }
        search.count(false);
        assert!(!search.pays(), "none in a hundred");
        let mut search = NewestFirst::default();
        for read in 0..2_000 {
            search.count(read % 20 == 0);
            assert!(search.pays(), "after {read}");
        }
    }
}
