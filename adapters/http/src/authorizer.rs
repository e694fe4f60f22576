use async_trait::async_trait;
use desktop_delivery::{Actor, StoreError};
use std::fmt::Debug;

/// Identifies the sender of a request to the JSON API, using the sign-in of the host.
///
/// The authorizer only authenticates; the desk decides what the actor may do. A host that accepts
/// session cookies must protect them against cross-site request forgery, since this crate does not
/// check the `Origin` header.
#[async_trait]
pub trait Authorizer: Debug + Send + Sync {
    /// Returns the actor who sent the request, or `None` if nobody is signed in.
    ///
    /// # Errors
    /// [`StoreError`] if the host's records cannot be reached.
    async fn authorize(&self, request: &http::request::Parts) -> Result<Option<Actor>, StoreError>;
}
