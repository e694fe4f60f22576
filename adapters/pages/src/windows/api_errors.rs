use std::collections::BTreeMap;
use utoipa::IntoResponses;
use utoipa::openapi::content::Content;
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};

/// The error responses of the operations on windows, as problem details.
pub(super) struct Errors;

impl IntoResponses for Errors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let errors = [
            ("400", "The request is malformed."),
            ("401", "The request has no valid API key."),
            (
                "403",
                "The key is not a host's or does not list the origin, or the library may not do \
                 this.",
            ),
            (
                "404",
                "There is no such request, patron or window, or the library has no part in it.",
            ),
            (
                "409",
                "A request with the same `Idempotency-Key` is in progress, or its response was not \
                 kept.",
            ),
            ("413", "The body is too long."),
            ("422", "A value is invalid, or a field is unknown."),
            ("429", "Too many requests."),
            ("500", "An internal error occurred."),
            ("503", "The server is busy, or its storage cannot be reached. Try again."),
            ("507", "The server has no storage space left."),
        ];
        let problem = Ref::from_schema_name("ProblemJson");
        let response = |description: &str| {
            ResponseBuilder::new()
                .description(description)
                .content("application/problem+json", Content::new(Some(problem.clone())))
                .build()
        };
        errors.map(|(status, text)| (status.to_owned(), RefOr::T(response(text)))).into()
    }
}
