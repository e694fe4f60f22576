use desktop_delivery::participants::{Accent, Logo};

/// A host's color and logo, for the pages of libraries that have none of their own.
#[non_exhaustive]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The color of links, buttons and marks. Default: that of the style sheet.
    pub accent: Accent,
    /// The logo in the header. Default: none.
    pub logo: Logo,
}

impl Look {
    /// Sets the color of links, buttons and marks.
    #[must_use]
    pub fn with_accent(mut self, accent: Accent) -> Self {
        self.accent = accent;
        self
    }

    /// Sets the logo in the header.
    #[must_use]
    pub fn with_logo(mut self, logo: Logo) -> Self {
        self.logo = logo;
        self
    }
}
