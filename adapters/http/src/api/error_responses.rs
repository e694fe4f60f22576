use super::response_headers::response_headers;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::IntoResponses;
use utoipa::openapi::content::Content;
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};

/// The error responses of every operation below `/api`, for the `#[utoipa::path]` of a host's own
/// operations too. They refer to components of [`openapi`](crate::openapi).
#[doc(hidden)]
#[derive(Debug)]
pub struct ErrorResponses;

/// The error responses of links and tickets, as problem details or as a page.
pub(crate) struct LinkErrors;

/// An error response: its status, the name of its component, and its description.
type Described = (&'static str, &'static str, &'static str);

const OF_API: [Described; 15] = [
    ("400", "Malformed", "The call is malformed."),
    ("401", "Unauthorized", "The call has no valid credential."),
    (
        "403",
        "Forbidden",
        "The library or role of the caller does not allow this, or no downloads are left.",
    ),
    ("404", "Unknown", "The resource does not exist, or the caller may not see it."),
    ("408", "TooSlow", "The body arrived too slowly."),
    (
        "409",
        "Conflict",
        "The status of the request does not allow this, the request has changed in the meantime, or a \
         call with the same `Idempotency-Key` is in progress or cannot be repeated.",
    ),
    (
        "410",
        "Gone",
        "The resource was cancelled, withdrawn, removed, revoked or purged, or has expired.",
    ),
    (
        "412",
        "PreconditionFailed",
        "The request was changed after the revision in `If-Match`, or the operation does not support \
         preconditions.",
    ),
    ("413", "TooLarge", "The body is too long, or the file is larger than allowed."),
    ("415", "UnsupportedType", "Files or bodies of this type are not accepted."),
    ("422", "Invalid", "A value is invalid, or a field or parameter is unknown."),
    ("429", "TooMany", "A quota or rate limit is reached."),
    ("500", "Internal", "An internal error occurred."),
    ("503", "Unavailable", "The server is busy, or its storage cannot be reached. Try again."),
    ("507", "Full", "The server has no storage space left."),
];

const OF_LINKS: [Described; 11] = [
    ("400", "LinkMalformed", "The call is malformed."),
    ("403", "LinkForbidden", "No downloads are left, or the document is not available yet."),
    ("404", "LinkUnknown", "The token is not valid."),
    ("408", "LinkTooSlow", "The body arrived too slowly."),
    ("409", "LinkConflict", "The request has changed in the meantime."),
    ("410", "LinkGone", "The link or document was revoked, removed or purged, or has expired."),
    ("413", "LinkTooLarge", "The body is too long."),
    ("422", "LinkInvalid", "A value is invalid."),
    ("429", "LinkTooMany", "A quota or rate limit is reached."),
    ("500", "LinkInternal", "An internal error occurred."),
    ("503", "LinkUnavailable", "The server is busy, or its storage cannot be reached. Try again."),
];

/// The errors of reading a body, which calls of safe methods do not get.
pub(super) const OF_BODIES: [&str; 3] = ["408", "413", "415"];

/// Returns the components to which the error responses of operations refer, by name.
pub(super) fn components() -> Map<String, Value> {
    let problem = json!({"schema": {"$ref": "#/components/schemas/ProblemJson"}});
    let page = json!({"schema": {"type": "string"}});
    let of_api = OF_API.iter().map(|(status, name, description)| {
        let content = json!({"application/problem+json": problem});
        (status, name, description, content, true)
    });
    let of_links = OF_LINKS.iter().map(|(status, name, description)| {
        let content = json!({"application/problem+json": problem, "text/html": page});
        (status, name, description, content, false)
    });
    let response =
        of_api.chain(of_links).map(|(status, name, description, content, is_limited)| {
            let mut response = json!({"description": description, "content": content});
            let headers = response_headers(status, is_limited);
            if !headers.is_empty() {
                response["headers"] = headers.into();
            }
            ((*name).to_owned(), response)
        });
    response.collect()
}

fn references(described: &[Described]) -> BTreeMap<String, RefOr<Response>> {
    let reference = |(status, name, _): &Described| {
        ((*status).to_owned(), RefOr::Ref(Ref::from_response_name(*name)))
    };
    described.iter().map(reference).collect()
}

impl ErrorResponses {
    /// Returns the responses with another schema than that of problem details.
    pub(super) fn with_schema(name: &str) -> BTreeMap<String, RefOr<Response>> {
        let schema = Ref::from_schema_name(name);
        let response = |(status, _, description): &Described| {
            let content = Content::new(Some(schema.clone()));
            let response = ResponseBuilder::new().description(*description);
            let response = response.content("application/problem+json", content).build();
            ((*status).to_owned(), RefOr::T(response))
        };
        OF_API.iter().map(response).collect()
    }
}

impl IntoResponses for ErrorResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        references(&OF_API)
    }
}

impl IntoResponses for LinkErrors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        references(&OF_LINKS)
    }
}
