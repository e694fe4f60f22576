use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use desktop_delivery::PublicAddress;
use http::{HeaderMap, HeaderValue, header};
use std::borrow::Cow;

/// The cookie with the language chosen on a page.
pub(crate) const LANGUAGE_COOKIE: &str = "desk_language";

/// Returns the value of a cookie sent to a server at this address.
pub(crate) fn get(headers: &HeaderMap, address: &PublicAddress, name: &str) -> Option<String> {
    let name = full_name(address, name);
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// Returns a `Set-Cookie` header for a cookie that expires after `seconds`. Scripts cannot read the
/// cookie, and forms of other sites do not send it.
pub(crate) fn set(
    address: &PublicAddress,
    name: &str,
    value: &str,
    seconds: i64,
) -> Option<HeaderValue> {
    let cookie = Cookie::build((full_name(address, name), value))
        .path(path(address))
        .http_only(true)
        .secure(is_secure(address))
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(seconds))
        .build();
    HeaderValue::from_str(&cookie.to_string()).ok()
}

/// Returns a `Set-Cookie` header like [`set`] for a page that another site shows in a frame, where
/// browsers block other cookies: the cookie is kept apart for each site that shows the page
/// (`Partitioned`, CHIPS).
///
/// Such a cookie must be `Secure`, which browsers also accept from a loopback address without HTTPS.
/// Elsewhere without HTTPS, it works only in windows of their own.
pub(crate) fn set_in_frames(
    address: &PublicAddress,
    name: &str,
    value: &str,
    seconds: i64,
) -> Option<HeaderValue> {
    if !is_secure(address) && !address.is_loopback() {
        return set(address, name, value, seconds);
    }
    let cookie = Cookie::build((full_name(address, name), value))
        .path(path(address))
        .http_only(true)
        .secure(true)
        .same_site(SameSite::None)
        .partitioned(true)
        .max_age(Duration::seconds(seconds))
        .build();
    HeaderValue::from_str(&cookie.to_string()).ok()
}

/// Returns the name of a cookie in the browser, with a prefix if the server uses HTTPS.
///
/// Browsers accept cookies with a prefix only over HTTPS. A `__Host-` cookie can only be set by
/// this host, not by others of the domain (RFC 6265bis section 4.1.3), but requires the path `/`. A
/// server below another path uses `__Secure-` instead.
fn full_name<'a>(address: &PublicAddress, name: &'a str) -> Cow<'a, str> {
    match (is_secure(address), path(address)) {
        (false, _) => name.into(),
        (true, "/") => format!("__Host-{name}").into(),
        (true, _) => format!("__Secure-{name}").into(),
    }
}

fn is_secure(address: &PublicAddress) -> bool {
    address.as_str().starts_with("https://")
}

fn path(address: &PublicAddress) -> &str {
    match address.path() {
        "" => "/",
        path => path,
    }
}

/// Returns a `Set-Cookie` header that deletes a cookie.
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
            "__Secure-desk_session=secret",
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
        let root = PublicAddress::new("https://ill.example.org").unwrap();
        let text = set(&root, "desk_session", "secret", 60).unwrap();
        let text = text.to_str().unwrap();
        assert!(text.starts_with("__Host-desk_session=secret;"), "{text}");
        for part in ["Path=/;", "Secure"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!text.contains("Domain"), "{text}");
        assert!(clear(&root, "desk_session").unwrap().to_str().unwrap().starts_with("__Host-"));
    }

    #[test]
    fn a_cookie_for_frames_is_partitioned_by_site() {
        let text = |address: &str| {
            let address = PublicAddress::new(address).unwrap();
            let cookie = set_in_frames(&address, "desk_window", "secret", 60).unwrap();
            cookie.to_str().unwrap().to_owned()
        };
        for (address, name, path) in [
            ("https://ill.example.org", "__Host-desk_window=secret;", "Path=/;"),
            ("https://ill.example.org/desk", "__Secure-desk_window=secret;", "Path=/desk;"),
            ("http://127.0.0.1:8080", "desk_window=secret;", "Path=/;"),
        ] {
            let text = text(address);
            assert!(text.starts_with(name), "{text}");
            for part in [path, "HttpOnly", "SameSite=None", "Secure", "Partitioned", "Max-Age=60"] {
                assert!(text.contains(part), "{part}: {text}");
            }
        }
        let plain = text("http://ill.example.org");
        assert!(plain.contains("SameSite=Lax") && !plain.contains("Secure"), "{plain}");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; desk_session=x.y; b=2"));
        let plain = PublicAddress::new("http://127.0.0.1:8080").unwrap();
        assert_eq!(get(&headers, &plain, "desk_session").as_deref(), Some("x.y"));
        assert_eq!(get(&headers, &plain, "desk"), None);
        // Another host of the domain can only set a cookie without the prefix.
        let root = PublicAddress::new("https://ill.example.org").unwrap();
        assert_eq!(get(&headers, &root, "desk_session"), None);
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-desk_session=z"));
        assert_eq!(get(&headers, &root, "desk_session").as_deref(), Some("z"));
    }
}
