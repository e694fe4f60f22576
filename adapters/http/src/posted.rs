use crate::body_pace::BodyTooSlow;
use crate::problem::ProblemDetails;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request};
use http::StatusCode;

/// Takes a small body whole, for the handlers here and those that a host adds; one that is too long or
/// breaks off gets a [`ProblemDetails`].
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "it is a wrapper to take off")]
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
                    "shorten the text",
                )
            }
            rejection if BodyTooSlow::is_cause_of(&rejection) => ProblemDetails::too_slow(),
            _ => ProblemDetails::malformed("the body broke off"),
        })
    }
}
