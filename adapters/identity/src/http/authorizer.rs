use crate::api_keys::{ApiKeys, Holder, PREFIX};
use async_trait::async_trait;
use desktop_delivery::{Actor, StoreError};
use desktop_delivery_http::Authorizer;
use http::header;

#[async_trait]
impl Authorizer for ApiKeys {
    async fn authorize(&self, request: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        let Some(key) = sent_key(request) else { return Ok(None) };
        Ok(self.holder(key).await?.map(|holder| match holder {
            Holder::Host => Actor::Host,
            Holder::Staff { agency, id } => Actor::staff(agency, id),
        }))
    }
}

/// Returns the API key in the `Authorization` header, if the header has the form of one.
#[must_use]
pub fn sent_key(request: &http::request::Parts) -> Option<&str> {
    let value = request.headers.get(header::AUTHORIZATION)?;
    let (scheme, key) = value.to_str().ok()?.split_once(' ')?;
    let key = Some(key.trim()).filter(|key| key.starts_with(PREFIX));
    key.filter(|_| scheme.eq_ignore_ascii_case("bearer"))
}
