use desktop_delivery::{Entropy, StoreError};
use std::fmt;

const PREFIX: &str = "wh_";

/// The id of a webhook: `wh_` and 16 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebhookId(String);

impl WebhookId {
    pub(crate) fn generate(entropy: &dyn Entropy) -> Result<Self, StoreError> {
        let mut random = [0; 8];
        entropy.fill(&mut random)?;
        Ok(Self(format!("{PREFIX}{:016x}", u64::from_be_bytes(random))))
    }

    /// Parses an id. Returns `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?;
        let is_id = digits.len() == 16
            && digits.bytes().all(|digit| digit.is_ascii_digit() || matches!(digit, b'a'..=b'f'));
        is_id.then(|| Self(text.to_owned()))
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id without its prefix.
    pub(crate) fn digits(&self) -> &str {
        self.0.strip_prefix(PREFIX).unwrap_or(&self.0)
    }
}

impl fmt::Display for WebhookId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
