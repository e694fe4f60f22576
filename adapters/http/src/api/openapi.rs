use super::operations::operations;
use axum::Json;

/// Returns the OpenAPI 3.1 document of the JSON API. A host can merge it with that of its own
/// routes.
#[must_use]
pub fn openapi() -> serde_json::Value {
    serde_json::to_value(operations().into_openapi()).unwrap_or_default()
}

/// Returns the OpenAPI document.
pub(super) async fn show() -> Json<serde_json::Value> {
    Json(openapi())
}
