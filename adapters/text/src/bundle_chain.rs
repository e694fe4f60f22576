use crate::language_info::LanguageInfo;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource};
use std::sync::Arc;

/// The messages of a single language.
pub(crate) type Bundle = FluentBundle<FluentResource>;

/// A language, and the languages in which its messages are looked up.
pub(crate) struct BundleChain {
    info: LanguageInfo,
    /// In the order of the lookup.
    bundles: Vec<Arc<Bundle>>,
}

impl BundleChain {
    pub(crate) const fn new(info: LanguageInfo, bundles: Vec<Arc<Bundle>>) -> Self {
        Self { info, bundles }
    }

    pub(crate) const fn info(&self) -> &LanguageInfo {
        &self.info
    }

    /// Returns whether a message with this key exists.
    pub(crate) fn has(&self, key: &str) -> bool {
        let (id, attribute) = split(key);
        self.bundles.iter().any(|bundle| {
            bundle.get_message(id).is_some_and(|message| match attribute {
                Some(name) => message.get_attribute(name).is_some(),
                None => message.value().is_some(),
            })
        })
    }

    /// Formats a message, or returns `None` if the key is unknown.
    pub(crate) fn format(
        &self,
        key: &str,
        values: &FluentArgs<'_>,
        errors: &mut Vec<FluentError>,
    ) -> Option<String> {
        let (id, attribute) = split(key);
        self.bundles.iter().find_map(|bundle| {
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
fn split(key: &str) -> (&str, Option<&str>) {
    key.split_once('.').map_or((key, None), |(id, attribute)| (id, Some(attribute)))
}
