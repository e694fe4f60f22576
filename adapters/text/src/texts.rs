use crate::bundle_chain::{Bundle, BundleChain};
use crate::language_info::{Direction, LanguageInfo};
use crate::message::Message;
use desktop_delivery::Language;
use std::fmt;
use std::sync::Arc;

/// The texts of one language. A missing message comes from the next less specific language, and
/// finally from English. Clones are cheap.
#[derive(Clone)]
pub struct Texts {
    chain: Arc<BundleChain>,
}

impl Texts {
    pub(crate) fn new(info: LanguageInfo, bundles: Vec<Arc<Bundle>>) -> Self {
        Self { chain: Arc::new(BundleChain::new(info, bundles)) }
    }

    /// Returns the language, for `lang`.
    #[must_use]
    pub fn language(&self) -> Language {
        self.chain.info().language
    }

    /// Returns the language tag, for `lang`.
    #[must_use]
    pub fn code(&self) -> &str {
        self.chain.info().language.as_str()
    }

    /// Returns the writing direction, for `dir`.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.chain.info().direction
    }

    /// Returns the language as shown in a menu.
    #[must_use]
    pub fn info(&self) -> &LanguageInfo {
        self.chain.info()
    }

    /// Returns the text of a message without values.
    ///
    /// The key of an attribute consists of the key of its message, a dot, and the attribute's name.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.message(key).to_string()
    }

    /// Returns a message for setting its values: `texts.message("link-last-day").set("day", day)`.
    #[must_use]
    pub fn message<'a>(&'a self, key: &'a str) -> Message<'a> {
        Message::new(&self.chain, key)
    }

    /// Returns whether a message with this key exists.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.chain.has(key)
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Texts").field(&self.language()).finish()
    }
}
