use super::field_fault::FieldFault;
use super::sent::{Reader, Sent};
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::convert::Infallible;

/// The query of a page's address.
///
/// Unknown fields are ignored, since mail programs and other sites add their own.
pub(crate) struct PageQuery(Sent);

impl<S: Sync> FromRequestParts<S> for PageQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(Sent::new(serde_urlencoded::from_str(query).unwrap_or_default())))
    }
}

impl PageQuery {
    /// Reads the fields of the page.
    pub(crate) fn read<'a, T>(
        &'a self,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, FieldFault>,
    ) -> Result<T, FieldFault> {
        self.0.read_some(read)
    }

    /// Returns the unchecked text of a field, to show it again.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.text(name)
    }
}
