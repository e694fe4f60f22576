//! Content negotiation: pages for browsers, JSON for programs.

use http::{HeaderMap, header};

/// Returns whether the `Accept` header prefers JSON to HTML (RFC 9110 section 12.5.1).
///
/// Callers that accept anything, or send no `Accept` header, get HTML.
#[must_use]
pub fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let (mut json, mut html) = (0.0_f32, 0.0_f32);
    for part in accepted.flat_map(|value| value.split(',')) {
        let (media, weight) = weighted(part);
        match media {
            "application/json" | "application/problem+json" => json = json.max(weight),
            "text/html" | "application/xhtml+xml" => html = html.max(weight),
            _ => {}
        }
    }
    json > html
}

/// Returns whether the response to a POST, or an error, is sent as JSON: the caller prefers JSON, or
/// sent JSON and does not list HTML.
pub(crate) fn wants_json_back(headers: &HeaderMap) -> bool {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = sent.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut media_types = accepted.flat_map(|value| value.split(',')).map(|part| weighted(part).0);
    wants_json(headers)
        || (media.eq_ignore_ascii_case("application/json")
            && !media_types.any(|media| matches!(media, "text/html" | "application/xhtml+xml")))
}

/// Splits an element of an `Accept` header into its media type and weight.
fn weighted(part: &str) -> (&str, f32) {
    let mut fields = part.split(';').map(str::trim);
    let name = fields.next().unwrap_or_default();
    let weight = fields
        .find_map(|field| field.strip_prefix("q="))
        .map_or(1.0, |q| q.parse().unwrap_or(0.0_f32));
    (name, weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_page_and_programs_get_json() {
        let prefers_json = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, http::HeaderValue::from_static(accept));
            wants_json(&headers)
        };
        assert!(prefers_json("application/json"));
        assert!(prefers_json("application/json, */*;q=0.1"));
        assert!(prefers_json("text/html;q=0.5, application/json"));
        assert!(!prefers_json("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
        assert!(!prefers_json("*/*"));
        assert!(!wants_json(&HeaderMap::new()));
    }

    #[test]
    fn a_request_in_json_gets_errors_in_json_unless_html_is_accepted() {
        let of = |sent: &'static str, accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static(sent));
            if !accept.is_empty() {
                headers.insert(header::ACCEPT, http::HeaderValue::from_static(accept));
            }
            wants_json_back(&headers)
        };
        assert!(of("application/json", "") && of("Application/JSON; charset=utf-8", "*/*"));
        assert!(!of("application/json", "text/html,*/*;q=0.8"));
        assert!(!of("application/x-www-form-urlencoded", "") && !of("text/plain", "*/*"));
        assert!(of("text/plain", "application/json"));
    }
}
