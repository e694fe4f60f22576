use axum::response::{IntoResponse, Redirect, Response};
use desktop_delivery::error::ErrorChain;
use http::StatusCode;
use std::error::Error;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// The reason why a page is not shown.
pub(crate) enum Problem {
    /// A failure on our side.
    Failed(Failure),
    /// A refusal, with its reason.
    Refused(String),
    /// The person is not signed in.
    SignIn,
    /// The item does not exist, or belongs to someone else.
    Unknown,
}

impl<E: Into<Failure>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        match self {
            Self::Failed(error) => {
                eprintln!("embed-axum: {}", ErrorChain::of(&*error));
                (
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Something went wrong on our side. Please try again later.",
                )
                    .into_response()
            }
            Self::Refused(why) => (StatusCode::UNPROCESSABLE_ENTITY, why).into_response(),
            Self::SignIn => Redirect::to("/").into_response(),
            Self::Unknown => (StatusCode::NOT_FOUND, "This page does not exist.").into_response(),
        }
    }
}
