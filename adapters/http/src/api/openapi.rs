use super::operations::operations;
use crate::idempotency::Handling;
use crate::parts::Shared;
use crate::{link_page, ticket};
use axum::Json;
use axum::extract::State;
use http::Method;
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
    describe_headers(&mut document);
    document
}

/// Adds the headers that middleware honors to the operations below `/api` that change something.
fn describe_headers(document: &mut Value) {
    let parameters = json!({
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header",
            "description": "1 to 255 visible ASCII characters, with or without quotation marks. \
                A repeat with the same key within 24 hours gets the first response.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        },
        "IfMatch": {
            "name": "If-Match", "in": "header",
            "description": "The `ETag` of the request as last read; 412 if it has changed since.",
            "schema": {"type": "string"},
        },
    });
    merge_openapi(document, json!({"components": {"parameters": parameters}}));
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, operations) in paths.iter_mut().filter(|(path, _)| path.starts_with("/api/")) {
        let Some(operations) = operations.as_object_mut() else { continue };
        for (method, operation) in operations {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            if method.is_safe() {
                continue;
            }
            let handling = Handling::of_path(&method, path);
            let headers = [
                (matches!(handling, Handling::Once | Handling::Repeatable), "IdempotencyKey"),
                (path.contains("{handle}"), "IfMatch"),
            ];
            for (_, name) in headers.into_iter().filter(|(has_it, _)| *has_it) {
                let reference = json!({"$ref": format!("#/components/parameters/{name}")});
                let Value::Object(operation) = &mut *operation else { continue };
                let known = operation.entry("parameters").or_insert_with(|| json!([]));
                if let Value::Array(known) = known
                    && !known.contains(&reference)
                {
                    known.push(reference);
                }
            }
        }
    }
}

/// Adds the paths, components and tags of an OpenAPI document to another. Where both define the
/// same item, that of `document` is kept.
pub fn merge_openapi(document: &mut Value, other: Value) {
    let Value::Object(other) = other else { return };
    for (name, value) in other {
        if ["info", "openapi", "security", "servers"].contains(&name.as_str()) {
            continue;
        }
        let Value::Object(document) = &mut *document else { return };
        let known = document.entry(name.clone()).or_insert_with(|| match &value {
            Value::Array(_) => json!([]),
            _ => json!({}),
        });
        match (name.as_str(), known, value) {
            ("components", known, components) => merge_openapi(known, components),
            (_, Value::Object(known), Value::Object(added)) => {
                for (name, value) in added {
                    known.entry(name).or_insert(value);
                }
            }
            (_, Value::Array(known), Value::Array(added)) => known.extend(added),
            _ => {}
        }
    }
}

/// Returns the OpenAPI document, with the address under which the host mounts the routes.
pub(super) async fn show(State(shared): State<Shared>) -> Json<Value> {
    let mut document = openapi();
    if let Some(own) = &shared.openapi {
        merge_openapi(&mut document, Value::clone(own));
        describe_headers(&mut document);
    }
    document["servers"] = json!([{ "url": shared.desk.address().as_str() }]);
    Json(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merging_keeps_what_both_documents_have() {
        let mut document = json!({
            "openapi": "3.1.0", "info": {"title": "A"}, "paths": {"/a": 1},
            "components": {"schemas": {"X": 1}}, "tags": [{"name": "a"}],
        });
        merge_openapi(
            &mut document,
            json!({
                "openapi": "3.0.0", "info": {"title": "B", "version": "2"}, "paths": {"/a": 2, "/b": 3},
                "components": {"schemas": {"X": 2, "Y": 3}, "responses": {"Z": 4}},
                "tags": [{"name": "b"}], "security": [{}],
            }),
        );
        let merged = json!({
            "openapi": "3.1.0", "info": {"title": "A"}, "paths": {"/a": 1, "/b": 3},
            "components": {"schemas": {"X": 1, "Y": 3}, "responses": {"Z": 4}},
            "tags": [{"name": "a"}, {"name": "b"}],
        });
        assert_eq!(document, merged);
    }
}
