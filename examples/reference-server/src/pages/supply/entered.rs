use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

/// The fields of a form, as they were sent.
pub(super) type Fields = BTreeMap<String, String>;

/// What somebody entered in a form that was refused, so that it stands there again.
#[derive(Default)]
pub(super) struct Entered {
    form: &'static str,
    fields: Fields,
    /// The field that is wrong, where it is known which.
    wrong: &'static str,
}

impl Entered {
    /// Nothing: every form shows what is usual.
    pub(super) fn nothing() -> Self {
        Self::default()
    }

    pub(super) const fn of(form: &'static str, fields: Fields) -> Self {
        Self { form, fields, wrong: "" }
    }

    /// With the field that was refused.
    pub(super) const fn wrong(mut self, field: &'static str) -> Self {
        self.wrong = field;
        self
    }

    /// Whether this field of this form was refused.
    pub(super) fn is_wrong(&self, form: &str, field: &str) -> bool {
        self.is(form) && self.wrong == field
    }

    /// Whether it was this form.
    pub(super) fn is(&self, form: &str) -> bool {
        self.form == form
    }

    /// What was entered in a field of this form, else what is usual there.
    pub(super) fn or(&self, form: &str, name: &str, usual: impl Display) -> String {
        match self.fields.get(name) {
            Some(text) if self.is(form) => text.clone(),
            _ => usual.to_string(),
        }
    }
}

/// A field's text without spaces around it; empty where it is missing.
pub(super) fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |text| text.trim())
}

/// A field's number; `None` where nothing was entered, and an error where it is no such number.
pub(super) fn number<T: FromStr>(fields: &Fields, name: &str) -> Result<Option<T>, T::Err> {
    match text(fields, name) {
        "" => Ok(None),
        text => text.parse().map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_form_keeps_what_was_entered_and_others_do_not_get_it() {
        let fields = Fields::from([("days".to_owned(), "900".to_owned())]);
        let entered = Entered::of("edit", fields);
        assert_eq!(entered.or("edit", "days", 90), "900");
        assert_eq!(entered.or("grant", "days", 14), "14");
        assert_eq!(entered.or("edit", "why", ""), "");
    }

    #[test]
    fn a_number_is_one_or_is_missing_or_is_wrong() {
        let fields = Fields::from([("a".into(), " 7 ".into()), ("b".into(), "-1".into())]);
        assert_eq!(number::<u16>(&fields, "a"), Ok(Some(7)));
        assert!(number::<u16>(&fields, "b").is_err());
        assert_eq!(number::<u16>(&fields, "c"), Ok(None));
    }
}
