use crate::field_errors::unknown_field;
use crate::idempotency::api_path;
use crate::problem::ProblemDetails;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::Method;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The query parameters of every operation of an OpenAPI document, for [`check_parameters`].
#[derive(Clone, Debug)]
pub struct Parameters(Arc<HashMap<(Method, String), Vec<String>>>);

impl Parameters {
    /// Reads the parameters from an OpenAPI document. A parameter must be described in place, not
    /// by reference.
    #[must_use]
    pub fn of(document: &Value) -> Self {
        let mut known = HashMap::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if let Ok(method) = method.to_uppercase().parse() {
                    known.insert((method, path.clone()), names(operation));
                }
            }
        }
        Self(Arc::new(known))
    }

    /// Rejects a parameter that the operation does not have.
    fn check(&self, request: &Request) -> Result<(), ProblemDetails> {
        let Some(query) = request.uri().query() else { return Ok(()) };
        let Some(path) = api_path(request.extensions()) else { return Ok(()) };
        let method = match *request.method() {
            Method::HEAD => Method::GET,
            ref method => method.clone(),
        };
        let key = (method, path.to_owned());
        let Some(known) = self.0.get(&key) else { return Ok(()) };
        let unknown = form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| !known.iter().any(|known| known == name));
        match unknown {
            // Text that is not UTF-8 gets an error of its own, if the operation has parameters.
            Some((name, _)) if known.is_empty() || !name.contains('\u{fffd}') => {
                let expected = match &**known {
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

fn names(operation: &Value) -> Vec<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let in_query = parameters.filter(|one| one["in"] == "query");
    in_query.filter_map(|one| one["name"].as_str()).map(str::to_owned).collect()
}

/// Rejects query parameters that an operation does not have with 422, as axum middleware for
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
