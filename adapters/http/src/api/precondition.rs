//! Entity tags of requests: `ETag`, `If-Match` and `If-None-Match` (RFC 9110 section 13).

use crate::problem::{ProblemCode, ProblemDetails};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// A revision that no request has.
const NONE: u64 = 0;

/// Returns the strong entity tag of a revision. The representation of a request depends on who
/// reads it, but changes only with its revision.
pub(super) fn etag(revision: u64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{revision}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Returns the revision that `If-Match` expects, or `None` for any. Of several entity tags, the one
/// of the latest revision counts. Tags that are weak or not of a revision never match.
pub(super) fn expected_revision(headers: &HeaderMap) -> Option<u64> {
    // A header without any tag, as from an unset variable, matches nothing.
    let mut expected = headers.contains_key(header::IF_MATCH).then_some(NONE);
    for tag in tags(headers, &header::IF_MATCH) {
        if tag == "*" {
            return None;
        }
        let revision = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')?.parse().ok());
        let revision = revision.filter(|revision| etag(*revision) == tag);
        expected = expected.max(revision.or(Some(NONE)));
    }
    expected
}

/// Returns whether `If-None-Match` lists this revision, so that the caller has it already.
pub(super) fn is_known(headers: &HeaderMap, revision: u64) -> bool {
    let tag = format!("\"{revision}\"");
    tags(headers, &header::IF_NONE_MATCH)
        .any(|sent| sent == "*" || sent.strip_prefix("W/").unwrap_or(sent) == tag)
}

/// Splits the lines of a header at commas, which no tag of a revision contains.
fn tags<'a>(headers: &'a HeaderMap, name: &'a header::HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).into_iter().map(|value| value.to_str().unwrap_or("?"));
    lines.flat_map(|line| line.split(',')).map(str::trim).filter(|tag| !tag.is_empty())
}

/// Returns 412 if the request is not at the revision in `If-Match`, as axum middleware.
pub(crate) async fn report_changes(request: Request, next: Next) -> Response {
    let is_conditional = request.headers().contains_key(header::IF_MATCH);
    let response = next.run(request).await;
    let code = response.extensions().get::<ProblemCode>().map(|ProblemCode(code)| *code);
    if is_conditional && code == Some("stale") { changed().into_response() } else { response }
}

fn changed() -> ProblemDetails {
    ProblemDetails::new(
        StatusCode::PRECONDITION_FAILED,
        "precondition-failed",
        "the request was changed after the revision in If-Match",
        "read the request again, and repeat the call with its current ETag if it still applies",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, lines: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name.clone(), line.parse().unwrap());
        }
        headers
    }

    #[test]
    fn if_match_expects_one_revision() {
        let cases: [(&[&str], Option<u64>); 13] = [
            (&[], None),
            (&["*"], None),
            (&[""], Some(NONE)),
            (&[" , "], Some(NONE)),
            (&["\"7\""], Some(7)),
            (&["\"7\", \"9\"", "\"8\""], Some(9)),
            (&["W/\"7\""], Some(NONE)),
            (&["7"], Some(NONE)),
            (&["\"+7\""], Some(NONE)),
            (&["\"07\""], Some(NONE)),
            (&["\"x\""], Some(NONE)),
            (&["\"x\", \"7\""], Some(7)),
            (&["\"99999999999999999999999\""], Some(NONE)),
        ];
        for (lines, expected) in cases {
            let headers = headers(header::IF_MATCH, lines);
            assert_eq!(expected_revision(&headers), expected, "{lines:?}");
        }
    }

    #[test]
    fn if_none_match_compares_weakly() {
        for (lines, known) in [
            (&["\"7\""] as &[&str], true),
            (&["W/\"7\""], true),
            (&["\"6\", \"7\""], true),
            (&["*"], true),
            (&["\"8\""], false),
            (&[], false),
        ] {
            let headers = headers(header::IF_NONE_MATCH, lines);
            assert_eq!(is_known(&headers, 7), known, "{lines:?}");
        }
    }
}
