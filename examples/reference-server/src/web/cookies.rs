use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use desktop_delivery::PublicAddress;
use http::{HeaderMap, HeaderValue, header};

/// The language that was chosen on a page.
pub(crate) const LANGUAGE_COOKIE: &str = "desk_language";

/// Looks up a cookie of a request.
pub(super) fn get(headers: &HeaderMap, name: &str) -> Option<String> {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// Lets the browser keep a cookie for as many seconds; no script can read it, and no other site's form
/// sends it along.
pub(crate) fn set(
    address: &PublicAddress,
    name: &str,
    value: &str,
    seconds: i64,
) -> Option<HeaderValue> {
    let address = address.as_str();
    let path = address
        .split_once("://")
        .and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]))
        .unwrap_or("/");
    let cookie = Cookie::build((name, value))
        .path(path)
        .http_only(true)
        .secure(address.starts_with("https://"))
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(seconds))
        .build();
    HeaderValue::from_str(&cookie.to_string()).ok()
}

/// Lets the browser forget a cookie.
pub(crate) fn clear(address: &PublicAddress, name: &str) -> Option<HeaderValue> {
    set(address, name, "", 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_stays_on_its_site() {
        let address = PublicAddress::new("https://ill.example.org/desk").unwrap();
        let text = set(&address, "desk_session", "secret", 60).unwrap();
        let text = text.to_str().unwrap();
        for part in [
            "desk_session=secret",
            "HttpOnly",
            "SameSite=Lax",
            "Secure",
            "Path=/desk",
            "Max-Age=60",
        ] {
            assert!(text.contains(part), "{text}");
        }
        let plain =
            set(&PublicAddress::new("http://127.0.0.1:8080").unwrap(), "a", "b", 60).unwrap();
        assert!(!plain.to_str().unwrap().contains("Secure"), "it would never come back");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; desk_session=x.y; b=2"));
        assert_eq!(get(&headers, "desk_session").as_deref(), Some("x.y"));
        assert_eq!(get(&headers, "desk"), None);
    }
}
