use super::operations::operations;
use crate::field_errors::unknown_field;
use crate::idempotency::api_path;
use crate::problem::ProblemDetails;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::Method;
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::openapi::RefOr;
use utoipa::openapi::path::{Operation, ParameterIn};

/// The query parameters of every operation, from the OpenAPI document.
#[derive(Clone, Debug)]
pub(crate) struct Parameters(Arc<HashMap<(Method, String), Vec<String>>>);

impl Parameters {
    pub(crate) fn of_api() -> Self {
        let mut known = HashMap::new();
        for (path, item) in operations().into_openapi().paths.paths {
            let methods = [
                (Method::DELETE, item.delete),
                (Method::GET, item.get),
                (Method::PATCH, item.patch),
                (Method::POST, item.post),
                (Method::PUT, item.put),
            ];
            for (method, operation) in methods {
                if let Some(operation) = operation {
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

fn names(operation: Operation) -> Vec<String> {
    let parameters = operation.parameters.unwrap_or_default().into_iter();
    let in_query = parameters.filter_map(|one| match one {
        RefOr::T(one) if one.parameter_in == ParameterIn::Query => Some(one.name),
        _ => None,
    });
    in_query.collect()
}

/// Rejects unknown query parameters of the operations of the API, as axum middleware.
pub(crate) async fn check_parameters(
    State(parameters): State<Parameters>,
    request: Request,
    next: Next,
) -> Response {
    match parameters.check(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}
