use desktop_delivery_text::Texts;
use std::borrow::Cow;

/// A field of a form or a query: its name, and the key of the message that labels it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    name: &'static str,
    label: &'static str,
    /// Whether the page fills it in, so that the user cannot correct it.
    is_hidden: bool,
}

impl Field {
    /// Creates a field with a visible label.
    pub(crate) const fn new(name: &'static str, label: &'static str) -> Self {
        Self { name, label, is_hidden: false }
    }

    /// Creates a field without a label, such as a hidden field or a button.
    pub(crate) const fn hidden(name: &'static str) -> Self {
        Self { name, label: "", is_hidden: true }
    }

    /// Creates a field of a query, which errors refer to by its name.
    pub(crate) const fn in_address(name: &'static str) -> Self {
        Self { name, label: "", is_hidden: false }
    }

    pub(super) const fn is_hidden(self) -> bool {
        self.is_hidden
    }

    pub(crate) const fn name(self) -> &'static str {
        self.name
    }

    /// Returns the label of the field for errors, or else its name.
    pub(super) fn display_name(self, t: &Texts) -> Cow<'static, str> {
        match self.label {
            "" => self.name.into(),
            label => t.text(label).into(),
        }
    }
}
