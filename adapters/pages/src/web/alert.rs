use desktop_delivery_text::Texts;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

/// An error message at the top of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Alert {
    /// The messages `failure-{word}` and `failure-{word}-text`.
    Named(&'static str),
    /// The error of a form field, already in the reader's language.
    Field(String),
    /// A sentence, already in the reader's language.
    Text(String),
}

impl Alert {
    /// Returns sample values for checking templates.
    pub(crate) fn sample() -> Self {
        Self::Named("internal")
    }

    /// Returns the message keys of the heading and the text. The key of the text is empty if the
    /// text is already a sentence.
    fn keys(&self) -> (String, String) {
        match self {
            Self::Named(word) => (format!("failure-{word}"), format!("failure-{word}-text")),
            Self::Field(_) => ("failure-field".to_owned(), String::new()),
            Self::Text(_) => ("failure-heading".to_owned(), String::new()),
        }
    }

    pub(crate) fn text(&self, t: &Texts) -> String {
        match self {
            Self::Named(_) => t.text(&self.keys().1),
            Self::Field(text) | Self::Text(text) => text.clone(),
        }
    }
}

impl Serialize for Alert {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (heading, message) = self.keys();
        let text = match self {
            Self::Named(_) => "",
            Self::Field(text) | Self::Text(text) => text,
        };
        let mut alert = serializer.serialize_struct("Alert", 3)?;
        alert.serialize_field("heading", &heading)?;
        alert.serialize_field("message", &message)?;
        alert.serialize_field("text", text)?;
        alert.end()
    }
}
