use crate::fields;
use desktop_delivery::InvalidInput;
use std::fmt;

/// The name of a provider in settings and addresses: 1 to 32 lowercase letters (a to z), digits and
/// hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProviderId(String);

impl ProviderId {
    /// Parses a name.
    ///
    /// # Errors
    /// [`InvalidInput`] if the name is empty, too long or contains other characters.
    pub fn new(text: &str) -> Result<Self, InvalidInput> {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if text.is_empty() || text.len() > 32 || !text.bytes().all(is_plain) {
            return Err(InvalidInput::new(fields::PROVIDER, fields::NOT_A_PROVIDER_NAME));
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_name_fits_into_an_address() {
        assert_eq!(ProviderId::new("campus-2").unwrap().as_str(), "campus-2");
        for text in ["", "Campus", "a/b", "a_b", "é", &"a".repeat(33)] {
            assert!(ProviderId::new(text).is_err(), "{text}");
        }
    }
}
