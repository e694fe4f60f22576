use headers::{
    ETag, HeaderMapExt as _, IfMatch, IfModifiedSince, IfNoneMatch, IfRange, IfUnmodifiedSince,
    LastModified,
};
use http::{HeaderMap, Method};
use std::time::SystemTime;

/// What identifies the bytes of a file: its SHA-256 as a strong entity tag, and when it was attached.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "whoever evaluates preconditions makes it")]
pub struct Validators {
    /// The entity tag.
    pub etag: ETag,
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
        let Validators { etag, last_modified } = validators;
        if let Some(if_match) = headers.typed_get::<IfMatch>() {
            if !if_match.precondition_passes(etag) {
                return Self::Failed;
            }
        } else if let Some(since) = headers.typed_get::<IfUnmodifiedSince>()
            && !since.precondition_passes(*last_modified)
        {
            return Self::Failed;
        }
        let is_safe = matches!(*method, Method::GET | Method::HEAD);
        if let Some(if_none_match) = headers.typed_get::<IfNoneMatch>() {
            if !if_none_match.precondition_passes(etag) {
                return if is_safe { Self::NotModified } else { Self::Failed };
            }
        } else if let Some(since) = headers.typed_get::<IfModifiedSince>()
            && is_safe
            && !since.is_modified(*last_modified)
        {
            return Self::NotModified;
        }
        match headers.typed_get::<IfRange>() {
            Some(if_range)
                if if_range.is_modified(Some(etag), Some(&LastModified::from(*last_modified))) =>
            {
                Self::PassWithoutRange
            }
            // What cannot be read names no bytes that we have.
            None if headers.contains_key(http::header::IF_RANGE) => Self::PassWithoutRange,
            _ => Self::Pass,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn validators() -> Validators {
        Validators {
            etag: "\"abc\"".parse().unwrap(),
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
        ];
        for (lines, outcome) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in *lines {
                headers.insert(
                    http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    value.parse().unwrap(),
                );
            }
            let evaluated = Preconditions::evaluate(&Method::GET, &headers, &validators());
            assert_eq!(evaluated, *outcome, "{lines:?}");
        }
    }
}
