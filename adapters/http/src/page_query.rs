use axum::extract::FromRequestParts;
use desktop_delivery::Language;
use http::request::Parts;
use std::convert::Infallible;

/// The query of a page's address. Unknown parameters are ignored, since mail programs and other
/// sites add their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageQuery {
    /// The requested language.
    pub(crate) lang: Option<Language>,
}

impl PageQuery {
    /// Parses a query without its question mark.
    pub(crate) fn parse(query: &str) -> Self {
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let lang = fields.into_iter().rev().find(|(name, _)| name == "lang");
        // Mail programs may append punctuation, such as a period or a bracket, to an address.
        let lang = lang.and_then(|(_, tag)| {
            let is_tag_char = |c: char| c.is_ascii_alphanumeric() || c == '-';
            let end = tag.find(|c| !is_tag_char(c)).unwrap_or(tag.len());
            tag[..end].trim_end_matches('-').parse().ok()
        });
        Self { lang }
    }

    /// Returns the same query for another address: empty, or starting with a question mark.
    pub(crate) fn suffix(&self) -> String {
        self.lang.map_or_else(String::new, |language| format!("?lang={language}"))
    }
}

impl<S: Sync> FromRequestParts<S> for PageQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}
