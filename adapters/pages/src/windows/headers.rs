//! The headers and cookies of windows.

use crate::web::cookies;
use axum::response::Response;
use desktop_delivery::PublicAddress;
use desktop_delivery::input::WebOrigin;
use desktop_delivery_identity::windows::{BrowserCookie, WindowId};
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The cookie of a browser in which windows are open.
const BROWSER: &str = "desk_window";
/// How long the browser keeps it, in seconds: as long as the longest window.
const BROWSER_SECONDS: i64 = 12 * 3_600;

/// The cookie with the success message of a window, the window's id, and the path of its page.
const DONE: &str = "desk_window_done";
/// How long the message waits for its page, in seconds.
const DONE_SECONDS: i64 = 60;

/// Allows one site to show the response in a frame.
pub(super) fn allow_frame(response: &mut Response, origin: &WebOrigin) {
    let headers = response.headers_mut();
    // It knows no origins, and browsers ignore it beside `frame-ancestors`.
    headers.remove(HeaderName::from_static("x-frame-options"));
    if let Some(policy) = headers.get_mut(header::CONTENT_SECURITY_POLICY)
        && let Ok(text) = policy.to_str()
        && let framed = text.replace("frame-ancestors 'none'", &format!("frame-ancestors {origin}"))
        && let Ok(framed) = HeaderValue::from_str(&framed)
    {
        *policy = framed;
    }
}

/// Returns the browser's cookie, if it sent one.
pub(super) fn browser(headers: &HeaderMap, address: &PublicAddress) -> Option<String> {
    cookies::get(headers, address, BROWSER)
}

pub(super) fn set_browser(
    response: &mut Response,
    address: &PublicAddress,
    cookie: &BrowserCookie,
) {
    let cookie = cookies::set_in_frames(address, BROWSER, cookie.expose(), BROWSER_SECONDS);
    append(response, cookie);
}

/// Returns the word and the page of the success message of this window.
pub(super) fn done(
    headers: &HeaderMap,
    address: &PublicAddress,
    id: &WindowId,
) -> Option<(String, String)> {
    let stored = cookies::get(headers, address, DONE)?;
    let (word, rest) = stored.split_once(':')?;
    let page = rest.strip_prefix(id.as_str())?.strip_prefix(':')?;
    Some((word.to_owned(), page.to_owned()))
}

pub(super) fn set_done(
    response: &mut Response,
    address: &PublicAddress,
    id: &WindowId,
    word: &str,
    page: &str,
) {
    let value = format!("{word}:{id}:{page}");
    append(response, cookies::set_in_frames(address, DONE, &value, DONE_SECONDS));
}

pub(super) fn clear_done(response: &mut Response, address: &PublicAddress) {
    append(response, cookies::set_in_frames(address, DONE, "", 0));
}

fn append(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
