use crate::claim_form::idempotency_key;
use crate::problem::ProblemDetails;
use http::HeaderMap;

/// The maximum length of a key, in characters.
const MAX_LENGTH: usize = 255;

/// The name of the header.
pub(super) const HEADER: &str = "idempotency-key";

/// Returns the key of a request that has the header.
///
/// A key is a String of Structured Fields in quotation marks (section 2.1 of the draft, RFC 9651
/// section 3.3.3). Because most clients send it bare, visible ASCII characters without quotation
/// marks around them are accepted too, and are the same key.
pub(super) fn key_of(headers: &HeaderMap) -> Result<String, ProblemDetails> {
    let sent = idempotency_key(headers)?.unwrap_or_default();
    let sent = sent.trim_matches([' ', '\t']);
    let key = match sent.strip_prefix('"') {
        Some(quoted) => unquoted(quoted),
        None => Some(sent.to_owned()).filter(|bare| bare.bytes().all(|b| b.is_ascii_graphic())),
    };
    match key {
        Some(key) if (1..=MAX_LENGTH).contains(&key.len()) => Ok(key),
        _ => Err(ProblemDetails::malformed(
            "the Idempotency-Key header is not a key; expected 1 to 255 visible ASCII characters, \
             with or without quotation marks around them",
        )),
    }
}

/// Reads a String of Structured Fields after its opening quotation mark.
fn unquoted(text: &str) -> Option<String> {
    let mut rest = text.chars();
    let mut key = String::new();
    loop {
        match rest.next()? {
            '"' => return rest.next().is_none().then_some(key),
            '\\' => match rest.next()? {
                escaped @ ('"' | '\\') => key.push(escaped),
                _ => return None,
            },
            plain @ ' '..='~' => key.push(plain),
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn read(sent: &str) -> Result<String, &'static str> {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_str(sent).unwrap());
        key_of(&headers).map_err(|problem| problem.code)
    }

    #[test]
    fn a_key_is_the_same_with_and_without_quotation_marks() {
        for sent in ["8e03978e-40d5", "\"8e03978e-40d5\"", " \"8e03978e-40d5\" "] {
            assert_eq!(read(sent), Ok("8e03978e-40d5".to_owned()), "{sent}");
        }
        assert_eq!(read(r#""a \"b\" \\ c""#), Ok(r#"a "b" \ c"#.to_owned()));
    }

    #[test]
    fn an_invalid_key_is_refused() {
        let long = "k".repeat(MAX_LENGTH + 1);
        for sent in ["", "\"\"", "\"a", "\"a\";b=1", "\"a\\b\"", "\"a\tb\"", "a b", &long] {
            assert_eq!(read(sent), Err("malformed"), "{sent:?}");
        }
        assert!(read(&long[1..]).is_ok());
    }
}
