use crate::described::{no_such, quoted};
use crate::parts::Shared;
use crate::posted::Posted;
use crate::problem::{self, ProblemDetails};
use crate::read_json::{read_fields, read_json};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use desktop_delivery::ids::LinkNo;
use desktop_delivery::{Actor, AttachmentNo, Error, RequestHandle};
use http::request::Parts;
use serde::de::DeserializeOwned;

/// Who sends the request, as the host's authorizer vouches.
pub(super) struct Staff(pub(super) Actor);

impl FromRequestParts<Shared> for Staff {
    type Rejection = ProblemDetails;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Shared,
    ) -> Result<Self, ProblemDetails> {
        match shared.authorizer.authorize(parts).await {
            Ok(Some(actor)) => {
                parts.extensions.insert(Authorized(actor.clone()));
                Ok(Self(actor))
            }
            Ok(None) => Err(ProblemDetails::unauthorized()),
            Err(error) => {
                let problem = ProblemDetails::of_store(&error);
                problem::log(&Error::Store(error));
                Err(problem)
            }
        }
    }
}

/// The authorized actor, for the extractors that follow.
#[derive(Clone)]
struct Authorized(Actor);

/// A JSON body; an absent body is the same as `{}`.
///
/// No part of it is read until the caller is authorized and, if the path names a request, may see
/// that request.
pub(super) struct Input<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Shared> for Input<T> {
    type Rejection = ProblemDetails;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, ProblemDetails> {
        let (mut parts, body) = request.into_parts();
        check_access(&mut parts, shared).await?;
        let request = Request::from_parts(parts, body);
        let Posted(bytes) = Posted::from_request(request, shared).await?;
        read_json(&bytes).map(Self)
    }
}

async fn check_access(parts: &mut Parts, shared: &Shared) -> Result<(), ProblemDetails> {
    let actor = match parts.extensions.get::<Authorized>() {
        Some(Authorized(actor)) => actor.clone(),
        None => Staff::from_request_parts(parts, shared).await?.0,
    };
    // A path without a request, or with one that its own extractor refuses.
    let Ok(Handle(handle)) = Handle::from_request_parts(parts, shared).await else { return Ok(()) };
    let allowed = shared.desk.check_access(handle, &actor).await;
    allowed.map_err(|error| super::problem_of(&shared.desk, &error))
}

/// What stands behind the question mark.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Params<T> {
    type Rejection = ProblemDetails;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, ProblemDetails> {
        read_fields(parts.uri.query().unwrap_or_default().as_bytes(), "query").map(Self)
    }
}

/// The request that a path names.
pub(super) struct Handle(pub(super) RequestHandle);

impl FromRequestParts<Shared> for Handle {
    type Rejection = ProblemDetails;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Shared,
    ) -> Result<Self, ProblemDetails> {
        segment(parts, shared, "handle").await.and_then(|text| {
            // Not the text: it may be a token that does not belong here.
            RequestHandle::parse(&text).map(Self).map_err(|_| ProblemDetails {
                title: "the request handle in the path is not 16 hexadecimal digits".to_owned(),
                ..ProblemDetails::not_found()
            })
        })
    }
}

/// The attachment that a path names.
pub(super) struct FileNo(pub(super) AttachmentNo);

impl FromRequestParts<Shared> for FileNo {
    type Rejection = ProblemDetails;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Shared,
    ) -> Result<Self, ProblemDetails> {
        let text = segment(parts, shared, "no").await?;
        text.parse().map(|no| Self(AttachmentNo::new(no))).map_err(|_| no_such("attachment", &text))
    }
}

/// The link that a path names.
pub(super) struct Link(pub(super) LinkNo);

impl FromRequestParts<Shared> for Link {
    type Rejection = ProblemDetails;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Shared,
    ) -> Result<Self, ProblemDetails> {
        let text = segment(parts, shared, "no").await?;
        text.parse().map(|no| Self(LinkNo::new(no))).map_err(|_| no_such("link", &text))
    }
}

async fn segment(parts: &mut Parts, shared: &Shared, name: &str) -> Result<String, ProblemDetails> {
    let path = Path::<Vec<(String, String)>>::from_request_parts(parts, shared).await;
    let Ok(Path(segments)) = path else {
        let title = "the path has a part that is not UTF-8".to_owned();
        return Err(ProblemDetails { title, ..ProblemDetails::not_found() });
    };
    let found = segments.into_iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value).ok_or_else(ProblemDetails::not_found)
}

/// A `cursor` that no page gave.
pub(super) fn no_cursor(sent: &str) -> ProblemDetails {
    let sent = quoted(sent);
    let title = format!("`cursor` is {sent}; expected the `next` of the page before, unchanged");
    let remedy = "send the `next` of the page before, or leave `cursor` out to begin anew";
    ProblemDetails { remedy: remedy.into(), ..ProblemDetails::malformed(title) }
}
