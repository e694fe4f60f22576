use crate::startup_error::StartupError;
use desktop_delivery::error::ErrorChain;
use desktop_delivery_pages::CustomTexts;
use serde::Deserialize;
use std::path::PathBuf;

/// Files that change the texts and the look of pages and emails.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct TextSettings {
    /// A folder of messages with a subfolder for each language; see the README of
    /// `desktop-delivery-text`.
    pub messages: Option<PathBuf>,
    /// A folder of templates that replace the built-in ones by name: `link` contains those of link
    /// pages, `pages` those of staff and patron pages, and `mail` those of emails. `style.css` is
    /// the style sheet of all pages.
    pub templates: Option<PathBuf>,
}

impl TextSettings {
    /// Reads and checks the files.
    pub(crate) fn open(&self) -> Result<CustomTexts, StartupError> {
        CustomTexts::open(self.messages.as_deref(), self.templates.as_deref()).map_err(|error| {
            StartupError::settings(ErrorChain::of(&error).to_string()).with_remedy(
                "correct the files in texts.messages or texts.templates, then start again",
            )
        })
    }
}
