use serde_json::{Value, json};

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
