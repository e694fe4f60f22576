use axum::extract::FromRequestParts;
use http::request::Parts;
use std::convert::Infallible;

/// What the address of a page may carry; whatever else a message or a browser adds is passed over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The code of a language.
    pub(crate) lang: Option<String>,
}

impl Asked {
    /// What this query asks for.
    pub(crate) fn of(query: &str) -> Self {
        let fields: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let lang = fields.into_iter().rev().find(|(name, _)| name == "lang");
        // The end of an address is where mail programs leave a full stop or a bracket.
        let letters = |code: String| code.chars().take_while(char::is_ascii_alphabetic).collect();
        Self { lang: lang.map(|(_, code)| letters(code)) }
    }

    /// The query of an address that asks for the same.
    pub(crate) fn query(&self) -> &'static str {
        match self.lang.as_deref() {
            Some("en") => "?lang=en",
            Some("fr") => "?lang=fr",
            _ => "",
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts.uri.query().unwrap_or_default()))
    }
}
