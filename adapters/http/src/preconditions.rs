use http::{HeaderMap, HeaderName, Method, header};
use std::time::SystemTime;

/// What identifies the bytes of a file: its SHA-256 as a strong entity tag, and when it was attached.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "whoever evaluates preconditions makes it")]
pub struct Validators {
    /// The entity tag, quoted; without comma or white space.
    pub etag: String,
    /// When the bytes came to be, whole seconds.
    pub last_modified: SystemTime,
}

/// Tells how the preconditions of a request came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no fifth answer")]
pub enum Preconditions {
    /// One failed: 412.
    Failed,
    /// The client has these bytes: 304.
    NotModified,
    /// All hold.
    Pass,
    /// All hold, but a range that was asked for is of other bytes: the whole file is due.
    PassWithoutRange,
}

impl Preconditions {
    /// Evaluates a request's preconditions in the order of RFC 9110 section 13.2.2.
    #[must_use]
    pub fn evaluate(method: &Method, headers: &HeaderMap, validators: &Validators) -> Self {
        let etag = validators.etag.as_bytes();
        if let Some(matches) = names_strongly(headers, &header::IF_MATCH, etag) {
            if !matches {
                return Self::Failed;
            }
        } else if let Some(since) = date(headers, &header::IF_UNMODIFIED_SINCE)
            && validators.last_modified > since
        {
            return Self::Failed;
        }
        let is_safe = matches!(*method, Method::GET | Method::HEAD);
        if let Some(matches) = names_weakly(headers, &header::IF_NONE_MATCH, etag) {
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
            // A date goes for the bytes only where it is exactly theirs (section 13.1.5).
            Some(_) if date(headers, &header::IF_RANGE) == Some(validators.last_modified) => {
                Self::Pass
            }
            Some(_) => Self::PassWithoutRange,
        }
    }
}

/// Whether a list of entity tags names ours, compared strongly: a weak one never does (section
/// 8.8.3.2). `None` where the header is not there.
fn names_strongly(headers: &HeaderMap, name: &HeaderName, etag: &[u8]) -> Option<bool> {
    names(headers, name, |tag| tag == etag)
}

/// Whether a list of entity tags names ours, compared weakly.
fn names_weakly(headers: &HeaderMap, name: &HeaderName, etag: &[u8]) -> Option<bool> {
    names(headers, name, |tag| tag.strip_prefix(b"W/").unwrap_or(tag) == etag)
}

/// A tag with a comma inside is cut in pieces here, of which none is ours: ours has none.
fn names(headers: &HeaderMap, name: &HeaderName, is_ours: impl Fn(&[u8]) -> bool) -> Option<bool> {
    let mut lines = headers.get_all(name).iter().peekable();
    lines.peek()?;
    let mut tags = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    Some(tags.any(|tag| {
        let tag = tag.trim_ascii();
        tag == b"*" || is_ours(tag)
    }))
}

/// A date; one that cannot be read is as if it were not there (section 13.1.3).
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
    fn preconditions_come_out_in_the_order_of_rfc_9110() {
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
            // If-Match makes If-Unmodified-Since void.
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
