use crate::model::fact_text::{MAX_FACT_BYTES, check_text};
use crate::model::input::{InputField, InvalidInput};
use serde::{Deserialize, Serialize};

/// The maximum length of all authors of a [`Citation`] together, in bytes.
pub const MAX_AUTHORS_BYTES: usize = 4_000;

/// The parts of a citation other than the title of the requested document itself, as the host
/// displays them. Each part may be empty.
///
/// # Example
/// ```
/// # use desktop_delivery::Citation;
/// let mut citation = Citation::default();
/// citation.container_title = "Journal of Glaciology".to_owned();
/// (citation.volume, citation.issue) = ("12".to_owned(), "3".to_owned());
/// (citation.date, citation.pages) = ("1973".to_owned(), "3-18".to_owned());
/// assert_eq!(citation.line(), "Journal of Glaciology, 12(3), 1973, 3-18");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Citation {
    /// The authors in the order of the document (ISO 18626 authorOfComponent, or author).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// The title of the journal or book that contains the document (ISO 18626 title, beside
    /// titleOfComponent).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub container_title: String,
    /// The ISSN of the journal (ISO 18626 bibliographicItemId).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub issn: String,
    /// The ISBN of the book (ISO 18626 bibliographicItemId).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub isbn: String,
    /// The volume (ISO 18626 volume).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub volume: String,
    /// The issue (ISO 18626 issue).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub issue: String,
    /// The requested pages (ISO 18626 pagesRequested).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pages: String,
    /// The date of publication, such as a year (ISO 18626 publicationDate).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub date: String,
}

impl Citation {
    /// Returns whether every part is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.authors.is_empty() && self.texts().iter().all(|(_, text)| text.is_empty())
    }

    /// Returns the container's title, volume, issue, date and pages in one line that needs no
    /// translation.
    #[must_use]
    pub fn line(&self) -> String {
        let mut number = self.volume.clone();
        if !self.issue.is_empty() {
            number = format!("{number}({})", self.issue);
        }
        let parts = [&self.container_title, &number, &self.date, &self.pages];
        let parts: Vec<_> = parts.into_iter().map(|part| &**part).collect();
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    }

    /// Checks the texts.
    ///
    /// # Errors
    /// [`InvalidInput`] if a text is longer than [`MAX_FACT_BYTES`] or contains a control
    /// character, or if all authors together are longer than [`MAX_AUTHORS_BYTES`].
    pub fn check(&self) -> Result<(), InvalidInput> {
        for (field, text) in self.texts() {
            check_text(field, text, MAX_FACT_BYTES)?;
        }
        check_text(InputField::AUTHORS, &self.authors.concat(), MAX_AUTHORS_BYTES)
    }

    /// Returns the texts by which a search finds the request. The digits of an ISSN or ISBN are
    /// found with and without hyphens.
    pub(super) fn searched(&self) -> Vec<String> {
        let joined = [&self.issn, &self.isbn].map(|number| number.replace('-', ""));
        let texts = self.texts().map(|(_, text)| text.to_owned());
        self.authors.iter().cloned().chain(texts).chain(joined).collect()
    }

    fn texts(&self) -> [(InputField, &str); 7] {
        [
            (InputField::CONTAINER_TITLE, &self.container_title),
            (InputField::ISSN, &self.issn),
            (InputField::ISBN, &self.isbn),
            (InputField::VOLUME, &self.volume),
            (InputField::ISSUE, &self.issue),
            (InputField::PAGES, &self.pages),
            (InputField::PUBLICATION_DATE, &self.date),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::facts::Facts;
    use crate::model::ids::RequestReference;
    use crate::model::input::InputFault;
    use crate::model::search::Search;

    fn citation() -> Citation {
        Citation {
            authors: vec!["Hallam, Søren".into(), "Okafor, N.".into()],
            container_title: "Annals of Glaciology".into(),
            issn: "0260-3055".into(),
            isbn: "978-0-306-40615-7".into(),
            volume: "60".into(),
            issue: "79".into(),
            pages: "21-40".into(),
            date: "2019".into(),
        }
    }

    fn facts() -> Facts {
        let reference = RequestReference::new("2026-00417").unwrap();
        let (requester, supplier) = ("CA-BVAU".parse().unwrap(), "CA-OTU".parse().unwrap());
        let facts = Facts::new(reference, requester, supplier, "On Ice Ages");
        facts.with_citation(citation())
    }

    #[test]
    fn the_line_omits_empty_parts() {
        assert_eq!(citation().line(), "Annals of Glaciology, 60(79), 2019, 21-40");
        let only = |issue: &str, date: &str| {
            Citation { issue: issue.into(), date: date.into(), ..Citation::default() }.line()
        };
        assert_eq!((only("3", ""), only("", "1973")), ("(3)".to_owned(), "1973".to_owned()));
        assert_eq!(Citation::default().line(), "");
    }

    #[test]
    fn the_free_text_replaces_the_line() {
        assert_eq!(facts().source_line(), citation().line());
        assert_eq!(facts().with_source("Ann. Glaciol.").source_line(), "Ann. Glaciol.");
    }

    #[test]
    fn a_search_finds_each_part() {
        let finds = |text: &str| Search::of(text).is_some_and(|search| search.matches(&facts()));
        for text in ["okafor", "SØREN hallam", "annals 60", "0260-3055", "02603055", "2019 21"] {
            assert!(finds(text), "{text}");
        }
        assert!(finds("9780306406157") && finds("978-0-306-40615-7") && !finds("okafor 1973"));
    }

    #[test]
    fn every_part_is_checked() {
        let parts: [fn(&mut Citation) -> &mut String; 7] = [
            |citation| &mut citation.container_title,
            |citation| &mut citation.issn,
            |citation| &mut citation.isbn,
            |citation| &mut citation.volume,
            |citation| &mut citation.issue,
            |citation| &mut citation.pages,
            |citation| &mut citation.date,
        ];
        assert_eq!(facts().check(), Ok(()));
        for part in parts {
            let mut citation = citation();
            *part(&mut citation) = "x".repeat(MAX_FACT_BYTES + 1);
            let fault = *citation.check().unwrap_err().fault();
            assert_eq!(fault, InputFault::TOO_LONG.with_limit(MAX_FACT_BYTES));
            *part(&mut citation) = "21\n40".into();
            assert_eq!(*citation.check().unwrap_err().fault(), InputFault::CONTROL_CHARACTER);
            *part(&mut citation) = "x".repeat(MAX_FACT_BYTES);
            assert_eq!(citation.check(), Ok(()));
        }
    }

    #[test]
    fn the_authors_together_are_bounded() {
        let mut facts = facts();
        facts.citation.authors = vec!["y".repeat(40); 100];
        assert_eq!(facts.check(), Ok(()));
        facts.citation.authors.push("z".into());
        let limit = InputFault::TOO_LONG.with_limit(MAX_AUTHORS_BYTES);
        assert_eq!(facts.check(), Err(InvalidInput::new(InputField::AUTHORS, limit)));
    }

    #[test]
    fn a_record_without_a_citation_reads_as_an_empty_one() {
        let whole = serde_json::to_value(facts().with_citation(Citation::default())).unwrap();
        assert!(whole.get("citation").is_none() && whole.get("copyright_compliance").is_none());
        assert!(serde_json::from_value::<Facts>(whole).unwrap().citation.is_empty());
    }
}
