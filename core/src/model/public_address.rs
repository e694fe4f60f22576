use crate::model::input::{InputFault, InputField, InvalidInput};

/// The public base address of the link pages, such as `https://ill.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAddress(String);

impl PublicAddress {
    /// Parses an `http` or `https` address with or without a path, and removes a trailing slash.
    ///
    /// # Errors
    /// [`InvalidInput`] if it is not such an address, or contains a query or a character at which
    /// partner systems split addresses (comma, `#`, `|`, `\`, white space).
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
        let after_scheme = self.0.find("://").map_or(0, |at| at + 3);
        self.0[after_scheme..].find('/').map_or("", |at| &self.0[after_scheme + at..])
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
}
