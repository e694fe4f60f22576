use desktop_delivery::Citation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The parts of a citation other than the title of the document itself. Parts that are unknown are
/// empty.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CitationJson {
    /// The authors, in the order of the document.
    #[schema(example = json!(["Hallam, S.", "Okafor, N."]))]
    authors: Vec<String>,
    /// The title of the journal or book that contains the document.
    #[schema(example = "Journal of Glaciology")]
    container_title: String,
    #[schema(example = "0022-1430")]
    issn: String,
    #[schema(example = "")]
    isbn: String,
    #[schema(example = "12")]
    volume: String,
    #[schema(example = "3")]
    issue: String,
    /// The requested pages.
    #[schema(example = "3-18")]
    pages: String,
    /// The date of publication, such as a year.
    #[schema(example = "1973")]
    date: String,
}

impl CitationJson {
    pub(super) fn of(citation: &Citation) -> Self {
        let citation = citation.clone();
        Self {
            authors: citation.authors,
            container_title: citation.container_title,
            issn: citation.issn,
            isbn: citation.isbn,
            volume: citation.volume,
            issue: citation.issue,
            pages: citation.pages,
            date: citation.date,
        }
    }

    pub(crate) fn to_citation(&self) -> Citation {
        let mut citation = Citation::default();
        citation.authors.clone_from(&self.authors);
        citation.container_title.clone_from(&self.container_title);
        citation.issn.clone_from(&self.issn);
        citation.isbn.clone_from(&self.isbn);
        citation.volume.clone_from(&self.volume);
        citation.issue.clone_from(&self.issue);
        citation.pages.clone_from(&self.pages);
        citation.date.clone_from(&self.date);
        citation
    }
}
