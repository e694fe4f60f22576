use crate::body_pace::BodyTooSlow;
use crate::problem::ProblemDetails;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use http::StatusCode;

/// An extractor that buffers a small body, for this crate's handlers and those of a host.
///
/// The limit is the one that [`DefaultBodyLimit`](axum::extract::DefaultBodyLimit) sets. A body
/// that is too long, too slow or incomplete is rejected with [`ProblemDetails`].
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "handlers destructure the wrapper")]
pub struct Posted(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = ProblemDetails;

    async fn from_request(request: Request, state: &S) -> Result<Self, ProblemDetails> {
        Bytes::from_request(request, state).await.map(Self).map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                ProblemDetails::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "too-large",
                    "the body is too long",
                    "send a shorter body",
                )
            }
            rejection if BodyTooSlow::is_cause_of(&rejection) => ProblemDetails::too_slow(),
            _ => ProblemDetails::malformed("the body is incomplete"),
        })
    }
}
