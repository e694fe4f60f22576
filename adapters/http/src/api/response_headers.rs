//! The headers of responses in the OpenAPI document.

use serde_json::{Map, Value, json};

/// Returns a reference to a component, such as `headers/ETag`.
pub(super) fn component(path: &str) -> Value {
    json!({"$ref": format!("#/components/{path}")})
}

/// Returns the headers that responses with a status have.
pub(super) fn response_headers(status: &str, is_limited: bool) -> Map<String, Value> {
    let names: &[&str] = match status {
        "302" | "303" => &["Location"],
        "304" => &["ETag"],
        "401" => &["WWW-Authenticate"],
        "409" | "429" | "503" => &["Retry-After"],
        _ => &[],
    };
    let limits: &[&str] = if is_limited { &["RateLimit", "RateLimit-Policy"] } else { &[] };
    references(names.iter().chain(limits))
}

/// Returns the headers of the responses with a file.
pub(super) fn file_headers(status: &str) -> Map<String, Value> {
    let names: &[&str] = match status {
        "200" => &["Accept-Ranges", "Content-Disposition", "ETag", "Last-Modified"],
        "206" => {
            &["Accept-Ranges", "Content-Disposition", "Content-Range", "ETag", "Last-Modified"]
        }
        "304" => &["Last-Modified"],
        "412" => &["ETag", "Last-Modified"],
        "416" => &["Content-Range", "ETag", "Last-Modified"],
        _ => &[],
    };
    references(names)
}

fn references<'a>(names: impl IntoIterator<Item = &'a &'a str>) -> Map<String, Value> {
    let reference = |name: &&str| component(&format!("headers/{}", name.replace('-', "")));
    names.into_iter().map(|name| ((*name).to_owned(), reference(name))).collect()
}

/// Returns the components that describe headers, by name.
pub(super) fn headers() -> Value {
    let text =
        |description: &str| json!({"description": description, "schema": {"type": "string"}});
    json!({
        "AcceptRanges": text("`bytes`: ranges can be requested."),
        "ContentDisposition": text("The name under which to save the file."),
        "ContentRange": text("The range and the size of the file."),
        "ETag": text("The version of the content, for conditional calls."),
        "IdempotentReplayed": {
            "description": "`true` if this repeats the response to an earlier call with the same \
                `Idempotency-Key`; otherwise absent.",
            "schema": {"type": "string", "enum": ["true"]},
        },
        "LastModified": text("When the file was attached."),
        "Location": text("The address to continue at."),
        "RateLimit": text("The calls left, and the seconds until the next window, such as \
            `\"calls\";r=12;t=7`. Absent if the server does not limit calls."),
        "RateLimitPolicy": text("The quota and the length of its window in seconds, such as \
            `\"calls\";q=600;w=60`. Absent if the server does not limit calls."),
        "RetryAfter": {
            "description": "The number of seconds to wait before the next try, if known.",
            "schema": {"type": "integer", "minimum": 1},
        },
        "WWWAuthenticate": text("`Bearer`."),
    })
}
