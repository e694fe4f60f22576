use crate::bundle_chain::BundleChain;
use crate::isolation::isolated;
use crate::value::{IntoText, TextValue};
use fluent_bundle::{FluentArgs, FluentError};
use std::fmt;

/// A message whose values are being set. [`Display`](fmt::Display) formats it.
pub struct Message<'a> {
    chain: &'a BundleChain,
    key: &'a str,
    values: FluentArgs<'static>,
}

impl<'a> Message<'a> {
    pub(crate) fn new(chain: &'a BundleChain, key: &'a str) -> Self {
        Self { chain, key, values: FluentArgs::new() }
    }

    /// Sets a value. Numbers select plural forms.
    ///
    /// Text whose direction differs from the sentence is isolated, so that neither changes the
    /// other's direction.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl IntoText) -> Self {
        let value = match value.into_value() {
            TextValue::Text(text) => TextValue::Text(isolated(text, self.chain.info().direction)),
            number => number,
        };
        self.values.set(name.to_owned(), value.into_fluent());
        self
    }

    /// Formats the message. Fails for an unknown key or a missing value.
    pub(crate) fn format(&self) -> Result<String, Vec<FluentError>> {
        let mut errors = Vec::new();
        match self.chain.format(self.key, &self.values, &mut errors) {
            Some(text) if errors.is_empty() => Ok(text),
            _ => Err(errors),
        }
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut errors = Vec::new();
        let text = self.chain.format(self.key, &self.values, &mut errors);
        debug_assert!(text.is_some(), "unknown message `{}`", self.key);
        debug_assert!(errors.is_empty(), "the message `{}` lacks a value: {errors:?}", self.key);
        // Showing the key is ugly; failing to show the page is worse.
        f.write_str(text.as_deref().unwrap_or(self.key))
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Message").field(&self.key).finish()
    }
}
