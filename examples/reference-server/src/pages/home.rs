use crate::assemble::Server;
use crate::web::{Frame, LANGUAGE_COOKIE, Visitor, page, set, to};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::header;
use serde::Deserialize;
use std::sync::Arc;

/// A year: how long a chosen language is kept, seconds.
const LANGUAGE_SECONDS: i64 = 365 * 86_400;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
}

/// Says what this is, and where staff and patrons go on.
pub(super) async fn show(Visitor { frame, .. }: Visitor) -> Response {
    page(&HomePage { frame })
}

/// The language to keep, and the page to go back to.
#[derive(Debug, Deserialize)]
pub(super) struct Choice {
    to: String,
    #[serde(default)]
    back: String,
}

/// Keeps a language for this browser.
pub(super) async fn choose_language(
    State(server): State<Arc<Server>>,
    Query(choice): Query<Choice>,
) -> Response {
    let mut response = to(&server, own_path(&choice.back));
    let code = if choice.to == "fr" { "fr" } else { "en" };
    if let Some(cookie) = set(server.desk.address(), LANGUAGE_COOKIE, code, LANGUAGE_SECONDS) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// A path of ours that came from outside; the start page in place of anything that leads elsewhere.
pub(super) fn own_path(path: &str) -> &str {
    let leads_away = !path.starts_with('/') || path.starts_with("//") || path.contains('\\');
    let is_plain = path.chars().all(|c| c.is_ascii_graphic());
    if leads_away || !is_plain { "/" } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        assert_eq!(own_path("/supply/1f2e?page=2"), "/supply/1f2e?page=2");
        for path in ["", "https://example.org", "//example.org", "/\\example.org", "/a\r\nb: c"] {
            assert_eq!(own_path(path), "/", "{path}");
        }
    }
}
