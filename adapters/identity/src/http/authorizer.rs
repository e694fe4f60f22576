use crate::api_keys::{ApiKeys, Holder, PREFIX};
use async_trait::async_trait;
use desktop_delivery::{Actor, StoreError};
use desktop_delivery_http::Authorizer;
use http::header;

#[async_trait]
impl Authorizer for ApiKeys {
    async fn authorize(&self, request: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        let value = request.headers.get(header::AUTHORIZATION);
        let key = value
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, key)| key.trim());
        let Some(key) = key.filter(|key| key.starts_with(PREFIX)) else { return Ok(None) };
        Ok(self.holder(key).await?.map(|holder| match holder {
            Holder::Host => Actor::Host,
            Holder::Staff { agency, id } => Actor::staff(agency, id),
        }))
    }
}
