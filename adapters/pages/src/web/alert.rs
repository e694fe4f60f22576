use desktop_delivery_text::Texts;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

/// What stands above a page where something could not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Alert {
    /// The texts `failure-{word}` and `failure-{word}-text`.
    Named(&'static str),
    /// What is wrong with a field of a form, in the reader's language already.
    Field(String),
    /// A sentence that is in the reader's language already.
    Said(String),
}

impl Alert {
    /// A value in every place, to try templates with.
    pub(crate) fn sample() -> Self {
        Self::Named("internal")
    }

    /// The key of the heading, and of the text where that is no sentence yet.
    fn keys(&self) -> (String, String) {
        match self {
            Self::Named(word) => (format!("failure-{word}"), format!("failure-{word}-text")),
            Self::Field(_) => ("failure-field".to_owned(), String::new()),
            Self::Said(_) => ("failure-heading".to_owned(), String::new()),
        }
    }

    pub(crate) fn text(&self, t: &Texts) -> String {
        match self {
            Self::Named(_) => t.text(&self.keys().1),
            Self::Field(text) | Self::Said(text) => text.clone(),
        }
    }
}

impl Serialize for Alert {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (heading, message) = self.keys();
        let text = match self {
            Self::Named(_) => "",
            Self::Field(text) | Self::Said(text) => text,
        };
        let mut alert = serializer.serialize_struct("Alert", 3)?;
        alert.serialize_field("heading", &heading)?;
        alert.serialize_field("message", &message)?;
        alert.serialize_field("text", text)?;
        alert.end()
    }
}
