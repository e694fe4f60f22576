use desktop_delivery_text::Texts;
use std::borrow::Cow;

/// A field of a form or of an address: its name, and the name of the text that labels it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    name: &'static str,
    label: &'static str,
    /// Whether the page sends it by itself, so that nobody can correct it.
    is_hidden: bool,
}

impl Field {
    /// A field that a page shows with this label.
    pub(crate) const fn new(name: &'static str, label: &'static str) -> Self {
        Self { name, label, is_hidden: false }
    }

    /// A field of a form that has no label of its own, such as a hidden one or a button.
    pub(crate) const fn hidden(name: &'static str) -> Self {
        Self { name, label: "", is_hidden: true }
    }

    /// A field of an address, whose name is in that address.
    pub(crate) const fn in_address(name: &'static str) -> Self {
        Self { name, label: "", is_hidden: false }
    }

    pub(super) const fn is_hidden(self) -> bool {
        self.is_hidden
    }

    pub(crate) const fn name(self) -> &'static str {
        self.name
    }

    /// What errors call it: its label, as people see it, or else its name.
    pub(super) fn in_words(self, t: &Texts) -> Cow<'static, str> {
        match self.label {
            "" => self.name.into(),
            label => t.text(label).into(),
        }
    }
}
