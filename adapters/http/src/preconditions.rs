use http::{HeaderMap, HeaderName, Method, header};
use std::time::SystemTime;

/// The validators of a file: its SHA-256 as a strong entity tag, and when it was attached.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "callers of `Preconditions::evaluate` construct it")]
pub struct Validators {
    /// The entity tag, including quotation marks, without commas or white space.
    pub etag: String,
    /// When the file was attached, in whole seconds.
    pub last_modified: SystemTime,
}

/// The result of evaluating the preconditions of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 9110 defines no other result")]
pub enum Preconditions {
    /// A precondition failed: respond with 412.
    Failed,
    /// The client already has these bytes: respond with 304.
    NotModified,
    /// All preconditions hold.
    Pass,
    /// All preconditions hold except `If-Range`: ignore `Range` and send the whole file.
    PassWithoutRange,
}

impl Preconditions {
    /// Evaluates the preconditions of a request in the order of RFC 9110 section 13.2.2.
    #[must_use]
    pub fn evaluate(method: &Method, headers: &HeaderMap, validators: &Validators) -> Self {
        let etag = validators.etag.as_bytes();
        if let Some(matches) = matches_strongly(headers, &header::IF_MATCH, etag) {
            if !matches {
                return Self::Failed;
            }
        } else if let Some(since) = date(headers, &header::IF_UNMODIFIED_SINCE)
            && validators.last_modified > since
        {
            return Self::Failed;
        }
        let is_safe = matches!(*method, Method::GET | Method::HEAD);
        if let Some(matches) = matches_weakly(headers, &header::IF_NONE_MATCH, etag) {
            if matches {
                return if is_safe { Self::NotModified } else { Self::Failed };
            }
        } else if let Some(since) = date(headers, &header::IF_MODIFIED_SINCE)
            && is_safe
            && validators.last_modified <= since
        {
            return Self::NotModified;
        }
        match headers.get(header::IF_RANGE).map(http::HeaderValue::as_bytes) {
            None => Self::Pass,
            Some(value) if value == etag => Self::Pass,
            // A date matches only if it is exactly the modification date (RFC 9110 section 13.1.5).
            Some(_) if date(headers, &header::IF_RANGE) == Some(validators.last_modified) => {
                Self::Pass
            }
            Some(_) => Self::PassWithoutRange,
        }
    }
}

/// Returns whether a list of entity tags contains `etag` by strong comparison, in which a weak tag
/// never matches (RFC 9110 section 8.8.3.2). `None` if the header is absent.
fn matches_strongly(headers: &HeaderMap, name: &HeaderName, etag: &[u8]) -> Option<bool> {
    matches_any(headers, name, |tag| tag == etag)
}

/// Returns whether a list of entity tags contains `etag` by weak comparison. `None` if the header
/// is absent.
fn matches_weakly(headers: &HeaderMap, name: &HeaderName, etag: &[u8]) -> Option<bool> {
    matches_any(headers, name, |tag| tag.strip_prefix(b"W/").unwrap_or(tag) == etag)
}

/// Returns whether a list of entity tags contains `*` or a matching tag. Splitting at commas may
/// cut a tag in two, but neither half can match, since the file's own tag has no comma.
fn matches_any(
    headers: &HeaderMap,
    name: &HeaderName,
    is_match: impl Fn(&[u8]) -> bool,
) -> Option<bool> {
    let mut lines = headers.get_all(name).iter().peekable();
    lines.peek()?;
    let mut tags = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    Some(tags.any(|tag| {
        let tag = tag.trim_ascii();
        tag == b"*" || is_match(tag)
    }))
}

/// Parses a header with a date. An invalid date is ignored (RFC 9110 section 13.1.3).
fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn validators() -> Validators {
        Validators {
            etag: "\"abc\"".to_owned(),
            // 2026-11-23T20:46:32Z
            last_modified: SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_466_792),
        }
    }

    #[test]
    fn preconditions_are_evaluated_in_the_order_of_rfc_9110() {
        use Preconditions::{Failed, NotModified, Pass, PassWithoutRange};
        const SAME: &str = "Mon, 23 Nov 2026 20:46:32 GMT";
        const EARLIER: &str = "Mon, 23 Nov 2026 20:46:31 GMT";
        let cases: &[(&[(&str, &str)], Preconditions)] = &[
            (&[], Pass),
            (&[("if-match", "\"abc\"")], Pass),
            (&[("if-match", "*")], Pass),
            (&[("if-match", "\"other\"")], Failed),
            (&[("if-match", "W/\"abc\"")], Failed),
            (&[("if-unmodified-since", SAME)], Pass),
            (&[("if-unmodified-since", EARLIER)], Failed),
            // If-Match takes precedence over If-Unmodified-Since.
            (&[("if-match", "\"abc\""), ("if-unmodified-since", EARLIER)], Pass),
            (&[("if-none-match", "\"abc\"")], NotModified),
            (&[("if-none-match", "W/\"abc\"")], NotModified),
            (&[("if-none-match", "*")], NotModified),
            (&[("if-none-match", "\"x\", \"abc\"")], NotModified),
            (&[("if-none-match", "\"x\"")], Pass),
            (&[("if-modified-since", SAME)], NotModified),
            (&[("if-modified-since", EARLIER)], Pass),
            (&[("if-none-match", "\"x\""), ("if-modified-since", SAME)], Pass),
            (&[("if-modified-since", "yesterday")], Pass),
            (&[("if-range", "\"abc\"")], Pass),
            (&[("if-range", "\"x\"")], PassWithoutRange),
            (&[("if-range", "W/\"abc\"")], PassWithoutRange),
            (&[("if-range", SAME)], Pass),
            (&[("if-range", EARLIER)], PassWithoutRange),
            (&[("if-range", "nonsense")], PassWithoutRange),
            (&[("if-match", "\"a\tb c\"")], Failed),
            (&[("if-match", "\"x, y\", \"abc\"")], Pass),
            (&[("if-range", "\"a\tb c\"")], PassWithoutRange),
        ];
        for (lines, outcome) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in *lines {
                headers.insert(
                    HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    value.parse().unwrap(),
                );
            }
            let evaluated = Preconditions::evaluate(&Method::GET, &headers, &validators());
            assert_eq!(evaluated, *outcome, "{lines:?}");
        }
    }
}
