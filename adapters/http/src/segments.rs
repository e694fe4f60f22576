use crate::error_page;
use crate::page_query::PageQuery;
use crate::parts::Shared;
use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use desktop_delivery::Error;
use desktop_delivery::error::TokenError;
use http::request::Parts;
use serde::de::DeserializeOwned;

/// The segments of a path that contains a token. Segments that are not UTF-8 get the same response
/// as an invalid token.
pub(crate) struct Segments<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Shared> for Segments<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Response> {
        match Path::from_request_parts(parts, shared).await {
            Ok(Path(segments)) => Ok(Self(segments)),
            Err(_) => {
                let error = Error::Token(TokenError::Invalid);
                let query = PageQuery::parse(parts.uri.query().unwrap_or_default());
                Err(error_page::answer(shared, &parts.headers, &error, &query))
            }
        }
    }
}
