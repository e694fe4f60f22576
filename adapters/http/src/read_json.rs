use crate::field_errors::{field_path, field_problem, named, unreadable};
use crate::field_text::FieldText;
use crate::problem::ProblemDetails;
use crate::strict_json::StrictJson;
use serde::de::value::{self, MapDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer as _};

/// The byte order mark that some programs write in front of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Deserializes a JSON body.
///
/// An empty body is read as an empty object, and a byte order mark is ignored. Structs are read
/// only from objects, never from arrays of their values.
///
/// # Errors
/// [`ProblemDetails`] with the field, the type of its value and the expected form. The value itself
/// is quoted only if the field expects a keyword, a number or a time, so that no error repeats a
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
/// let title = "`days` is the string \"30\"; expected a whole number from 0 to 65535";
/// assert_eq!(problem.title, title);
/// ```
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ProblemDetails> {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let is_empty = bytes.iter().all(u8::is_ascii_whitespace);
    let bytes = if is_empty { b"{}" } else { bytes };
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let looks_wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        let guess = if looks_wide { "; it looks like UTF-16" } else { "" };
        unreadable(format!(
            "the JSON is not valid UTF-8 at byte {}{guess}",
            error.valid_up_to() + 1
        ))
    })?;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize(StrictJson(&mut json));
    let read = read.map_err(|error| {
        if is_empty {
            return unreadable("the body is empty; expected a JSON object".to_owned());
        }
        let path = error.path().to_string();
        json_problem(&path, &error.into_inner())
    })?;
    json.end().map_err(|error| json_problem(".", &error))?;
    Ok(read)
}

/// Deserializes the fields of a form or a query, with the same errors as [`read_json`].
pub(crate) fn read_fields<T: DeserializeOwned>(
    encoded: &[u8],
    what: &str,
) -> Result<T, ProblemDetails> {
    check_utf8(encoded)?;
    let fields = form_urlencoded::parse(encoded).map(|(name, text)| (name, FieldText(text)));
    let fields = MapDeserializer::<_, value::Error>::new(fields);
    serde_path_to_error::deserialize(fields).map_err(|error| {
        let path = error.path().to_string();
        field_problem(&path, &error.into_inner().to_string())
            .unwrap_or_else(|| unreadable(format!("the {what} cannot be read")))
    })
}

/// Rejects fields that are not UTF-8. Decoding them with replacement characters would change their
/// values.
fn check_utf8(encoded: &[u8]) -> Result<(), ProblemDetails> {
    let is_utf8 = |part: &[u8]| percent_encoding::percent_decode(part).decode_utf8().is_ok();
    for pair in encoded.split(|byte| *byte == b'&') {
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let (name, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let what = if !is_utf8(name) {
            "the name of a field".to_owned()
        } else if !is_utf8(value) {
            named(&percent_encoding::percent_decode(name).decode_utf8_lossy())
        } else {
            continue;
        };
        return Err(unreadable(format!("{what} is not UTF-8; percent-encode it as UTF-8")));
    }
    Ok(())
}

/// Deserializes the text of one field, with the same errors as [`read_json`].
pub(crate) fn read_field<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, ProblemDetails> {
    let field = FieldText(text.to_owned().into()).into_deserializer();
    T::deserialize(field).map_err(|error: value::Error| {
        field_problem(name, &error.to_string())
            .unwrap_or_else(|| unreadable(format!("{} cannot be read", field_path(name))))
    })
}

fn json_problem(path: &str, error: &serde_json::Error) -> ProblemDetails {
    let place = format!("line {}, column {}", error.line(), error.column());
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    match error.classify() {
        serde_json::error::Category::Eof => {
            unreadable(format!("the JSON ends too early, at {place}"))
        }
        serde_json::error::Category::Syntax if message.starts_with("recursion") => {
            unreadable(format!("the JSON is nested too deeply, at {place}"))
        }
        serde_json::error::Category::Data => field_problem(path, message)
            .unwrap_or_else(|| unreadable(format!("the JSON cannot be used, at {place}"))),
        // The JSON is invalid where a value is expected.
        _ if message == "expected value" && !matches!(path, "." | "?") => {
            unreadable(format!("{} cannot be read, at {place}: {message}", field_path(path)))
        }
        _ => unreadable(format!("the JSON cannot be read at {place}: {message}")),
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
    #[expect(dead_code, reason = "the fields are only deserialized")]
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
        #[serde(default)]
        pair: Option<(u8, u8)>,
    }

    #[test]
    fn errors_contain_the_field_its_type_and_the_expected_form() {
        let nested = format!("{}{}", "{\"inner\":".repeat(200), "}".repeat(200));
        for (json, title) in [
            (r#"{"name":7}"#, "`name` is a number; expected a string"),
            (r#"{"name":null}"#, "`name` is null; expected a string"),
            (r#"{"name":["hush"]}"#, "`name` is an array; expected a string"),
            (r#"{}"#, "`name` is missing"),
            ("", "the body is empty; expected a JSON object"),
            (" \r\n", "the body is empty; expected a JSON object"),
            (
                r#"{"name":"a","days":"30"}"#,
                "`days` is the string \"30\"; expected a whole number from 0 to 65535",
            ),
            (
                r#"{"name":"a","days":"thirty days"}"#,
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
                "`dayz` is not a known field; expected one of name, days, color, at, order, inner, flag, pair",
            ),
            (r#"{"name":"a","color":"red"}"#, "`color` is \"red\"; expected blue or green"),
            (r#"{"name":"a","color":7}"#, "`color` is a number; expected blue or green"),
            (r#"{"name":"a","color":["blue"]}"#, "`color` is an array; expected blue or green"),
            (r#"{"name":"a","color":{"hush":1}}"#, "`color` is \"hush\"; expected blue or green"),
            (
                r#"{"name":"a","color":blue}"#,
                "`color` cannot be read, at line 1, column 21: expected value",
            ),
            (r#"{"name":"a","flag":"yes"}"#, "`flag` is a string; expected true or false"),
            (
                r#"{"name":"a","order":[1,"2"]}"#,
                "`order[1]` is the string \"2\"; expected a whole number from 0 to 65535",
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
            ("null", "the body is null; expected an object"),
            ("[]", "the body is an array; expected an object"),
            (r#"["a",30]"#, "the body is an array; expected an object"),
            (r#"{"name":"a","inner":["b"]}"#, "`inner` is an array; expected an object"),
            (r#"{"name":"a","pair":[1]}"#, "`pair` is an array of length 1; expected 2 elements"),
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
            let code =
                if title.contains("not a known field") { "unknown-field" } else { "malformed" };
            assert_eq!((problem.title.as_str(), problem.code), (title, code), "{json}");
        }
        let deep = read_json::<Form>(nested.as_bytes()).unwrap_err();
        assert!(deep.title.contains("nested too deeply"), "{}", deep.title);
    }

    #[test]
    fn a_byte_order_mark_is_ignored_and_other_encodings_are_reported() {
        let with_mark = b"\xef\xbb\xbf {\"name\":\"a\"}";
        assert_eq!(read_json::<Form>(with_mark).unwrap().name, "a");
        let empty = "the body is empty; expected a JSON object";
        assert_eq!(read_json::<Form>(b"\xef\xbb\xbf").unwrap_err().title, empty);
        let wide: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let problem = read_json::<Form>(&wide).unwrap_err();
        assert_eq!(problem.title, "the JSON is not valid UTF-8 at byte 1; it looks like UTF-16");
        let latin = read_json::<Form>(b"{\"name\":\"caf\xe9\"}").unwrap_err();
        assert_eq!(latin.title, "the JSON is not valid UTF-8 at byte 13");
    }

    #[test]
    fn no_error_repeats_a_value_that_may_be_secret() {
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
    fn errors_of_a_query_have_the_same_form() {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "the fields are only deserialized")]
        struct Query {
            limit: Option<u16>,
            waiting: Option<bool>,
            color: Option<Color>,
        }
        for (query, title) in [
            ("limit=many", "`limit` is \"many\"; expected a whole number from 0 to 65535"),
            ("limit=-1", "`limit` is the number -1; expected a whole number from 0 to 65535"),
            ("limit=70000", "`limit` is the number 70000; expected a whole number from 0 to 65535"),
            (
                "limit=99999999999999999999999",
                "`limit` is \"99999999999999999999999\"; expected a whole number from 0 to 65535",
            ),
            ("limit=1.5", "`limit` is \"1.5\"; expected a whole number from 0 to 65535"),
            ("limit=", "`limit` is empty; expected a whole number from 0 to 65535"),
            (
                "limit=hush@example.org",
                "`limit` is a string of 16 characters; expected a whole number from 0 to 65535",
            ),
            (
                "limit=%3Cscript%3E",
                "`limit` is \"<script>\"; expected a whole number from 0 to 65535",
            ),
            ("limit=%FF", "`limit` is not UTF-8; percent-encode it as UTF-8"),
            ("color=bl%C3", "`color` is not UTF-8; percent-encode it as UTF-8"),
            ("%FF=1", "the name of a field is not UTF-8; percent-encode it as UTF-8"),
            (
                "limit=%EF%BF%BD",
                "`limit` is a string of 1 characters; expected a whole number from 0 to 65535",
            ),
            ("waiting=1", "`waiting` is \"1\"; expected true or false"),
            ("color=red", "`color` is \"red\"; expected blue or green"),
            ("color=", "`color` is empty; expected blue or green"),
            ("limit=1&limit=2", "`limit` appears twice; expected once"),
            ("color=blue&limit=5&waiting=true", ""),
        ] {
            let read = read_fields::<Query>(query.as_bytes(), "query");
            let error = read.err().map(|problem| problem.title).unwrap_or_default();
            assert_eq!(error, title, "{query}");
        }
        let read = read_field::<u32>("downloads", "4294967296").unwrap_err();
        let title =
            "`downloads` is the number 4294967296; expected a whole number from 0 to 4294967295";
        assert_eq!(read.title, title);
        assert_eq!(read_field::<u32>("downloads", "3"), Ok(3));
    }
}
