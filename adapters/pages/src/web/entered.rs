use super::sent::Sent;
use std::fmt::Display;

/// What somebody entered in a form that was refused, so that it stands there again.
#[derive(Default)]
pub(crate) struct Entered {
    form: &'static str,
    sent: Sent,
    /// The field that is wrong, where it is known which.
    wrong: &'static str,
}

impl Entered {
    /// Nothing: every form shows what is usual.
    pub(crate) fn nothing() -> Self {
        Self::default()
    }

    pub(crate) const fn of(form: &'static str, sent: Sent) -> Self {
        Self { form, sent, wrong: "" }
    }

    /// With the field that was refused.
    pub(crate) const fn wrong(mut self, field: &'static str) -> Self {
        self.wrong = field;
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
        self.is(form) && self.sent.text("file") == Some(&*file.to_string())
    }

    /// What was entered in a field of this form, else what is usual there.
    pub(crate) fn or(&self, form: &str, name: &str, usual: impl Display) -> String {
        match self.sent.text(name) {
            Some(text) if self.is(form) => text.to_owned(),
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
        assert!(entered.is_for("edit", &2) && !entered.is_for("edit", &1));
    }
}
