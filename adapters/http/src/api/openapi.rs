use super::describe::{describe, describe_preconditions};
use super::merge_openapi::merge_openapi;
use super::operations::operations;
use crate::parts::Shared;
use crate::{link_page, ticket};
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use utoipa::OpenApi;

/// The operations of the holders of links and tickets.
#[derive(OpenApi)]
#[openapi(
    paths(link_page::show, link_page::claim, link_page::ask, ticket::fetch),
    tags((name = "holders", description = "For the holders of links and tickets, whose token is the credential."))
)]
struct Holders;

/// Returns the OpenAPI 3.1 document of the JSON API, and of links and tickets. A host can
/// [merge](merge_openapi) it with that of its own routes.
#[must_use]
pub fn openapi() -> Value {
    let mut document = operations().into_openapi();
    document.merge(Holders::openapi());
    let mut document = serde_json::to_value(document).unwrap_or_default();
    describe_preconditions(&mut document);
    describe(&mut document);
    document
}

/// Returns the OpenAPI document, with the address under which the host mounts the routes.
pub(super) async fn show(State(shared): State<Shared>) -> Json<Value> {
    let mut document = openapi();
    if let Some(own) = &shared.openapi {
        merge_openapi(&mut document, Value::clone(own));
        describe(&mut document);
    }
    document["servers"] = json!([{ "url": shared.desk.address().as_str() }]);
    Json(document)
}
