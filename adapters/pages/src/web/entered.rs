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
    pub(crate) fn nothing() -> Self {
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
    pub(crate) fn about_one_of(mut self, files: impl Iterator<Item = u16> + Clone) -> Self {
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
    pub(crate) fn or(&self, form: &str, name: &str, usual: impl Display) -> String {
        match self.sent.text(name) {
            Some(text) if self.is(form) => text.to_owned(),
            _ => usual.to_string(),
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
    fn a_refused_form_keeps_what_was_entered_and_others_do_not_get_it() {
        let mut sent = Sent::default();
        sent.push("days".to_owned(), "900".to_owned());
        sent.push("file".to_owned(), "2".to_owned());
        let entered = Entered::of("edit", sent).wrong("days");
        assert_eq!(entered.or("edit", "days", 90), "900");
        assert_eq!(entered.or("grant", "days", 14), "14");
        assert_eq!(entered.or("edit", "why", ""), "");
        assert!(entered.is_wrong("edit", "days") && !entered.is_wrong("grant", "days"));
        let entered = entered.about_one_of([1, 2].into_iter());
        assert_eq!(shown(&entered)["file"], 2);
    }

    fn shown(entered: &Entered) -> serde_json::Value {
        serde_json::to_value(entered).unwrap()
    }

    #[test]
    fn nothing_that_was_typed_is_lost_where_a_field_was_sent_twice_or_its_file_is_wrong() {
        let of = |fields: &[(&str, &str)]| {
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
            assert_eq!(shown(&of(fields).about_one_of([1, 2].into_iter()))["file"], 2);
        }
        let entered = of(&[("file", "x"), ("note", "Page 12")]).about_one_of([1, 2].into_iter());
        assert_eq!(shown(&entered)["file"], 1, "the first file");
        let twice =
            of(&[("note", "Page 12"), ("note", ""), ("note", "Page 12"), ("note", "p. 13")]);
        assert_eq!(shown(&twice)["all"]["note"], "Page 12 p. 13");
        assert_eq!(shown(&twice)["last"]["note"], "p. 13");
        assert_eq!(shown(&of(&[("note", "")]))["all"]["note"], "");
    }
}
