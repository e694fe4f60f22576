use crate::model::email_address::EmailAddress;
use crate::model::input::{InputFault, InputField, InvalidInput};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// The email addresses of a library or a person. Each of them gets every notice.
///
/// [`parse`](Self::parse) is for values entered by people and rejects text with an entry that is
/// not an address. `From<&str>` is for values from a host or an older record and accepts any text:
/// entries that are not addresses are kept as [`unusable`](Self::unusable), so that they can be
/// shown and corrected, but nothing is sent to them.
///
/// # Example
/// ```
/// # use desktop_delivery::participants::EmailAddresses;
/// # fn main() -> Result<(), desktop_delivery::InvalidInput> {
/// let both = EmailAddresses::parse("ill@example.org; loans@example.org")?;
/// assert_eq!(both.len(), 2);
/// assert!(EmailAddresses::parse("ill@example.org, loans").is_err());
///
/// let stored = EmailAddresses::from("ill@example.org, loans");
/// assert_eq!((stored.len(), stored.unusable()), (1, &["loans".to_owned()][..]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EmailAddresses {
    usable: Vec<EmailAddress>,
    unusable: Vec<String>,
}

/// The maximum number of addresses in a list.
pub const MAX_EMAIL_ADDRESSES: usize = 10;

impl EmailAddresses {
    /// Creates an empty list.
    #[must_use]
    pub const fn new() -> Self {
        Self { usable: Vec::new(), unusable: Vec::new() }
    }

    /// Parses addresses separated by commas, semicolons or line breaks. Duplicates count once. An
    /// empty text yields an empty list.
    ///
    /// # Errors
    /// [`InvalidInput`] if an entry is not an address, or there are more than 10.
    pub fn parse(text: &str) -> Result<Self, InvalidInput> {
        let mut read = Self::new();
        for part in Self::entries(text) {
            read.add(EmailAddress::new(part)?)?;
        }
        Ok(read)
    }

    /// Splits a text into entries like [`parse`](Self::parse), so that a host can show which entry
    /// is not an address.
    ///
    /// # Example
    /// ```
    /// # use desktop_delivery::participants::{EmailAddress, EmailAddresses};
    /// let mut entries = EmailAddresses::entries("ill@example.org; loans");
    /// assert_eq!(entries.position(|entry| EmailAddress::new(entry).is_err()), Some(1));
    /// ```
    pub fn entries(text: &str) -> impl Iterator<Item = &str> {
        text.split([',', ';', '\n', '\r']).map(str::trim).filter(|part| !part.is_empty())
    }

    /// Adds an address unless it is already in the list.
    ///
    /// # Errors
    /// [`InvalidInput`] if there are already 10.
    pub fn add(&mut self, address: EmailAddress) -> Result<(), InvalidInput> {
        if self.has(&address) {
            return Ok(());
        }
        if self.usable.len() >= MAX_EMAIL_ADDRESSES {
            return Err(InvalidInput::new(
                InputField::EMAILS,
                InputFault::TOO_MANY.with_limit(MAX_EMAIL_ADDRESSES),
            ));
        }
        self.usable.push(address);
        Ok(())
    }

    /// Returns the addresses in order.
    pub fn iter(&self) -> std::slice::Iter<'_, EmailAddress> {
        self.usable.iter()
    }

    /// Returns the addresses in order.
    #[must_use]
    pub fn as_slice(&self) -> &[EmailAddress] {
        &self.usable
    }

    /// Returns the first address.
    #[must_use]
    pub fn first(&self) -> Option<&EmailAddress> {
        self.usable.first()
    }

    /// Returns the number of addresses.
    #[must_use]
    pub fn len(&self) -> usize {
        self.usable.len()
    }

    /// Returns whether there is no usable address.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.usable.is_empty()
    }

    /// Returns the stored entries that are not addresses.
    #[must_use]
    pub fn unusable(&self) -> &[String] {
        &self.unusable
    }

    /// Returns the addresses masked for staff and the history, separated by commas.
    #[must_use]
    pub fn mask(&self) -> String {
        self.usable.iter().map(EmailAddress::mask).collect::<Vec<_>>().join(", ")
    }

    /// Returns all entries, usable or not, separated by commas, for editing and
    /// [parsing](Self::parse).
    #[must_use]
    pub fn to_text(&self) -> String {
        self.texts().collect::<Vec<_>>().join(", ")
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let usable = self.usable.iter().map(EmailAddress::as_str);
        usable.chain(self.unusable.iter().map(String::as_str))
    }

    /// Mail servers in practice ignore case.
    fn has(&self, address: &EmailAddress) -> bool {
        let folded = address.as_str().to_lowercase();
        self.usable.iter().any(|other| other.as_str().to_lowercase() == folded)
    }

    fn take(&mut self, text: &str) {
        for part in Self::entries(text) {
            let added = EmailAddress::new(part).and_then(|address| self.add(address));
            if added.is_err() {
                self.unusable.push(part.to_owned());
            }
        }
    }
}

impl From<EmailAddress> for EmailAddresses {
    fn from(address: EmailAddress) -> Self {
        Self { usable: vec![address], unusable: Vec::new() }
    }
}

impl From<&str> for EmailAddresses {
    fn from(text: &str) -> Self {
        let mut read = Self::new();
        read.take(text);
        read
    }
}

impl From<String> for EmailAddresses {
    fn from(text: String) -> Self {
        Self::from(&*text)
    }
}

impl<'a> IntoIterator for &'a EmailAddresses {
    type Item = &'a EmailAddress;
    type IntoIter = std::slice::Iter<'a, EmailAddress>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for EmailAddresses {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.texts())
    }
}

/// A list, a single text or nothing: records of one address contain a text.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected an email address or a list of email addresses")]
enum Stored {
    Many(Vec<String>),
    One(String),
    None(()),
}

impl<'de> Deserialize<'de> for EmailAddresses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Stored::deserialize(deserializer)? {
            Stored::Many(texts) => {
                let mut read = Self::new();
                texts.iter().for_each(|text| read.take(text));
                read
            }
            Stored::One(text) => text.into(),
            Stored::None(()) => Self::new(),
        })
    }
}

/// Prints the number of addresses only.
impl fmt::Debug for EmailAddresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { usable, unusable } = self;
        write!(f, "EmailAddresses({} usable, {} not)", usable.len(), unusable.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_parsed_with_any_usual_separator() {
        let read = EmailAddresses::parse(" a@x.org;b@y.org,\r\n A@X.org , ").unwrap();
        assert_eq!(read.to_text(), "a@x.org, b@y.org");
        assert!(EmailAddresses::parse(" , ;").unwrap().is_empty());
        for text in ["bad", "a@x.org; bad", "a@x.org b@y.org"] {
            assert!(EmailAddresses::parse(text).is_err(), "{text}");
        }
        let many: Vec<_> = (0..11).map(|n| format!("a{n}@x.org")).collect();
        assert_eq!(EmailAddresses::parse(&many[..10].join(";")).unwrap().len(), 10);
        assert!(EmailAddresses::parse(&many.join(";")).is_err());
    }

    #[test]
    fn stored_lists_are_read_without_loss() {
        let read = |json: &str| serde_json::from_str::<EmailAddresses>(json).unwrap();
        assert_eq!(read("null"), EmailAddresses::new());
        assert_eq!(read("\"a@x.org\""), read("[\"a@x.org\"]"));
        assert_eq!(read("\"a@x.org; b@y.org\"").len(), 2);
        let bad = read("[\"bad\", \"a@x.org\"]");
        assert_eq!((bad.len(), bad.unusable()), (1, &["bad".to_owned()][..]));
        let written = serde_json::to_string(&bad).unwrap();
        assert_eq!((&*written, read(&written)), ("[\"a@x.org\",\"bad\"]", bad));
    }
}
