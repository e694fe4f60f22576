use axum::response::{IntoResponse, Redirect, Response};
use desktop_delivery::error::ErrorChain;
use http::StatusCode;
use std::error::Error;

pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Why a page is not shown.
pub(crate) enum Problem {
    /// Something of ours failed.
    Failed(Failure),
    /// It cannot be done, and why.
    Refused(String),
    /// Nobody is signed in.
    SignIn,
    /// There is no such thing, or it is not theirs.
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
                (StatusCode::INTERNAL_SERVER_ERROR, "Something failed on our side.").into_response()
            }
            Self::Refused(why) => (StatusCode::UNPROCESSABLE_ENTITY, why).into_response(),
            Self::SignIn => Redirect::to("/").into_response(),
            Self::Unknown => (StatusCode::NOT_FOUND, "There is nothing here.").into_response(),
        }
    }
}
