use super::alert::Alert;
use super::field::Field;
use super::reply::Failure;
use desktop_delivery::InvalidInput;
use desktop_delivery::time::Date;
use desktop_delivery_text::Texts;
use http::StatusCode;

/// The longest value that an error repeats, characters.
const MAX_SHOWN: usize = 40;

/// Why a form cannot be accepted: which field is wrong, what it contains, and what it should contain.
///
/// It is for the sender alone, never for a log: it repeats what they typed.
pub(crate) enum FieldFault {
    /// It came after the file that it belongs to.
    Late(Field),
    Missing(Field, Expected),
    Twice(Field),
    /// The form has no such field.
    Unknown(String),
    Wrong(Field, String, Expected),
}

/// What a field should contain.
pub(crate) enum Expected {
    /// One of the options that the page offers, by labels that only the page knows.
    Choice,
    /// A day, like `2027-02-21`.
    Day,
    /// A day, at the latest this one.
    DayUntil(Date),
    /// What this error asks for.
    Input(Box<InvalidInput>),
    /// A whole number, from the first to the second.
    Number(u64, u64),
    /// What the text of this name asks for.
    Said(&'static str),
    Text,
}

impl FieldFault {
    /// A value that a rule rejects.
    pub(crate) fn of_input(field: Field, value: &str, input: InvalidInput) -> Self {
        Self::Wrong(field, value.to_owned(), Expected::Input(Box::new(input)))
    }

    /// The name of the field; empty for one that the form does not have.
    pub(crate) const fn field(&self) -> &'static str {
        match self {
            Self::Late(field)
            | Self::Missing(field, _)
            | Self::Twice(field)
            | Self::Wrong(field, ..) => field.name(),
            Self::Unknown(..) => "",
        }
    }

    /// The fault as a sentence, with what to do.
    pub(crate) fn in_words(&self, t: &Texts) -> String {
        match self {
            Self::Missing(field, _) | Self::Twice(field) | Self::Wrong(field, ..)
                if field.is_hidden() =>
            {
                t.text("field-hidden")
            }
            Self::Late(field) => {
                t.message("field-late").set("field", &*field.in_words(t)).to_string()
            }
            Self::Missing(field, expected) => {
                let words = t.message("field-missing").set("field", &*field.in_words(t));
                words.set("expected", expected.in_words(t)).to_string()
            }
            Self::Twice(field) => {
                t.message("field-twice").set("field", &*field.in_words(t)).to_string()
            }
            Self::Unknown(name) => t.message("field-unknown").set("field", shown(name)).to_string(),
            Self::Wrong(field, value, expected) => {
                let words = t.message("field-wrong").set("field", &*field.in_words(t));
                words.set("value", shown(value)).set("expected", expected.in_words(t)).to_string()
            }
        }
    }

    /// The fault on top of the form's page.
    pub(crate) fn alert(&self, t: &Texts) -> Alert {
        Alert::Field(self.in_words(t))
    }

    /// The fault as an answer.
    pub(crate) fn failure(&self, t: &Texts) -> Failure {
        Failure { status: StatusCode::UNPROCESSABLE_ENTITY, alert: self.alert(t) }
    }
}

impl Expected {
    fn in_words(&self, t: &Texts) -> String {
        match self {
            Self::Choice => t.text("field-expected-choice"),
            Self::Day => t.text("field-expected-day"),
            Self::DayUntil(day) => {
                t.message("field-expected-day-until").set("day", t.day(*day)).to_string()
            }
            Self::Input(input) => t.invalid_input(input),
            Self::Number(least, most) => {
                let words = t.message("field-expected-number").set("least", least.to_string());
                words.set("most", most.to_string()).to_string()
            }
            Self::Said(key) => t.text(key),
            Self::Text => t.text("field-expected-text"),
        }
    }
}

/// What was sent, shortened and without what does not show.
fn shown(text: &str) -> String {
    let visible = |c: &char| !c.is_control() && !is_direction_mark(*c);
    let mut shown: String = text.trim().chars().filter(visible).take(MAX_SHOWN + 1).collect();
    if shown.chars().count() > MAX_SHOWN {
        shown.pop();
        shown.push('…');
    }
    shown
}

/// Marks that would turn the rest of the sentence around.
const fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::Language;

    fn texts(language: Language) -> Texts {
        crate::Templates::default().texts(language)
    }

    const DAYS: Field = Field::new("days", "supply-days");

    #[test]
    fn a_fault_names_the_field_the_value_and_what_is_expected_in_each_language() {
        let fault = FieldFault::Wrong(DAYS, "-3".to_owned(), Expected::Number(0, 90));
        for (language, said) in [
            (
                Language::ENGLISH,
                "“Days after shipping” cannot be “-3”. Enter a whole number from 0 to 90.",
            ),
            (
                Language::FRENCH,
                "Le champ «\u{a0}Jours après l’expédition\u{a0}» ne peut pas contenir «\u{a0}-3\u{a0}». Entrez un \
                 nombre entier de 0 à 90.",
            ),
        ] {
            assert_eq!(fault.in_words(&texts(language)), said);
        }
    }

    #[test]
    fn every_fault_has_a_sentence_of_its_own() {
        let wrong = |expected| FieldFault::Wrong(DAYS, "x".to_owned(), expected);
        let t = &texts(Language::ENGLISH);
        for (fault, said) in [
            (FieldFault::Late(DAYS), "came after its file"),
            (FieldFault::Missing(DAYS, Expected::Text), "is missing. Enter a value."),
            (FieldFault::Twice(DAYS), "was sent more than once"),
            (FieldFault::Unknown("dayz".to_owned()), "“dayz”"),
            (wrong(Expected::Choice), "one of the options on the page"),
            (wrong(Expected::Day), "like 2027-02-21"),
            (
                wrong(Expected::DayUntil("2027-02-21".parse().expect("it is a day"))),
                "2027 or an earlier day",
            ),
            (wrong(Expected::Said("field-expected-zone")), "no such time zone"),
        ] {
            let words = fault.in_words(t);
            assert!(words.contains(said), "{words}");
        }
    }

    #[test]
    fn a_hidden_field_is_not_named_because_nobody_can_correct_it() {
        const FILE: Field = Field::hidden("file");
        for language in [Language::ENGLISH, Language::FRENCH] {
            let t = &texts(language);
            for fault in [
                FieldFault::Missing(FILE, Expected::Text),
                FieldFault::Twice(FILE),
                FieldFault::Wrong(FILE, "x".to_owned(), Expected::Number(1, 9)),
            ] {
                assert_eq!(fault.in_words(t), t.text("field-hidden"));
            }
        }
        let words =
            FieldFault::Twice(Field::in_address("page")).in_words(&texts(Language::ENGLISH));
        assert!(words.contains("“page”"), "{words}");
    }

    #[test]
    fn a_long_or_invisible_value_does_not_spoil_the_sentence() {
        assert_eq!(shown(&"x".repeat(41)), format!("{}…", "x".repeat(40)));
        assert_eq!(shown(&"x".repeat(40)), "x".repeat(40));
        assert_eq!(shown(" a\u{202e}b\r\nc "), "abc");
    }
}
