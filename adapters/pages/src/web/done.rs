//! The success message that a page shows once after a form was processed.

use super::cookies;
use super::redirect::to;
use crate::Pages;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use desktop_delivery::PublicAddress;
use http::{HeaderMap, HeaderValue, Method, header};

/// The cookie with the success message and the path of its page.
const COOKIE: &str = "desk_done";
/// How long the message waits for its page to be requested, in seconds.
const SECONDS: i64 = 60;

/// A success message in the extensions of a response, for windows, which store it in a cookie of
/// their own.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(crate) word: String,
    /// The path of the page that shows it.
    pub(crate) page: String,
}

/// Redirects to a page that shows the success message `done-{word}` once.
///
/// The word is stored in a cookie, not in the address: anyone can create or share an address, and
/// the page must not report an action that did not happen. The fragment moves the focus to the
/// message.
pub(crate) fn done(pages: &Pages, path: &str, word: &str) -> Response {
    let mut response = to(pages, &format!("{path}#done"));
    let page = path.split('?').next().unwrap_or_default();
    if let Some(cookie) = message_cookie(pages.desk.address(), &format!("{word}:{page}"), SECONDS) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response.extensions_mut().insert(Done { word: word.to_owned(), page: page.to_owned() });
    response
}

/// Returns the key of the message for the page at this path, if the browser was just redirected
/// there.
pub(super) fn message_key_at(
    headers: &HeaderMap,
    address: &PublicAddress,
    path: &str,
) -> Option<String> {
    let stored = cookies::get(headers, address, COOKIE)?;
    let (word, page) = stored.split_once(':')?;
    (page == path).then(|| format!("done-{word}"))
}

/// Deletes the cookie of a message that was shown, as axum middleware.
pub(crate) async fn clear_shown_message(
    State(pages): State<Pages>,
    request: Request,
    next: Next,
) -> Response {
    let was_shown = request.method() == Method::GET
        && message_key_at(request.headers(), pages.desk.address(), request.uri().path()).is_some();
    let mut response = next.run(request).await;
    if was_shown
        && response.status().is_success()
        && let Some(cookie) = message_cookie(pages.desk.address(), "", 0)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn message_cookie(address: &PublicAddress, value: &str, seconds: i64) -> Option<HeaderValue> {
    cookies::set(address, COOKIE, value, seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_message_shows_only_on_its_page() {
        let address = PublicAddress::new("http://127.0.0.1:8080").unwrap();
        let mut headers = HeaderMap::new();
        let cookie = "desk_language=fr; desk_done=supply-shipped:/supply/000102ab040506ff";
        headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
        let page = "/supply/000102ab040506ff";
        assert_eq!(
            message_key_at(&headers, &address, page).as_deref(),
            Some("done-supply-shipped")
        );
        assert_eq!(message_key_at(&headers, &address, "/supply/000102ab04050600"), None);
        assert_eq!(message_key_at(&HeaderMap::new(), &address, page), None);
    }
}
