//! The schemas of events in the OpenAPI document: two for each kind, which the field `event` names,
//! one for the history of a request and one for the feed.

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
    /// One of the words of this schema.
    Word(&'static str),
}

use Field::{Boolean, Count, Digest, Number, State, Terms, Text, Time, Word};

const AUDIENCE: Field = Word("Audience");

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
            ("audience", AUDIENCE),
            ("copyright_version?", Count),
        ],
    ),
    ("created", &[]),
    ("described", &[("attachment", Number), ("description?", Text)]),
    ("expired", &[("attachment", Number)]),
    ("forgotten", &[]),
    ("granted", &[("attachment", Number), ("downloads", Count), ("expires_at?", Time)]),
    ("link-issued", &[("link", Number), ("audience", AUDIENCE)]),
    ("link-revoked", &[("link", Number)]),
    ("more-requested", &[("attachment", Number), ("link", Number)]),
    ("notice-tried", &[("notice", Number), ("kind", Word("NoticeKind")), ("state", State)]),
    ("previewed", &[("attachment", Number), ("version", Number)]),
    ("problem-answered", &[("attachment", Number)]),
    (
        "problem-reported",
        &[("attachment", Number), ("version", Number), ("kind", Word("ProblemKind"))],
    ),
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
            ("reason", Word("ReplaceReason")),
            ("size", Count),
            ("digest", Digest),
        ],
    ),
    ("resent", &[("notice", Number), ("to", AUDIENCE)]),
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
                "is": reference("NoticeState"),
                "at": of_field(Time),
                "reason": reference("NoticeFailure"),
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
        Word(name) => reference(name),
    }
}

/// Where an event is read.
#[derive(Clone, Copy)]
enum List {
    Feed,
    History,
}

impl List {
    /// Returns the name of the schema of a kind, such as `LinkIssuedEvent` or
    /// `LinkIssuedFeedEntry`.
    fn name_of(self, kind: &str) -> String {
        let words = kind.split('-').map(|word| {
            let (first, rest) = word.split_at(1);
            first.to_ascii_uppercase() + rest
        });
        let suffix = match self {
            Self::Feed => "FeedEntry",
            Self::History => "Event",
        };
        words.collect::<String>() + suffix
    }

    /// Returns the schema of a kind, which combines its fields with those that all kinds have.
    fn of_kind(self, kind: &Kind) -> Value {
        match self {
            Self::Feed => json!({
                "allOf": [reference(&Self::History.name_of(kind.0)), reference("FeedFields")],
            }),
            Self::History => json!({"allOf": [reference("EventFields"), own_fields(kind)]}),
        }
    }

    /// Returns the schema of an event of any kind.
    fn of_all(self) -> Value {
        let kinds: Vec<Value> =
            KINDS.iter().map(|(kind, _)| reference(&self.name_of(kind))).collect();
        let mapping: Map<String, Value> = KINDS
            .iter()
            .map(|(kind, _)| ((*kind).to_owned(), reference(&self.name_of(kind))["$ref"].clone()))
            .collect();
        json!({
            "description": "A recorded event. Later versions may add kinds.",
            "oneOf": kinds,
            "discriminator": {"propertyName": "event", "mapping": mapping},
        })
    }
}

/// Returns the schemas of events by name: those of any kind, and those to which they refer.
pub(super) fn event_schemas() -> Map<String, Value> {
    let kinds =
        |list: List| KINDS.iter().map(move |kind| (list.name_of(kind.0), list.of_kind(kind)));
    let common = [
        ("EventFields".to_owned(), common()),
        ("EventJson".to_owned(), List::History.of_all()),
        ("FeedEntryJson".to_owned(), List::Feed.of_all()),
    ];
    kinds(List::Feed).chain(kinds(List::History)).chain(common).collect()
}

/// Returns the schema that `utoipa` has for an event. [`event_schemas`] replaces it in the document,
/// because `utoipa` has no `const`.
pub(super) fn placeholder() -> RefOr<Schema> {
    RefOr::T(Schema::default())
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Returns the fields that only one kind has.
fn own_fields((kind, fields): &Kind) -> Value {
    let mut properties = Map::new();
    properties.insert("event".to_owned(), json!({"type": "string", "const": kind}));
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
        "required": ["revision", "index", "at", "by"],
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
                "$ref": "#/components/schemas/Audience",
                "description": "Its audience, if `by` is `link-holder`.",
            },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_is_named_after_its_kind() {
        assert_eq!(List::History.name_of("link-issued"), "LinkIssuedEvent");
        assert_eq!(List::Feed.name_of("shipped"), "ShippedFeedEntry");
    }
}
