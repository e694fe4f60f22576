use crate::model::input::{InputFault, InputField, InvalidInput};

/// Says where the link pages are, as people reach them: `https://ill.example.org`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAddress(String);

impl PublicAddress {
    /// Takes an `http` or `https` address, with a path or without, and drops a slash at its end.
    ///
    /// # Errors
    /// [`InvalidInput`] where it is no such address, or has a character that partner systems
    /// split addresses on (comma, `#`, `|`, `\`, white space), or a query.
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

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path, without a slash at its end; empty at the root of a host name.
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
    fn a_public_address_holds_nothing_that_partners_split_on() {
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
