use axum::extract::FromRequestParts;
use desktop_delivery::Language;
use http::request::Parts;
use std::convert::Infallible;

/// What the address of a page may carry; whatever else a message or a browser adds is passed over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The language.
    pub(crate) lang: Option<Language>,
}

impl Asked {
    /// What this query asks for.
    pub(crate) fn of(query: &str) -> Self {
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let lang = fields.into_iter().rev().find(|(name, _)| name == "lang");
        // The end of an address is where mail programs leave a full stop or a bracket.
        let lang = lang.and_then(|(_, tag)| {
            let is_of_tag = |c: char| c.is_ascii_alphanumeric() || c == '-';
            let end = tag.find(|c| !is_of_tag(c)).unwrap_or(tag.len());
            tag[..end].trim_end_matches('-').parse().ok()
        });
        Self { lang }
    }

    /// The query of an address that asks for the same.
    pub(crate) fn query(&self) -> String {
        self.lang.map_or_else(String::new, |language| format!("?lang={language}"))
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts.uri.query().unwrap_or_default()))
    }
}
