use async_trait::async_trait;
use desktop_delivery::{Actor, StoreError};
use std::fmt::Debug;

/// Says who sends a request to the JSON API: the host's sign-in, whatever it is.
///
/// The rules decide what an actor may do; this only vouches for who it is. A host that answers for a
/// session cookie guards it against forged requests itself: nothing here looks at `Origin`.
#[async_trait]
pub trait Authorizer: Debug + Send + Sync {
    /// The actor, or `None` where nobody is signed in.
    ///
    /// # Errors
    /// [`StoreError`] where the host's records cannot be reached.
    async fn authorize(&self, request: &http::request::Parts) -> Result<Option<Actor>, StoreError>;
}
