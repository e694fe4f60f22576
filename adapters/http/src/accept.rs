//! Who is asking: a person with a browser, or a program.

use http::{HeaderMap, header};

/// Whether a caller asks for JSON before HTML (RFC 9110 section 12.5.1); callers that accept anything
/// get the page.
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

/// Whether an error is for a program: the caller asks for JSON, or sends it and does not ask for HTML.
pub(crate) fn wants_problem_json(headers: &HeaderMap) -> bool {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = sent.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut media_types = accepted.flat_map(|value| value.split(',')).map(|part| weighted(part).0);
    wants_json(headers)
        || (media.eq_ignore_ascii_case("application/json")
            && !media_types.any(|media| matches!(media, "text/html" | "application/xhtml+xml")))
}

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
        let extension_requests = |accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, http::HeaderValue::from_static(accept));
            wants_json(&headers)
        };
        assert!(extension_requests("application/json"));
        assert!(extension_requests("application/json, */*;q=0.1"));
        assert!(extension_requests("text/html;q=0.5, application/json"));
        assert!(!extension_requests(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        ));
        assert!(!extension_requests("*/*"));
        assert!(!wants_json(&HeaderMap::new()));
    }

    #[test]
    fn whoever_sends_json_gets_errors_as_json_unless_they_ask_for_html() {
        let of = |sent: &'static str, accept: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, http::HeaderValue::from_static(sent));
            if !accept.is_empty() {
                headers.insert(header::ACCEPT, http::HeaderValue::from_static(accept));
            }
            wants_problem_json(&headers)
        };
        assert!(of("application/json", "") && of("Application/JSON; charset=utf-8", "*/*"));
        assert!(!of("application/json", "text/html,*/*;q=0.8"));
        assert!(!of("application/x-www-form-urlencoded", "") && !of("text/plain", "*/*"));
        assert!(of("text/plain", "application/json"));
    }
}
