use crate::field_errors::unknown_field;
use crate::idempotency::api_path;
use crate::problem::ProblemDetails;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The query parameters and preconditions of every operation of an OpenAPI document, for
/// [`check_parameters`].
#[derive(Clone, Debug)]
pub struct Parameters(Arc<HashMap<(Method, String), Known>>);

/// The parameters of an operation.
#[derive(Debug)]
struct Known {
    in_query: Vec<String>,
    /// Whether it honors `If-Match`.
    has_if_match: bool,
}

impl Parameters {
    /// Reads the parameters from an OpenAPI document. A query parameter must be described in place,
    /// not by reference.
    #[must_use]
    pub fn of(document: &Value) -> Self {
        let mut known = HashMap::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if let Ok(method) = method.to_uppercase().parse() {
                    known.insert((method, path.clone()), Known::of(operation));
                }
            }
        }
        Self(Arc::new(known))
    }

    /// Rejects a parameter or precondition that the operation does not have.
    fn check(&self, request: &Request) -> Result<(), ProblemDetails> {
        let Some(path) = api_path(request.extensions()) else { return Ok(()) };
        let method = match *request.method() {
            Method::HEAD => Method::GET,
            ref method => method.clone(),
        };
        let key = (method, path.to_owned());
        let Some(known) = self.0.get(&key) else { return Ok(()) };
        if !key.0.is_safe() {
            known.check_preconditions(request.headers())?;
        }
        let Some(query) = request.uri().query() else { return Ok(()) };
        let known = &known.in_query;
        let unknown = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| !known.iter().any(|known| known == name));
        match unknown {
            // Text that is not UTF-8 gets an error of its own, if the operation has parameters.
            Some((name, _)) if known.is_empty() || !name.contains('\u{fffd}') => {
                let expected = match &known[..] {
                    [] => "expected none".to_owned(),
                    [one] => format!("expected `{one}`"),
                    all => format!("expected one of {}", all.join(", ")),
                };
                Err(unknown_field(&name, &expected))
            }
            _ => Ok(()),
        }
    }
}

impl Known {
    fn of(operation: &Value) -> Self {
        let parameters = || operation["parameters"].as_array().into_iter().flatten();
        let in_query = parameters().filter(|one| one["in"] == "query");
        let in_query = in_query.filter_map(|one| one["name"].as_str()).map(str::to_owned);
        let has_if_match = parameters().any(|one| {
            one["name"] == "If-Match" || one["$ref"] == "#/components/parameters/IfMatch"
        });
        Self { in_query: in_query.collect(), has_if_match }
    }

    /// Rejects a change under a condition that the operation would not check. If the condition were
    /// ignored, its sender would lose the guarantee that it asks for.
    fn check_preconditions(&self, headers: &HeaderMap) -> Result<(), ProblemDetails> {
        let unsupported =
            [(header::IF_MATCH, "If-Match"), (header::IF_NONE_MATCH, "If-None-Match")]
                .into_iter()
                .find(|(name, text)| {
                    headers.contains_key(name) && !(self.has_if_match && *text == "If-Match")
                });
        match unsupported {
            Some((_, name)) => Err(ProblemDetails::new(
                StatusCode::PRECONDITION_FAILED,
                "precondition-unsupported",
                format!("this operation does not support the {name} header"),
                "send the call without this header",
            )),
            None => Ok(()),
        }
    }
}

/// Rejects query parameters that an operation does not have with 422, and changes under a
/// precondition (`If-Match`, `If-None-Match`) that it does not have with 412, as axum middleware for
/// [`from_fn_with_state`](axum::middleware::from_fn_with_state). [`router`](crate::router) already
/// includes this layer for its own operations.
pub async fn check_parameters(
    State(parameters): State<Parameters>,
    request: Request,
    next: Next,
) -> Response {
    match parameters.check(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}
