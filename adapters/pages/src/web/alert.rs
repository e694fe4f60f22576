use super::texts::Texts;

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
    pub(crate) fn heading(&self, t: &Texts) -> String {
        match self {
            Self::Named(word) => t.say(&format!("failure-{word}")),
            Self::Field(_) => t.say("failure-field"),
            Self::Said(_) => t.say("failure-heading"),
        }
    }

    pub(crate) fn text(&self, t: &Texts) -> String {
        match self {
            Self::Named(word) => t.say(&format!("failure-{word}-text")),
            Self::Field(text) | Self::Said(text) => text.clone(),
        }
    }
}
