use std::fmt;
use zeroize::Zeroizing;

/// The address of a link. It is a secret: `Debug` prints a placeholder, and the memory is wiped on
/// drop.
#[derive(Clone)]
pub struct LinkUrl(Zeroizing<String>);

impl LinkUrl {
    /// Wraps an address.
    #[must_use]
    pub fn new(url: String) -> Self {
        Self(Zeroizing::new(url))
    }

    /// Returns the address. It must only appear in the text of the message.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LinkUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkUrl(..)")
    }
}
