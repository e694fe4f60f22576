//! Completes the OpenAPI document with what middleware and extractors do for every operation.

use super::error_responses::{OF_BODIES, components};
use super::event_schema::event_schemas;
use super::merge_openapi::merge_openapi;
use super::response_headers::{component, file_headers, headers, response_headers};
use crate::idempotency::Handling;
use http::Method;
use serde_json::{Map, Value, json};

/// Describes parameters, error responses and headers that many operations share.
pub(super) fn describe(document: &mut Value) {
    let shared = json!({
        "headers": headers(), "parameters": parameters(), "responses": components(),
    });
    merge_openapi(document, json!({"components": shared}));
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.extend(event_schemas());
    }
    let schemas = document["components"]["schemas"].clone();
    for_each_operation(document, |method, path, operation| {
        let is_api = path.starts_with("/api/");
        let handling = Handling::of_path(&method, path);
        let is_repeatable = matches!(handling, Handling::Once | Handling::Repeatable);
        let has_key = is_api && !method.is_safe() && is_repeatable;
        if has_key {
            add_parameter(operation, "IdempotencyKey");
        }
        if method.is_safe()
            && let Some(responses) = responses(operation)
        {
            OF_BODIES.iter().for_each(|status| {
                responses.remove(*status);
            });
        }
        // `utoipa` writes "no credential is needed" as `[{}]`, which generators read as one.
        if operation.get("security") == Some(&json!([{}])) {
            operation.insert("security".to_owned(), json!([]));
        }
        describe_parameters(operation);
        describe_body(operation, &schemas);
        describe_responses(operation, is_api, has_key);
    });
}

/// Describes `If-Match` on the operations that change a request. Not for the operations of a host,
/// which do not honor it.
pub(super) fn describe_preconditions(document: &mut Value) {
    for_each_operation(document, |method, path, operation| {
        if path.starts_with("/api/") && path.contains("{handle}") && !method.is_safe() {
            add_parameter(operation, "IfMatch");
        }
    });
}

fn for_each_operation(
    document: &mut Value,
    change: impl Fn(Method, &str, &mut Map<String, Value>),
) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, operations) in paths {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            if let (Ok(method), Value::Object(operation)) =
                (method.to_uppercase().parse::<Method>(), operation)
            {
                change(method, path, operation);
            }
        }
    }
}

fn add_parameter(operation: &mut Map<String, Value>, name: &str) {
    let reference = component(&format!("parameters/{name}"));
    let known = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Value::Array(known) = known
        && !known.contains(&reference)
    {
        known.push(reference);
    }
}

fn responses(operation: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    operation.get_mut("responses")?.as_object_mut()
}

/// Removes null from the types of parameters, which are absent or text.
fn describe_parameters(operation: &mut Map<String, Value>) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        if let Some(types) = parameter["schema"]["type"].as_array() {
            let types: Vec<_> = types.iter().filter(|one| *one != "null").cloned().collect();
            if let [one] = &types[..] {
                parameter["schema"]["type"] = one.clone();
            }
        }
    }
}

/// States that a JSON body is optional if no field is required: an empty body is read as `{}`.
fn describe_body(operation: &mut Map<String, Value>, schemas: &Value) {
    let Some(body) = operation.get_mut("requestBody").and_then(Value::as_object_mut) else {
        return;
    };
    if body["content"].get("application/octet-stream").is_some() {
        body["content"]["application/octet-stream"] = bytes();
    }
    let schema = &body["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    let Some(name) = name else { return };
    let required = schemas[name]["required"].as_array();
    if required.is_none_or(Vec::is_empty) {
        body.remove("required");
    }
}

/// Describes the headers and content of the responses that are not components.
fn describe_responses(operation: &mut Map<String, Value>, is_api: bool, has_key: bool) {
    let Some(responses) = responses(operation) else { return };
    let is_file = responses.contains_key("206");
    for (status, response) in responses {
        let Value::Object(response) = response else { continue };
        if response.contains_key("$ref") {
            continue;
        }
        let mut added = response_headers(status, is_api);
        if has_key && status.starts_with('2') {
            added.insert("Idempotent-Replayed".to_owned(), component("headers/IdempotentReplayed"));
        }
        if is_file {
            added.extend(file_headers(status));
        }
        if !added.is_empty() {
            let known = response.entry("headers").or_insert_with(|| json!({}));
            for (name, header) in added {
                if let Value::Object(known) = &mut *known {
                    known.entry(name).or_insert(header);
                }
            }
        }
        // A file has the type that was detected; generators need one that they know.
        if let Some(content) = response.get_mut("content")
            && content.get("*/*").is_some()
        {
            content["application/octet-stream"] = bytes();
        }
    }
}

/// Describes the bytes of a file. Most generators know this notation only.
fn bytes() -> Value {
    json!({"schema": {"type": "string", "format": "binary"}})
}

fn parameters() -> Value {
    json!({
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
    })
}
