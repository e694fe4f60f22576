//! Errors in request fields, worded for the sender, derived from the messages of serde.

use crate::problem::ProblemDetails;
use http::StatusCode;
use std::fmt::Display;

/// The longest value that an error quotes, in characters.
const MAX_QUOTED: usize = 40;

/// Creates the problem of a request that cannot be read.
pub(crate) fn unreadable(title: String) -> ProblemDetails {
    let remedy = "correct the call and send it again";
    ProblemDetails { remedy: remedy.into(), ..ProblemDetails::malformed(title) }
}

/// Converts an error message of serde about the field at `path`. Returns `None` for an unknown
/// message.
pub(crate) fn field_problem(path: &str, message: &str) -> Option<ProblemDetails> {
    // The root, or an unknown place.
    let path =
        if matches!(path, "." | "?" | "") { "the body".to_owned() } else { field_path(path) };
    let title = if let Some(name) = message.strip_prefix("missing field ") {
        format!("{} is missing", inside(&path, name))
    } else if let Some(name) = message.strip_prefix("duplicate field ") {
        format!("{} appears twice; expected once", inside(&path, name))
    } else if let Some(rest) = message.strip_prefix("unknown field ") {
        let (name, expected) = rest.split_once(", ").unwrap_or((rest, ""));
        return Some(unknown(&inside(&path, name), &listed(expected)));
    } else if let Some(rest) = message.strip_prefix("unknown variant ") {
        let (value, expected) = rest.split_once(", ").unwrap_or((rest, ""));
        format!("{path} is {}; {}", quoted(value.trim_matches('`')), listed(expected))
    } else if let Some(rest) = message.strip_prefix("invalid type: ") {
        let (value, expected) = rest.rsplit_once(", expected ")?;
        format!("{path} is {}; expected {}", kind(value, expected, "the string "), form(expected))
    } else if let Some(rest) = message.strip_prefix("invalid value: ") {
        let (value, expected) = rest.rsplit_once(", expected ")?;
        format!("{path} is {}; expected {}", kind(value, expected, ""), form(expected))
    } else if let Some(rest) = message.strip_prefix("invalid length ") {
        let (length, expected) = rest.rsplit_once(", expected ")?;
        format!("{path} is an array of length {length}; expected {}", form(expected))
    } else if message.contains("did not match any variant") {
        format!("{path} has none of the expected forms")
    } else {
        // An error of this project's own types, which never contains the value.
        format!("{path}: {message}")
    };
    Some(unreadable(title))
}

/// Creates the problem of a field or parameter that is not known (422), with the code
/// `unknown-field`. `expected` begins with "expected". A name that may be something else, such as a
/// misplaced secret, is not repeated.
#[must_use]
pub fn unknown_field(name: &str, expected: &str) -> ProblemDetails {
    unknown(&named(name), expected)
}

fn unknown(name: &str, expected: &str) -> ProblemDetails {
    let title = format!("{name} is not a known field; {expected}");
    let remedy = "remove the field, or correct its name";
    ProblemDetails::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown-field", title, remedy)
}

/// Formats the path of a field for an error, or hides it if it could contain something other than
/// names.
pub(crate) fn field_path(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.[]".contains(c);
    if path.len() <= MAX_QUOTED * 2 && path.chars().all(is_plain) {
        format!("`{path}`")
    } else {
        "a field".to_owned()
    }
}

/// Formats the name of a form field for an error, or hides it if it may not be a name.
pub(crate) fn named(name: &str) -> String {
    if name.is_empty() { "a field without a name".to_owned() } else { inside("", name) }
}

/// Formats the name of a field inside the value at `path`.
fn inside(path: &str, name: &str) -> String {
    let name = name.trim_matches('`');
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    if name.chars().count() > MAX_QUOTED || !name.chars().all(is_name) {
        return "a field with another name".to_owned();
    }
    match path.strip_prefix('`').and_then(|path| path.strip_suffix('`')) {
        Some(path) if path == name || path.ends_with(&format!(".{name}")) => format!("`{path}`"),
        Some(path) => format!("`{path}.{name}`"),
        None => format!("`{name}`"),
    }
}

/// Removes the backticks from serde's "expected one of `a`, `b`".
fn listed(expected: &str) -> String {
    match expected.replace('`', "").trim() {
        "" | "there are no fields" | "there are no variants" => "expected none".to_owned(),
        expected => expected.to_owned(),
    }
}

/// Quotes a value for an error message, or returns only its length if it is longer than 40
/// characters or could be an email address.
#[must_use]
pub fn quoted(value: &str) -> String {
    // Excludes email addresses, and characters that would end the quotation.
    let is_plain = |c: char| (c.is_ascii_graphic() || c == ' ') && !"@\"\\`".contains(c);
    if value.is_empty() {
        "empty".to_owned()
    } else if value.chars().count() <= MAX_QUOTED && value.chars().all(is_plain) {
        format!("\"{value}\"")
    } else {
        format!("a string of {} characters", value.chars().count())
    }
}

/// Creates the problem of a path with an invalid attachment or link number.
pub(crate) fn invalid_number(what: &str, text: &str) -> ProblemDetails {
    let is_short = text.len() <= "65535".len() * 2;
    let sent = if is_short { quoted(text) } else { "another value".to_owned() };
    let title = format!(
        "the {what} number in the path is {sent}; expected a whole number from 1 to {}",
        u16::MAX
    );
    ProblemDetails { title, ..ProblemDetails::not_found() }
}

/// Returns the kind of the rejected value, from serde's description of it, such as `string "x"`. A
/// quoted value is prefixed with `string`.
fn kind(value: &str, expected: &str, string: &str) -> String {
    let sent = |mark: char| value.split_once(mark).map(|(_, rest)| rest.trim_end_matches(mark));
    let (kind, _) = value.split_once([' ', '`']).unwrap_or((value, ""));
    let numeric = range(expected).is_some() || expected.starts_with("a whole number");
    let of_text = || match sent('"').map(quoted) {
        Some(quoted) if quoted.starts_with('"') => format!("{string}{quoted}"),
        Some(quoted) if string.is_empty() => quoted,
        _ => "a string".to_owned(),
    };
    match kind {
        "string" | "str" if expected.starts_with("a time") => of_text(),
        // Text with spaces is not a mistyped number, and may be private.
        "string" | "str" if numeric && !value.trim_start_matches("string ").contains(' ') => {
            of_text()
        }
        "string" | "str" | "character" => "a string".to_owned(),
        "integer" | "floating" if numeric || expected.starts_with("f64") => {
            sent('`').map_or_else(|| "a number".to_owned(), |number| format!("the number {number}"))
        }
        "integer" | "floating" | "number" => "a number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "null" | "unit" => "null".to_owned(),
        "sequence" => "an array".to_owned(),
        "map" => "an object".to_owned(),
        _ => "something else".to_owned(),
    }
}

/// Describes the expected form.
fn form(expected: &str) -> String {
    if let Some((least, most)) = range(expected) {
        return format!("a whole number from {least} to {most}");
    }
    if let Some(size) = expected.strip_prefix("a tuple of size ") {
        return format!("{size} elements");
    }
    match expected {
        "a string" | "string" | "string or map" | "a borrowed string" | "a character" => {
            "a string".to_owned()
        }
        "a boolean" | "bool" => "true or false".to_owned(),
        "a sequence" => "an array".to_owned(),
        "a map" => "an object".to_owned(),
        "f64" | "f32" => "a number".to_owned(),
        _ if expected.starts_with("struct ") || expected.contains("tagged enum") => {
            "an object".to_owned()
        }
        _ if expected.starts_with("enum ") => "one of the documented values".to_owned(),
        _ => expected.to_owned(),
    }
}

/// Returns the least and greatest value of a Rust integer type.
fn range(expected: &str) -> Option<(&'static str, String)> {
    fn to(most: impl Display) -> Option<(&'static str, String)> {
        Some(("0", most.to_string()))
    }
    match expected {
        "u8" => to(u8::MAX),
        "u16" => to(u16::MAX),
        "u32" => to(u32::MAX),
        "u64" | "usize" => to(u64::MAX),
        "i32" => Some(("-2147483648", i32::MAX.to_string())),
        "i64" | "isize" => Some(("-9223372036854775808", i64::MAX.to_string())),
        _ => None,
    }
}
