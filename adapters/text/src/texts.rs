use crate::language_info::{Direction, LanguageInfo};
use crate::message::Message;
use desktop_delivery::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource};
use std::fmt;
use std::sync::Arc;

/// The messages of a single language.
pub(crate) type Bundle = FluentBundle<FluentResource>;

/// The texts of one language. A missing message comes from the next less specific language, and
/// finally from English. Clones are cheap.
#[derive(Clone)]
pub struct Texts {
    inner: Arc<Inner>,
}

struct Inner {
    info: LanguageInfo,
    /// The languages in which a message is looked up, in order.
    chain: Vec<Arc<Bundle>>,
}

impl Texts {
    pub(crate) fn new(info: LanguageInfo, chain: Vec<Arc<Bundle>>) -> Self {
        Self { inner: Arc::new(Inner { info, chain }) }
    }

    /// Returns the language, for `lang`.
    #[must_use]
    pub fn language(&self) -> Language {
        self.inner.info.language
    }

    /// Returns the language tag, for `lang`.
    #[must_use]
    pub fn code(&self) -> &str {
        self.inner.info.language.as_str()
    }

    /// Returns the writing direction, for `dir`.
    #[must_use]
    pub fn direction(&self) -> Direction {
        self.inner.info.direction
    }

    /// Returns the language as shown in a menu.
    #[must_use]
    pub fn info(&self) -> &LanguageInfo {
        &self.inner.info
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
        Message::new(self, key)
    }

    /// Returns whether a message with this key exists.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        let (id, attribute) = split(key);
        self.inner.chain.iter().any(|bundle| {
            bundle.get_message(id).is_some_and(|message| match attribute {
                Some(name) => message.get_attribute(name).is_some(),
                None => message.value().is_some(),
            })
        })
    }

    /// Formats a message, or returns `None` if the key is unknown.
    pub(crate) fn formatted(
        &self,
        key: &str,
        values: &FluentArgs<'_>,
        errors: &mut Vec<FluentError>,
    ) -> Option<String> {
        let (id, attribute) = split(key);
        self.inner.chain.iter().find_map(|bundle| {
            let message = bundle.get_message(id)?;
            let pattern = match attribute {
                Some(name) => message.get_attribute(name)?.value(),
                None => message.value()?,
            };
            Some(bundle.format_pattern(pattern, Some(values), errors).into_owned())
        })
    }
}

/// Splits a key into the id of the message and the name of the attribute.
pub(crate) fn split(key: &str) -> (&str, Option<&str>) {
    key.split_once('.').map_or((key, None), |(id, attribute)| (id, Some(attribute)))
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Texts").field(&self.language()).finish()
    }
}
