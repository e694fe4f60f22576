//! Implements extractors for handlers by a function `extract` of each type.

/// Extracts from the head of a request.
macro_rules! from_parts {
    ($parts:ty: $($name:ty),+) => {$(
        impl<S> axum::extract::FromRequestParts<S> for $name
        where
            S: Send + Sync,
            $parts: axum::extract::FromRef<S>,
        {
            type Rejection = axum::response::Response;

            async fn from_request_parts(
                request: &mut http::request::Parts,
                state: &S,
            ) -> Result<Self, Self::Rejection> {
                Self::extract(request, &axum::extract::FromRef::from_ref(state)).await
            }
        }
    )+};
}

/// Extracts from a request with its body.
macro_rules! from_request {
    ($parts:ty: $($name:ty),+) => {$(
        impl<S> axum::extract::FromRequest<S> for $name
        where
            S: Send + Sync,
            $parts: axum::extract::FromRef<S>,
        {
            type Rejection = axum::response::Response;

            async fn from_request(
                request: axum::extract::Request,
                state: &S,
            ) -> Result<Self, Self::Rejection> {
                Self::extract(request, &axum::extract::FromRef::from_ref(state)).await
            }
        }
    )+};
}

pub(crate) use {from_parts, from_request};
