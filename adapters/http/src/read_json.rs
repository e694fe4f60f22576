use crate::problem::Problem;
use serde::de::DeserializeOwned;
use std::fmt::Display;

/// The byte order mark that some programs write before UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";
/// The longest word of a request that an error quotes, characters.
const MAX_QUOTED: usize = 40;

/// Reads a JSON body; an empty one is an empty object, and a byte order mark is ignored.
///
/// # Errors
/// [`Problem`] with the field, the type of its value and the expected form. The value itself is
/// quoted only if a word of a list, a number or a time is expected, so that no error repeats a
/// password or a person's name.
///
/// # Example
/// ```
/// use desktop_delivery_http::read_json;
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Terms {
///     days: u16,
/// }
///
/// let problem = read_json::<Terms>(br#"{ "days": "30" }"#).unwrap_err();
/// assert_eq!(problem.title, "`days` is a string; expected a whole number from 0 to 65535");
/// ```
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let bytes = if bytes.iter().all(u8::is_ascii_whitespace) { b"{}" } else { bytes };
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let looks_wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        let guess = if looks_wide { "; it looks like UTF-16" } else { "" };
        unreadable(format!("the JSON is not UTF-8 from byte {} on{guess}", error.valid_up_to() + 1))
    })?;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(&mut json);
    let read = read.map_err(|error| {
        let path = error.path().to_string();
        json_problem(&path, &error.into_inner())
    })?;
    json.end().map_err(|error| json_problem(".", &error))?;
    Ok(read)
}

/// Reads the fields of a form or of a query, with the same errors.
pub(crate) fn read_fields<T: DeserializeOwned>(encoded: &[u8], what: &str) -> Result<T, Problem> {
    let fields = serde_urlencoded::Deserializer::new(form_urlencoded::parse(encoded));
    serde_path_to_error::deserialize(fields).map_err(|error| {
        let path = error.path().to_string();
        described(&path, &error.into_inner().to_string())
            .unwrap_or_else(|| unreadable(format!("the {what} cannot be read")))
    })
}

fn json_problem(path: &str, error: &serde_json::Error) -> Problem {
    let place = format!("line {}, column {}", error.line(), error.column());
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    match error.classify() {
        serde_json::error::Category::Eof => {
            unreadable(format!("the JSON ends too early, at {place}"))
        }
        serde_json::error::Category::Syntax if said.starts_with("recursion") => {
            unreadable(format!("the JSON is nested too deeply, at {place}"))
        }
        serde_json::error::Category::Data => described(path, said)
            .unwrap_or_else(|| unreadable(format!("the JSON cannot be used, at {place}"))),
        // As serde_json says where a word of a list is expected and there is no string.
        _ if said == "expected value" && !matches!(path, "." | "?") => {
            unreadable(format!("{} cannot be read, at {place}: {said}", plain(path)))
        }
        _ => unreadable(format!("the JSON cannot be read at {place}: {said}")),
    }
}

fn unreadable(title: String) -> Problem {
    let remedy = "send it in the expected form";
    Problem { remedy: remedy.into(), ..Problem::malformed(title) }
}

/// The error of a field, from serde's message.
fn described(path: &str, said: &str) -> Option<Problem> {
    // The root, and a field whose place is not known.
    let path = if matches!(path, "." | "?" | "") { "the body".to_owned() } else { plain(path) };
    let title = if let Some(name) = said.strip_prefix("missing field ") {
        format!("{} is missing", inside(&path, name))
    } else if let Some(name) = said.strip_prefix("duplicate field ") {
        format!("{} appears twice; expected once", inside(&path, name))
    } else if let Some(rest) = said.strip_prefix("unknown field ") {
        let (name, expected) = rest.split_once(", ").unwrap_or((rest, ""));
        format!("{} is not a field here; {}", inside(&path, name), listed(expected))
    } else if let Some(rest) = said.strip_prefix("unknown variant ") {
        let (value, expected) = rest.split_once(", ").unwrap_or((rest, ""));
        format!("{path} is {}; {}", quoted(value.trim_matches('`')), listed(expected))
    } else if let Some(rest) = said
        .strip_prefix("invalid type: ")
        .or_else(|| said.strip_prefix("invalid value: "))
        .or_else(|| said.strip_prefix("invalid length "))
    {
        let (value, expected) = rest.rsplit_once(", expected ")?;
        format!("{path} is {}; expected {}", kind(value, expected), form(expected))
    } else if said.contains("digit found in string") || said.contains("cannot parse integer") {
        format!("{path} is not a number; expected a whole number")
    } else if said.starts_with("number too") {
        format!("{path} is out of range; expected a smaller whole number")
    } else if said.starts_with("provided string was not") {
        format!("{path} is not valid; expected true or false")
    } else if said.contains("did not match any variant") {
        format!("{path} has none of the expected forms")
    } else {
        // Errors of this project's own types, which never contain the value.
        format!("{path}: {said}")
    };
    Some(unreadable(title))
}

/// A path of fields, unless somebody made one up that is no name.
fn plain(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.[]".contains(c);
    if path.len() <= MAX_QUOTED * 2 && path.chars().all(is_plain) {
        format!("`{path}`")
    } else {
        "a field".to_owned()
    }
}

/// A field of the value at this path.
fn inside(path: &str, name: &str) -> String {
    let name = name.trim_matches('`');
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    if name.chars().count() > MAX_QUOTED || !name.chars().all(is_name) {
        return "a field of another name".to_owned();
    }
    match path.strip_prefix('`').and_then(|path| path.strip_suffix('`')) {
        Some(path) if path == name || path.ends_with(&format!(".{name}")) => format!("`{path}`"),
        Some(path) => format!("`{path}.{name}`"),
        None => format!("`{name}`"),
    }
}

/// serde's "expected one of `a`, `b`", without its quotes.
fn listed(expected: &str) -> String {
    match expected.replace('`', "").trim() {
        "" | "there are no fields" | "there are no variants" => "expected none".to_owned(),
        expected => expected.to_owned(),
    }
}

/// A word that was sent; only its kind where it is no short plain word.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " _-.:+/,".contains(c);
    if value.chars().count() <= MAX_QUOTED && value.chars().all(is_plain) {
        format!("\"{value}\"")
    } else {
        "another string".to_owned()
    }
}

/// What kind of value was sent, from serde's description of it, such as `string "x"`.
fn kind(value: &str, expected: &str) -> String {
    let sent = |mark: char| value.split_once(mark).map(|(_, rest)| rest.trim_end_matches(mark));
    let (kind, _) = value.split_once([' ', '`']).unwrap_or((value, ""));
    let numeric = range(expected).is_some() || expected.starts_with("f64");
    match kind {
        "string" | "str" if expected.starts_with("a time") => {
            sent('"').map_or_else(|| "a string".to_owned(), quoted)
        }
        "string" | "str" | "character" => "a string".to_owned(),
        "integer" | "floating" if numeric => {
            sent('`').map_or_else(|| "a number".to_owned(), |number| format!("the number {number}"))
        }
        "integer" | "floating" | "number" => "a number".to_owned(),
        "boolean" => "true or false".to_owned(),
        "null" | "unit" => "null".to_owned(),
        "sequence" => "an array".to_owned(),
        "map" => "an object".to_owned(),
        count if count.parse::<u64>().is_ok() => format!("of length {count}"),
        _ => "something else".to_owned(),
    }
}

/// The form that is expected, in words.
fn form(expected: &str) -> String {
    if let Some((least, most)) = range(expected) {
        return format!("a whole number from {least} to {most}");
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
        _ if expected.starts_with("enum ") => "one of the words that are documented".to_owned(),
        _ => expected.to_owned(),
    }
}

/// The least and the most of a type of Rust.
fn range(expected: &str) -> Option<(&'static str, String)> {
    fn most(of: impl Display) -> Option<(&'static str, String)> {
        Some(("0", of.to_string()))
    }
    match expected {
        "u8" => most(u8::MAX),
        "u16" => most(u16::MAX),
        "u32" => most(u32::MAX),
        "u64" | "usize" => most(u64::MAX),
        "i32" => Some(("-2147483648", i32::MAX.to_string())),
        "i64" | "isize" => Some(("-9223372036854775808", i64::MAX.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json_time::JsonTime;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Color {
        Blue,
        Green,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "they are only read")]
    struct Form {
        name: String,
        #[serde(default)]
        days: Option<u16>,
        #[serde(default)]
        color: Option<Color>,
        #[serde(default)]
        at: Option<JsonTime>,
        #[serde(default)]
        order: Vec<u16>,
        #[serde(default)]
        inner: Option<Box<Self>>,
        #[serde(default)]
        flag: bool,
    }

    #[test]
    fn errors_have_the_field_its_type_and_the_expected_form() {
        let nested = format!("{}{}", "{\"inner\":".repeat(200), "}".repeat(200));
        for (json, title) in [
            (r#"{"name":7}"#, "`name` is a number; expected a string"),
            (r#"{"name":null}"#, "`name` is null; expected a string"),
            (r#"{"name":["hush"]}"#, "`name` is an array; expected a string"),
            (r#"{}"#, "`name` is missing"),
            ("", "`name` is missing"),
            (
                r#"{"name":"a","days":"30"}"#,
                "`days` is a string; expected a whole number from 0 to 65535",
            ),
            (
                r#"{"name":"a","days":70000}"#,
                "`days` is the number 70000; expected a whole number from 0 to 65535",
            ),
            (
                r#"{"name":"a","days":-1}"#,
                "`days` is the number -1; expected a whole number from 0 to 65535",
            ),
            (
                r#"{"name":"a","days":1.5}"#,
                "`days` is the number 1.5; expected a whole number from 0 to 65535",
            ),
            (r#"{"name":"a","days":1,"days":2}"#, "`days` appears twice; expected once"),
            (
                r#"{"name":"a","dayz":1}"#,
                "`dayz` is not a field here; expected one of name, days, color, at, order, inner, flag",
            ),
            (r#"{"name":"a","color":"red"}"#, "`color` is \"red\"; expected blue or green"),
            (
                r#"{"name":"a","color":7}"#,
                "`color` cannot be read, at line 1, column 21: expected value",
            ),
            (r#"{"name":"a","flag":"yes"}"#, "`flag` is a string; expected true or false"),
            (
                r#"{"name":"a","order":[1,"2"]}"#,
                "`order[1]` is a string; expected a whole number from 0 to 65535",
            ),
            (
                r#"{"name":"a","inner":{"name":"b","inner":{"name":1}}}"#,
                "`inner.inner.name` is a number; expected a string",
            ),
            (r#"{"name":"a","inner":{}}"#, "`inner.name` is missing"),
            (
                r#"{"name":"a","at":1795466792}"#,
                "`at` is a number; expected a time with its offset, such as 2026-11-23T20:46:32Z or 2026-11-23T15:46:32-0500",
            ),
            (
                r#"{"name":"a","at":"2026-13-01T00:00:00Z"}"#,
                "`at` is \"2026-13-01T00:00:00Z\"; expected a time with its offset, such as 2026-11-23T20:46:32Z or 2026-11-23T15:46:32-0500",
            ),
            ("7", "the body is a number; expected an object"),
            (r#"{"name":"a""#, "the JSON ends too early, at line 1, column 11"),
            (
                r#"{"name":"a"} x"#,
                "the JSON cannot be read at line 1, column 14: trailing characters",
            ),
            (
                r#"{'name':"a"}"#,
                "the JSON cannot be read at line 1, column 2: key must be a string",
            ),
        ] {
            let problem = read_json::<Form>(json.as_bytes()).unwrap_err();
            assert_eq!((problem.title.as_str(), problem.code), (title, "malformed"), "{json}");
        }
        let deep = read_json::<Form>(nested.as_bytes()).unwrap_err();
        assert!(deep.title.contains("nested too deeply"), "{}", deep.title);
    }

    #[test]
    fn a_byte_order_mark_is_ignored_and_other_encodings_are_reported() {
        let with_mark = b"\xef\xbb\xbf {\"name\":\"a\"}";
        assert_eq!(read_json::<Form>(with_mark).unwrap().name, "a");
        assert_eq!(read_json::<Form>(b"\xef\xbb\xbf").unwrap_err().title, "`name` is missing");
        let wide: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let problem = read_json::<Form>(&wide).unwrap_err();
        assert_eq!(problem.title, "the JSON is not UTF-8 from byte 1 on; it looks like UTF-16");
        let latin = read_json::<Form>(b"{\"name\":\"caf\xe9\"}").unwrap_err();
        assert_eq!(latin.title, "the JSON is not UTF-8 from byte 13 on");
    }

    #[test]
    fn no_error_repeats_what_could_be_secret() {
        for json in [
            r#"{"name":{"hush":1}}"#,
            r#"{"name":"a","days":"hush hush"}"#,
            r#"{"name":"a","color":"hush@example.org"}"#,
            r#"{"name":"a","at":"hush@example.org"}"#,
            r#"{"name":"a","hush hush":1}"#,
            r#"{"name":"a","flag":"hush"}"#,
            r#"{"name":"a","order":"hush"}"#,
        ] {
            let title = read_json::<Form>(json.as_bytes()).unwrap_err().title;
            assert!(!title.contains("hush"), "{json}: {title}");
        }
        let number = read_json::<Form>(br#"{"name":48151623}"#).unwrap_err().title;
        assert!(!number.contains("4815"), "{number}");
    }

    #[test]
    fn fields_of_a_query_are_named_alike() {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "they are only read")]
        struct Query {
            limit: Option<usize>,
            waiting: Option<bool>,
            color: Option<Color>,
        }
        for (query, title) in [
            ("limit=many", "`limit` is not a number; expected a whole number"),
            ("limit=-1", "`limit` is not a number; expected a whole number"),
            (
                "limit=99999999999999999999999",
                "`limit` is out of range; expected a smaller whole number",
            ),
            ("limit=", "`limit` is not a number; expected a whole number"),
            ("waiting=1", "`waiting` is not valid; expected true or false"),
            ("color=red", "`color` is \"red\"; expected blue or green"),
            ("limit=1&limit=2", "`limit` appears twice; expected once"),
        ] {
            let problem = read_fields::<Query>(query.as_bytes(), "query").unwrap_err();
            assert_eq!(problem.title, title, "{query}");
        }
    }
}
