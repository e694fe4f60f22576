use crate::{MessageTexts, Pages};
use axum::extract::FromRef;
use desktop_delivery_identity::RegistryDirectory;
use desktop_delivery_mail::Composer;
use std::sync::Arc;

/// The parts of the library record pages: settings, notices and their texts, and the copyright
/// notice.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LibraryParts {
    /// The parts that all pages use.
    pub pages: Pages,
    /// Stores the records of libraries.
    pub directory: RegistryDirectory,
    /// Stores the texts that replace the standard ones in a library's notices.
    pub message_texts: MessageTexts,
    /// Renders the notices for the preview of their texts.
    pub composer: Arc<Composer>,
}

impl LibraryParts {
    /// Creates the parts.
    #[must_use]
    pub const fn new(
        pages: Pages,
        directory: RegistryDirectory,
        message_texts: MessageTexts,
        composer: Arc<Composer>,
    ) -> Self {
        Self { pages, directory, message_texts, composer }
    }
}

impl FromRef<LibraryParts> for Pages {
    fn from_ref(parts: &LibraryParts) -> Self {
        parts.pages.clone()
    }
}
