use super::sent::Sent;
use std::fmt::Display;

/// What somebody entered in a form that was refused, so that it stands there again.
#[derive(Default)]
pub(crate) struct Entered {
    form: &'static str,
    sent: Sent,
    /// The field that is wrong, where it is known which.
    wrong: &'static str,
    /// The file that it is about, where each file has a form.
    file: Option<u16>,
}

impl Entered {
    /// Nothing: every form shows what is usual.
    pub(crate) fn nothing() -> Self {
        Self::default()
    }

    pub(crate) const fn of(form: &'static str, sent: Sent) -> Self {
        Self { form, sent, wrong: "", file: None }
    }

    /// With the field that was refused.
    pub(crate) const fn wrong(mut self, field: &'static str) -> Self {
        self.wrong = field;
        self
    }

    /// With the file that it is about: the one that was sent, or else the first, so that what somebody
    /// typed stands somewhere.
    pub(crate) fn about_one_of(mut self, files: impl Iterator<Item = u16> + Clone) -> Self {
        let was_sent = |file: &u16| self.sent.has("file", &file.to_string());
        self.file = files.clone().find(was_sent).or_else(|| files.clone().next());
        self
    }

    /// Whether this field of this form was refused.
    pub(crate) fn is_wrong(&self, form: &str, field: &str) -> bool {
        self.is(form) && self.wrong == field
    }

    /// Whether it was this form.
    pub(crate) fn is(&self, form: &str) -> bool {
        self.form == form
    }

    /// Whether it was this form for this file, where each file has one.
    pub(crate) fn is_for(&self, form: &str, file: &u16) -> bool {
        self.is(form) && self.file == Some(*file)
    }

    /// What was entered in a field of this form, else what is usual there.
    pub(crate) fn or(&self, form: &str, name: &str, usual: impl Display) -> String {
        match self.sent.text(name) {
            Some(text) if self.is(form) => text.to_owned(),
            _ => usual.to_string(),
        }
    }

    /// What was typed in a field of this form, all of it where the field was sent more than once; else
    /// what is usual there.
    pub(crate) fn text(&self, form: &str, name: &str, usual: impl Display) -> String {
        match self.sent.texts(name) {
            Some(text) if self.is(form) => text,
            _ => usual.to_string(),
        }
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
        assert!(entered.is_for("edit", &2) && !entered.is_for("edit", &1));
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
            let entered = of(fields).about_one_of([1, 2].into_iter());
            assert!(entered.is_for("problem", &2) && !entered.is_for("problem", &1));
        }
        let entered = of(&[("file", "x"), ("note", "Page 12")]).about_one_of([1, 2].into_iter());
        assert!(entered.is_for("problem", &1), "the first file");
        let twice =
            of(&[("note", "Page 12"), ("note", ""), ("note", "Page 12"), ("note", "p. 13")]);
        assert_eq!(twice.text("problem", "note", ""), "Page 12 p. 13");
        assert_eq!(twice.text("answer", "note", "usual"), "usual");
        assert_eq!(of(&[("note", "")]).text("problem", "note", "usual"), "");
    }
}
