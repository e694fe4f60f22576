use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use desktop_delivery::PublicAddress;
use http::{HeaderMap, HeaderValue, header};
use std::borrow::Cow;

/// The language that was chosen on a page.
pub(crate) const LANGUAGE_COOKIE: &str = "desk_language";

/// Looks up a cookie of a request to a server at this address.
pub(crate) fn get(headers: &HeaderMap, address: &PublicAddress, name: &str) -> Option<String> {
    let name = full_name(address, name);
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
    let cookie = Cookie::build((full_name(address, name), value))
        .path(path(address))
        .http_only(true)
        .secure(is_secure(address))
        .same_site(SameSite::Lax)
        .max_age(Duration::seconds(seconds))
        .build();
    HeaderValue::from_str(&cookie.to_string()).ok()
}

/// A cookie's name in the browser. With a prefix, a browser takes it over https alone, and `__Host-` from
/// this host alone, so that no other host of the domain can set it (RFC 6265bis section 4.1.3). That
/// one requires the path `/`, which a server below a path leaves to its neighbors.
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
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; desk_session=x.y; b=2"));
        let plain = PublicAddress::new("http://127.0.0.1:8080").unwrap();
        assert_eq!(get(&headers, &plain, "desk_session").as_deref(), Some("x.y"));
        assert_eq!(get(&headers, &plain, "desk"), None);
        // What another host of the domain may have set has no prefix.
        let root = PublicAddress::new("https://ill.example.org").unwrap();
        assert_eq!(get(&headers, &root, "desk_session"), None);
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-desk_session=z"));
        assert_eq!(get(&headers, &root, "desk_session").as_deref(), Some("z"));
    }
}
