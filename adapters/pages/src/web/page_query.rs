use super::field_fault::FieldFault;
use super::sent::{Reader, Sent};
use axum::extract::FromRequestParts;
use http::request::Parts;
use std::convert::Infallible;

/// What a page's address asks for behind the question mark.
///
/// Fields that the page does not have are passed over: mail programs and other sites add theirs to
/// addresses that people follow.
pub(crate) struct PageQuery(Sent);

impl<S: Sync> FromRequestParts<S> for PageQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(Sent::new(serde_urlencoded::from_str(query).unwrap_or_default())))
    }
}

impl PageQuery {
    /// Reads the fields that the page has.
    pub(crate) fn read<'a, T>(
        &'a self,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, FieldFault>,
    ) -> Result<T, FieldFault> {
        self.0.read_some(read)
    }

    /// What was asked for by this field, to show it again; nothing is checked.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.text(name)
    }
}
