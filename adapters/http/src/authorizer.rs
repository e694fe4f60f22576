use async_trait::async_trait;
use desktop_delivery::{Actor, StoreError};
use std::fmt::Debug;
use std::sync::Arc;

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

macro_rules! forward {
    ($($pointer:ident)+) => {$(
        #[async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<T: Authorizer + ?Sized> Authorizer for $pointer<T> {
            async fn authorize(
                &self,
                request: &http::request::Parts,
            ) -> Result<Option<Actor>, StoreError> {
                (**self).authorize(request).await
            }
        }
    )+};
}
forward!(Arc Box);

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    #[derive(Debug)]
    struct Everyone;

    #[async_trait]
    impl Authorizer for Everyone {
        async fn authorize(&self, _: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
            Ok(Some(Actor::Host))
        }
    }

    async fn actor_of(authorizer: impl Authorizer) -> Option<Actor> {
        let (parts, ()) = Request::new(()).into_parts();
        authorizer.authorize(&parts).await.unwrap()
    }

    #[tokio::test]
    async fn a_pointer_authorizes_like_its_authorizer() {
        let shared: Arc<dyn Authorizer> = Arc::new(Everyone);
        let boxed: Box<dyn Authorizer> = Box::new(Everyone);
        assert_eq!(actor_of(shared).await, Some(Actor::Host));
        assert_eq!(actor_of(boxed).await, Some(Actor::Host));
    }
}
