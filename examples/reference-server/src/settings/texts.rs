use crate::startup_error::StartupError;
use desktop_delivery::error::ErrorChain;
use desktop_delivery::participants::{Accent, Logo};
use desktop_delivery_pages::CustomTexts;
use desktop_delivery_text::templates::Look;
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
    /// The color of links and buttons on pages of libraries that have none, as `#rrggbb`. White
    /// text on it must be readable. Default: the color of the style sheet.
    pub accent: Accent,
    /// A PNG, JPEG or WebP picture of at most 14 kB: the logo on pages of libraries that have none.
    pub logo: Option<PathBuf>,
}

impl TextSettings {
    /// Reads and checks the files.
    pub(crate) fn open(&self) -> Result<CustomTexts, StartupError> {
        let look = Look::default().with_accent(self.accent.clone()).with_logo(self.logo()?);
        let (messages, templates) = (self.messages.as_deref(), self.templates.as_deref());
        CustomTexts::open(messages, templates, look).map_err(|error| {
            StartupError::settings(ErrorChain::of(&error).to_string()).with_remedy(
                "correct the files in texts.messages or texts.templates, then start again",
            )
        })
    }

    fn logo(&self) -> Result<Logo, StartupError> {
        let Some(path) = &self.logo else { return Ok(Logo::default()) };
        let picture = std::fs::read(path).map_err(|error| {
            StartupError::new(format!("could not read the logo {}", path.display()), error)
                .with_remedy("correct texts.logo")
        })?;
        Logo::of_picture(&picture).map_err(|error| {
            StartupError::new(format!("{} cannot be the logo", path.display()), error)
                .with_remedy("set texts.logo to a PNG, JPEG or WebP picture of at most 14 kB")
        })
    }
}
