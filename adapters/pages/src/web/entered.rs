use super::sent::Sent;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt::Display;

/// The values entered in a refused form, to be shown again.
#[derive(Default)]
pub(crate) struct Entered {
    form: &'static str,
    sent: Sent,
    /// The name of the invalid field; empty if unknown.
    wrong: &'static str,
    /// The file that the form belongs to, if each file has a form.
    file: Option<u16>,
}

impl Entered {
    /// No values: every form shows its defaults.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    pub(crate) const fn of(form: &'static str, sent: Sent) -> Self {
        Self { form, sent, wrong: "", file: None }
    }

    /// Sets the invalid field.
    pub(crate) const fn wrong(mut self, field: &'static str) -> Self {
        self.wrong = field;
        self
    }

    /// Sets the file that the form belongs to: the one that was sent, or else the first, so that
    /// the entered values are shown in any case.
    pub(crate) fn with_file_of(mut self, files: impl Iterator<Item = u16> + Clone) -> Self {
        let was_sent = |file: &u16| self.sent.has("file", &file.to_string());
        self.file = files.clone().find(was_sent).or_else(|| files.clone().next());
        self
    }

    /// Returns whether this field of this form is invalid.
    pub(crate) fn is_wrong(&self, form: &str, field: &str) -> bool {
        self.is(form) && self.wrong == field
    }

    /// Returns whether this form was refused.
    pub(crate) fn is(&self, form: &str) -> bool {
        self.form == form
    }

    /// Returns the value entered in a field of this form, or else its default.
    pub(crate) fn value_or(&self, form: &str, name: &str, default: impl Display) -> String {
        match self.sent.text(name) {
            Some(text) if self.is(form) => text.to_owned(),
            _ => default.to_string(),
        }
    }
}

/// Serializes the values for templates. `all` has the text of each field, joined if the field was
/// sent more than once; `last` has the last text sent.
impl Serialize for Entered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = || self.sent.names();
        let all: BTreeMap<_, _> = names().map(|name| (name, self.sent.texts(name))).collect();
        let last: BTreeMap<_, _> = names().map(|name| (name, self.sent.text(name))).collect();
        let mut entered = serializer.serialize_struct("Entered", 5)?;
        entered.serialize_field("all", &all)?;
        entered.serialize_field("file", &self.file)?;
        entered.serialize_field("form", self.form)?;
        entered.serialize_field("last", &last)?;
        entered.serialize_field("wrong", self.wrong)?;
        entered.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entered_values_are_shown_only_in_the_refused_form() {
        let mut sent = Sent::default();
        sent.push("days".to_owned(), "900".to_owned());
        sent.push("file".to_owned(), "2".to_owned());
        let entered = Entered::of("edit", sent).wrong("days");
        assert_eq!(entered.value_or("edit", "days", 90), "900");
        assert_eq!(entered.value_or("grant", "days", 14), "14");
        assert_eq!(entered.value_or("edit", "why", ""), "");
        assert!(entered.is_wrong("edit", "days") && !entered.is_wrong("grant", "days"));
        let entered = entered.with_file_of([1, 2].into_iter());
        assert_eq!(json(&entered)["file"], 2);
    }

    fn json(entered: &Entered) -> serde_json::Value {
        serde_json::to_value(entered).unwrap()
    }

    #[test]
    fn all_entered_text_is_shown_if_a_field_was_sent_twice_or_its_file_is_invalid() {
        let entered = |fields: &[(&str, &str)]| {
            let mut sent = Sent::default();
            for (name, text) in fields {
                sent.push((*name).to_owned(), (*text).to_owned());
            }
            Entered::of("problem", sent)
        };
        for fields in [
            &[("file", "2"), ("file", "x"), ("note", "Page 12")][..],
            &[("file", "x"), ("file", "2"), ("note", "Page 12")],
        ] {
            assert_eq!(json(&entered(fields).with_file_of([1, 2].into_iter()))["file"], 2);
        }
        let first = entered(&[("file", "x"), ("note", "Page 12")]).with_file_of([1, 2].into_iter());
        assert_eq!(json(&first)["file"], 1, "the first file");
        let twice =
            entered(&[("note", "Page 12"), ("note", ""), ("note", "Page 12"), ("note", "p. 13")]);
        assert_eq!(json(&twice)["all"]["note"], "Page 12 p. 13");
        assert_eq!(json(&twice)["last"]["note"], "p. 13");
        assert_eq!(json(&entered(&[("note", "")]))["all"]["note"], "");
    }
}
