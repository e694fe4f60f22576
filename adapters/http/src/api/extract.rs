use super::precondition::expected_revision;
use crate::field_errors::{invalid_number, quoted};
use crate::parts::Shared;
use crate::posted::Posted;
use crate::problem::ProblemDetails;
use crate::read_json::{read_fields, read_json};
use crate::status::log_error;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use desktop_delivery::desk::RequestAt;
use desktop_delivery::ids::LinkNo;
use desktop_delivery::{Actor, AttachmentNo, Error, RequestHandle};
use http::request::Parts;
use serde::de::DeserializeOwned;

/// The sender of the request, as identified by the host's authorizer.
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
                log_error(&Error::Store(error));
                Err(problem)
            }
        }
    }
}

/// The authorized actor, stored for later extractors.
#[derive(Clone)]
struct Authorized(Actor);

/// A JSON body. An empty body is read as `{}`.
///
/// The body is read only after the caller is authorized and, if the path contains a request handle,
/// has access to that request.
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

/// Rejects a caller who is not authorized or has no access to the request in the path.
async fn check_access(parts: &mut Parts, shared: &Shared) -> Result<(), ProblemDetails> {
    let actor = match parts.extensions.get::<Authorized>() {
        Some(Authorized(actor)) => actor.clone(),
        None => Staff::from_request_parts(parts, shared).await?.0,
    };
    // The path has no handle, or an invalid one that its own extractor rejects.
    let Ok(Handle(handle)) = Handle::from_request_parts(parts, shared).await else { return Ok(()) };
    let allowed = shared.desk.check_access(handle, &actor).await;
    allowed.map_err(|error| shared.problem_of(&error))
}

/// The body of an operation without fields.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoFields {}

/// The query parameters.
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Params<T> {
    type Rejection = ProblemDetails;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, ProblemDetails> {
        read_fields(parts.uri.query().unwrap_or_default().as_bytes(), "query").map(Self)
    }
}

/// The handle of a request in the path.
pub(super) struct Handle(pub(super) RequestHandle);

impl FromRequestParts<Shared> for Handle {
    type Rejection = ProblemDetails;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Shared,
    ) -> Result<Self, ProblemDetails> {
        segment(parts, shared, "handle").await.and_then(|text| {
            // The title omits the text, which may be a misplaced token.
            RequestHandle::parse(&text).map(Self).map_err(|_| ProblemDetails {
                title: "the request handle in the path is not 16 hexadecimal digits".to_owned(),
                ..ProblemDetails::not_found()
            })
        })
    }
}

/// The request in the path, in the revision that `If-Match` expects.
pub(super) struct Target(pub(super) RequestAt);

impl FromRequestParts<Shared> for Target {
    type Rejection = ProblemDetails;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Shared,
    ) -> Result<Self, ProblemDetails> {
        let Handle(handle) = Handle::from_request_parts(parts, shared).await?;
        let revision = expected_revision(&parts.headers);
        Ok(Self(match revision {
            Some(revision) => RequestAt::revision(handle, revision),
            None => handle.into(),
        }))
    }
}

/// The number of an attachment in the path.
pub(super) struct FileNo(pub(super) AttachmentNo);

impl FromRequestParts<Shared> for FileNo {
    type Rejection = ProblemDetails;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Shared,
    ) -> Result<Self, ProblemDetails> {
        let text = segment(parts, shared, "no").await?;
        text.parse()
            .map(|no| Self(AttachmentNo::new(no)))
            .map_err(|_| invalid_number("attachment", &text))
    }
}

/// The number of a link in the path.
pub(super) struct Link(pub(super) LinkNo);

impl FromRequestParts<Shared> for Link {
    type Rejection = ProblemDetails;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Shared,
    ) -> Result<Self, ProblemDetails> {
        let text = segment(parts, shared, "no").await?;
        text.parse().map(|no| Self(LinkNo::new(no))).map_err(|_| invalid_number("link", &text))
    }
}

/// Returns the path parameter `name`.
async fn segment(parts: &mut Parts, shared: &Shared, name: &str) -> Result<String, ProblemDetails> {
    let path = Path::<Vec<(String, String)>>::from_request_parts(parts, shared).await;
    let Ok(Path(segments)) = path else {
        let title = "part of the path is not UTF-8".to_owned();
        return Err(ProblemDetails { title, ..ProblemDetails::not_found() });
    };
    let found = segments.into_iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value).ok_or_else(ProblemDetails::not_found)
}

/// Creates the problem of an invalid `cursor`.
pub(super) fn invalid_cursor(sent: &str) -> ProblemDetails {
    let sent = quoted(sent);
    let title =
        format!("`cursor` is {sent}; expected the `next` value of the previous page, unchanged");
    let remedy = "send the `next` value of the previous page, or omit `cursor` to start over";
    ProblemDetails { remedy: remedy.into(), ..ProblemDetails::malformed(title) }
}
