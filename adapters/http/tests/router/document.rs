//! Tests of the OpenAPI document.

use crate::stage::Stage;
use axum::body::Body;
use desktop_delivery_http::{HttpParts, openapi, router};
use http::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The fields of each kind of event, as on the page of the book.
fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/events.md");
    let page = std::fs::read_to_string(page).expect("the book is in the same repository");
    let table = page.split("\n## Kinds").nth(1).expect("the page has a table");
    let table = table.split("\n## ").next().expect("a section has a text");
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    let names =
        |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').collect();
        let kind = names(cells[1]).pop_first().expect("a kind");
        (kind, names(cells[3]))
    };
    rows.map(row).collect()
}

#[test]
fn the_schemas_of_events_have_the_fields_in_the_book() {
    let document = openapi();
    let schemas = &document["components"]["schemas"];
    let of_list = |list: &str| {
        let kinds = schemas[list]["discriminator"]["mapping"].as_object();
        let kinds = kinds.expect("the schema has a discriminator").iter();
        kinds.map(|(kind, reference)| {
            let name = reference.as_str().and_then(|it| it.rsplit('/').next());
            (kind.clone(), name.expect("a reference").to_owned())
        })
    };
    let mut described = BTreeMap::new();
    for (kind, name) in of_list("EventJson") {
        let own = &schemas[&name]["allOf"][1]["properties"];
        let fields = own.as_object().expect("an object").keys();
        let fields = fields.filter(|field| *field != "event").cloned().collect::<BTreeSet<_>>();
        assert_eq!(own["event"]["const"], json!(kind), "{name}");
        described.insert(kind, fields);
    }
    assert_eq!(described, documented());
    let kinds: BTreeMap<_, _> = of_list("EventJson").collect();
    for (kind, name) in of_list("FeedEntryJson") {
        let event = format!("#/components/schemas/{}", kinds[&kind]);
        assert_eq!(schemas[&name]["allOf"][0]["$ref"], json!(event), "{name}");
    }
}

#[tokio::test]
async fn the_served_document_has_the_public_address_and_the_hosts_routes() {
    let stage = Stage::shipped().await;
    let own = json!({"paths": {"/api/v1/own": {"get": {"operationId": "own"}}}});
    let parts = HttpParts::new(Arc::clone(&stage.desk), Stage::authorizer()).with_openapi(own);
    let stage = Stage { app: router(parts), ..stage };
    let served = stage.ask(Method::GET, "/api/v1/openapi.json", &[], Body::empty()).await.json();
    assert_eq!(served["servers"], json!([{"url": "https://ill.example.org/delivery"}]));
    assert_eq!(served["paths"]["/api/v1/own"]["get"]["operationId"], "own");
    assert!(served["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    for path in ["/d/{token}", "/d/{token}/{attachment}/claim", "/t/{ticket}"] {
        let operations = served["paths"][path].as_object().expect("the path is described");
        for operation in operations.values() {
            assert_eq!(operation["security"], json!([]), "the token is the credential: {path}");
        }
    }
}

/// Returns every `$ref` in a document.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(to) if name == "$ref" => {
                        found.insert(to.to_owned());
                    }
                    _ => references(value, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn every_reference_has_a_target() {
    let document = openapi();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 40, "{}", found.len());
    for reference in found {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
