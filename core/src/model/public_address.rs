use crate::model::input::{InputFault, InputField, InvalidInput};
use std::net::IpAddr;

/// The public base address of the link pages, such as `https://ill.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAddress(String);

impl PublicAddress {
    /// Parses an `http` or `https` address with or without a path, and removes a trailing slash.
    ///
    /// # Errors
    /// [`InvalidInput`] if it is not such an address, contains a query or a character at which
    /// partner systems split addresses (comma, `#`, `|`, `\`, white space), has an invalid port, or
    /// has a host that nobody can open, such as `0.0.0.0`.
    pub fn new(url: &str) -> Result<Self, InvalidInput> {
        let wrong = |fault| Err(InvalidInput::new(InputField::PUBLIC_ADDRESS, fault));
        let url = url.strip_suffix('/').unwrap_or(url);
        let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))
        else {
            return wrong(InputFault::NO_SCHEME);
        };
        if rest.is_empty() || rest.starts_with('/') {
            return wrong(InputFault::NO_HOST);
        }
        if rest.chars().any(|c| !c.is_ascii_graphic() || ",#|\\?@\"<>".contains(c)) {
            return wrong(InputFault::LINK_CHARACTER);
        }
        let (host, port) = host_and_port(rest);
        if port.is_some_and(|port| port.parse::<u16>().is_err()) {
            return wrong(InputFault::NOT_A_PORT);
        }
        if host.is_empty() {
            return wrong(InputFault::NO_HOST);
        }
        if host.parse().is_ok_and(|ip: IpAddr| ip.to_canonical().is_unspecified()) {
            return wrong(InputFault::UNSPECIFIED_HOST);
        }
        Ok(Self(url.to_owned()))
    }

    /// Returns the address without a trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path without a trailing slash; empty at the root of a host.
    #[must_use]
    pub fn path(&self) -> &str {
        let rest = self.after_scheme();
        rest.find('/').map_or("", |at| &rest[at..])
    }

    /// Returns the host name or IP address, without the brackets of an IPv6 address.
    #[must_use]
    pub fn host(&self) -> &str {
        host_and_port(self.after_scheme()).0
    }

    /// Returns whether the address reaches only the machine on which it is opened: its host is
    /// `localhost`, a name that ends in `.localhost`, or a loopback address.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        host == "localhost"
            || host.ends_with(".localhost")
            || host.parse().is_ok_and(|ip: IpAddr| ip.to_canonical().is_loopback())
    }

    /// Returns whether the scheme is `https`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }

    fn after_scheme(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, rest)| rest)
    }
}

/// Splits the part of an address after `://`. A port is present if there is a colon, even if nothing
/// follows it.
fn host_and_port(rest: &str) -> (&str, Option<&str>) {
    let authority = rest.split('/').next().unwrap_or_default();
    if let Some((host, after)) = authority.strip_prefix('[').and_then(|it| it.split_once(']')) {
        return (host, (!after.is_empty()).then(|| after.strip_prefix(':').unwrap_or_default()));
    }
    match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_contain_no_separators_of_partner_systems() {
        assert_eq!(
            PublicAddress::new("https://ill.example.org/").unwrap().as_str(),
            "https://ill.example.org"
        );
        for text in
            ["ill.example.org", "https://", "https://a b", "https://a,b", "ftp://a", "http:///x"]
        {
            assert!(PublicAddress::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn addresses_that_nobody_can_open_are_refused() {
        for (text, fault) in [
            ("http://0.0.0.0:8080", InputFault::UNSPECIFIED_HOST),
            ("http://[::]/desk", InputFault::UNSPECIFIED_HOST),
            ("https://[::ffff:0.0.0.0]", InputFault::UNSPECIFIED_HOST),
            ("https://ill.example.org:", InputFault::NOT_A_PORT),
            ("https://ill.example.org:port", InputFault::NOT_A_PORT),
            ("https://ill.example.org:70000/desk", InputFault::NOT_A_PORT),
            ("https://[2001:db8::1]80", InputFault::NOT_A_PORT),
            ("https://2001:db8::1", InputFault::NOT_A_PORT),
            ("https://:80", InputFault::NO_HOST),
        ] {
            assert_eq!(PublicAddress::new(text).unwrap_err().fault(), &fault, "{text}");
        }
    }

    #[test]
    fn the_parts_of_an_address_are_found() {
        for (text, host, path, is_loopback) in [
            ("https://ill.example.org", "ill.example.org", "", false),
            ("http://10.0.0.5:81/desk/a", "10.0.0.5", "/desk/a", false),
            ("http://[::1]:8080", "::1", "", true),
            ("http://127.0.0.9/d", "127.0.0.9", "/d", true),
            ("http://[::ffff:127.0.0.1]", "::ffff:127.0.0.1", "", true),
            ("http://desk.localhost:1", "desk.localhost", "", true),
        ] {
            let address = PublicAddress::new(text).unwrap();
            assert_eq!((address.host(), address.path()), (host, path), "{text}");
            assert_eq!(address.is_loopback(), is_loopback, "{text}");
            assert_eq!(address.is_https(), text.starts_with("https"), "{text}");
        }
    }
}
