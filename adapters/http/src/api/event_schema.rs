//! The schemas of events in the OpenAPI document: one for each kind, which the field `event` names.

use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};

/// The type of a field.
#[derive(Clone, Copy)]
enum Field {
    Boolean,
    /// A whole number from 0.
    Count,
    /// A SHA-256 in hexadecimal.
    Digest,
    /// A whole number from 1.
    Number,
    /// The state of a notice.
    State,
    Terms,
    Text,
    /// RFC 3339.
    Time,
    Word(&'static [&'static str]),
}

use Field::{Boolean, Count, Digest, Number, State, Terms, Text, Time, Word};

const AUDIENCES: Field = Word(&["partner", "patron", "requester-staff", "supplier-staff"]);

/// A kind of event, and its fields. A field whose name ends in `?` may be missing.
type Kind = (&'static str, &'static [(&'static str, Field)]);

const KINDS: &[Kind] = &[
    ("attached", &[("attachment", Number), ("size", Count), ("digest", Digest)]),
    ("backoff", &[("until", Time)]),
    ("cancel-answered", &[("accepted", Boolean)]),
    ("cancel-requested", &[]),
    ("cancelled", &[]),
    (
        "claimed",
        &[
            ("claim", Number),
            ("attachment", Number),
            ("version", Number),
            ("link", Number),
            ("audience", AUDIENCES),
            ("copyright_version?", Count),
        ],
    ),
    ("created", &[]),
    ("described", &[("attachment", Number), ("description?", Text)]),
    ("expired", &[("attachment", Number)]),
    ("forgotten", &[]),
    ("granted", &[("attachment", Number), ("downloads", Count), ("expires_at?", Time)]),
    ("link-issued", &[("link", Number), ("audience", AUDIENCES)]),
    ("link-revoked", &[("link", Number)]),
    ("more-requested", &[("attachment", Number), ("link", Number)]),
    ("notice-tried", &[("notice", Number), ("kind", Text), ("state", State)]),
    ("previewed", &[("attachment", Number), ("version", Number)]),
    ("problem-answered", &[("attachment", Number)]),
    ("problem-reported", &[("attachment", Number), ("version", Number), ("kind", Text)]),
    ("purged", &[("attachment", Number)]),
    ("received", &[]),
    ("refunded", &[("claim", Number), ("attachment", Number)]),
    ("removed", &[("attachment", Number)]),
    ("reopened", &[]),
    ("reordered", &[]),
    (
        "replaced",
        &[
            ("attachment", Number),
            ("version", Number),
            ("reason", Text),
            ("size", Count),
            ("digest", Digest),
        ],
    ),
    ("resent", &[("notice", Number), ("to", Text)]),
    ("shipped", &[("attachments", Count)]),
    ("staff-read", &[("attachment", Number), ("version", Number)]),
    ("swept", &[("blobs", Count)]),
    ("synced", &[]),
    (
        "terms-changed",
        &[("attachment", Number), ("before", Terms), ("after", Terms), ("why", Text)],
    ),
    ("unfilled", &[]),
    ("upload-begun", &[("upload", Number)]),
    ("upload-ended", &[("upload", Number)]),
    ("withdrawn", &[("why", Text)]),
];

fn of_field(field: Field) -> Value {
    match field {
        Boolean => json!({"type": "boolean"}),
        Count => json!({"type": "integer", "minimum": 0}),
        Digest => json!({"type": "string", "pattern": "^[0-9a-f]{64}$"}),
        Number => json!({"type": "integer", "minimum": 1}),
        State => json!({
            "type": "object",
            "required": ["is"],
            "properties": {
                "is": {"type": "string", "enum": ["failed", "sent", "skipped", "waiting"]},
                "at": of_field(Time),
                "reason": {"type": "string"},
                "tries": {"type": "integer", "minimum": 0},
            },
        }),
        Terms => json!({
            "type": "object",
            "required": ["max_downloads", "expiry"],
            "properties": {
                "max_downloads": {"type": "integer", "minimum": 1},
                "not_before": of_field(Time),
                "expiry": {
                    "description": "Exactly one of `at` and `days`.",
                    "type": "object",
                    "properties": {
                        "at": of_field(Time),
                        "days": {"type": "integer", "minimum": 0},
                    },
                },
            },
        }),
        Text => json!({"type": "string"}),
        Time => json!({"type": "string", "format": "date-time"}),
        Word(words) => json!({"type": "string", "enum": words}),
    }
}

/// Returns the name of the schema of a kind, such as `LinkIssuedEvent`.
fn name_of(kind: &str) -> String {
    let words = kind.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    });
    words.collect::<String>() + "Event"
}

fn of_kind((kind, fields): &Kind) -> Value {
    let mut properties = Map::new();
    properties.insert("event".to_owned(), json!({"type": "string", "enum": [kind]}));
    let mut required = vec!["event"];
    for (name, field) in *fields {
        let stated = name.trim_end_matches('?');
        properties.insert(stated.to_owned(), of_field(*field));
        if stated == *name {
            required.push(stated);
        }
    }
    json!({"type": "object", "required": required, "properties": properties})
}

/// Returns the fields that every event has.
fn common() -> Value {
    json!({
        "type": "object",
        "required": ["revision", "index", "at", "by", "event"],
        "properties": {
            "revision": {
                "type": "integer", "minimum": 1,
                "description": "The revision of the request in which the event was recorded.",
            },
            "index": {
                "type": "integer", "minimum": 0,
                "description": "The position of the event within its revision, from 0.",
            },
            "at": {"type": "string", "format": "date-time", "description": "When it happened."},
            "by": {
                "type": "string",
                "enum": ["host", "link-holder", "patron", "staff", "system"],
                "description": "Who did it.",
            },
            "agency": {"type": "string", "description": "The library, if `by` is `staff`."},
            "id": {"type": "string", "description": "The id of the person, if `by` is `staff`."},
            "by_link": {"type": "integer", "description": "The link, if `by` is `link-holder`."},
            "by_audience": {
                "type": "string", "description": "Its audience, if `by` is `link-holder`.",
            },
            "event": {"type": "string", "description": "The kind of event."},
            "document": {
                "type": "object",
                "description": "The version that the event concerns, as it was then.",
                "required": ["no", "version", "file_name"],
                "properties": {
                    "no": {"type": "integer", "minimum": 1},
                    "version": {"type": "integer", "minimum": 1},
                    "file_name": {"type": "string"},
                },
            },
        },
    })
}

/// Returns the schema of an event, which refers to those of the kinds.
fn event() -> Value {
    let reference = |kind: &str| format!("#/components/schemas/{}", name_of(kind));
    let kinds: Vec<Value> =
        KINDS.iter().map(|(kind, _)| json!({"$ref": reference(kind)})).collect();
    let mapping: Map<String, Value> =
        KINDS.iter().map(|(kind, _)| ((*kind).to_owned(), reference(kind).into())).collect();
    json!({
        "description": "A recorded event. Later versions may add kinds.",
        "allOf": [
            {"$ref": "#/components/schemas/EventFields"},
            {"oneOf": kinds, "discriminator": {"propertyName": "event", "mapping": mapping}},
        ],
    })
}

/// Converts a JSON value to a schema. A test checks that every value in this file is one.
fn schema(value: Value) -> RefOr<Schema> {
    serde_json::from_value(value).unwrap_or_else(|_| RefOr::T(Schema::default()))
}

/// Returns the schema of an event.
pub(super) fn event_schema() -> RefOr<Schema> {
    schema(event())
}

/// Returns the schemas to which that of an event refers, by name.
pub(super) fn event_schemas() -> Vec<(String, RefOr<Schema>)> {
    let kinds = KINDS.iter().map(|kind| (name_of(kind.0), schema(of_kind(kind))));
    std::iter::once(("EventFields".to_owned(), schema(common()))).chain(kinds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_read_as_it_is_written() {
        let kinds = KINDS.iter().map(of_kind);
        for written in kinds.chain([common(), event()]) {
            let read = serde_json::from_value::<RefOr<Schema>>(written.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), written);
        }
        assert_eq!(name_of("link-issued"), "LinkIssuedEvent");
    }
}
