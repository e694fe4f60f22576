use super::alert::Alert;
use super::field::Field;
use super::reply::Failure;
use desktop_delivery::InvalidInput;
use desktop_delivery::time::Date;
use desktop_delivery_text::Texts;
use http::StatusCode;

/// The longest value that an error repeats, in characters.
const MAX_SHOWN: usize = 40;

/// An error in a form: the field, its value, and what is expected.
///
/// Show it only to the sender and never log it, because it repeats the entered value.
pub(crate) enum FieldFault {
    /// The field came after the file that it belongs to.
    Late(Field),
    Missing(Field, Expected),
    Twice(Field),
    /// The form has no such field.
    Unknown(String),
    Wrong(Field, String, Expected),
}

/// The expected content of a field.
pub(crate) enum Expected {
    /// One of the options on the page.
    Choice,
    /// A day, such as `2027-02-21`.
    Day,
    /// This day or an earlier one.
    DayUntil(Date),
    /// An input with a rule of its own, which the error describes.
    Input(Box<InvalidInput>),
    /// A whole number in this inclusive range.
    Number(u64, u64),
    /// An input with a rule of its own, which the message with this key describes.
    Message(&'static str),
    Text,
}

impl FieldFault {
    /// Creates the fault of a value that the core rejected.
    pub(crate) fn of_input(field: Field, value: &str, input: InvalidInput) -> Self {
        Self::Wrong(field, value.to_owned(), Expected::Input(Box::new(input)))
    }

    /// Returns the name of the field; empty for an unknown field.
    pub(crate) const fn field(&self) -> &'static str {
        match self {
            Self::Late(field)
            | Self::Missing(field, _)
            | Self::Twice(field)
            | Self::Wrong(field, ..) => field.name(),
            Self::Unknown(..) => "",
        }
    }

    /// Describes the fault and what to do about it.
    pub(crate) fn message(&self, t: &Texts) -> String {
        match self {
            Self::Missing(field, _) | Self::Twice(field) | Self::Wrong(field, ..)
                if field.is_hidden() =>
            {
                t.text("field-hidden")
            }
            Self::Late(field) => {
                t.message("field-late").set("field", &*field.display_name(t)).to_string()
            }
            Self::Missing(field, expected) => {
                let message = t.message("field-missing").set("field", &*field.display_name(t));
                message.set("expected", expected.message(t)).to_string()
            }
            Self::Twice(field) => {
                t.message("field-twice").set("field", &*field.display_name(t)).to_string()
            }
            Self::Unknown(name) => {
                t.message("field-unknown").set("field", shortened(name)).to_string()
            }
            Self::Wrong(field, value, expected) => {
                let message = t.message("field-wrong").set("field", &*field.display_name(t));
                message
                    .set("value", shortened(value))
                    .set("expected", expected.message(t))
                    .to_string()
            }
        }
    }

    /// Returns the alert for the page of the form.
    pub(crate) fn alert(&self, t: &Texts) -> Alert {
        Alert::Field(self.message(t))
    }

    /// Returns the fault as a failure with status 422.
    pub(crate) fn failure(&self, t: &Texts) -> Failure {
        Failure { status: StatusCode::UNPROCESSABLE_ENTITY, alert: self.alert(t) }
    }
}

impl Expected {
    fn message(&self, t: &Texts) -> String {
        match self {
            Self::Choice => t.text("field-expected-choice"),
            Self::Day => t.text("field-expected-day"),
            Self::DayUntil(day) => {
                t.message("field-expected-day-until").set("day", t.day(*day)).to_string()
            }
            Self::Input(input) => t.invalid_input(input),
            Self::Number(least, most) => {
                let message = t.message("field-expected-number").set("least", least.to_string());
                message.set("most", most.to_string()).to_string()
            }
            Self::Message(key) => t.text(key),
            Self::Text => t.text("field-expected-text"),
        }
    }
}

/// Shortens a value, and removes invisible characters.
fn shortened(text: &str) -> String {
    let visible = |c: &char| !c.is_control() && !is_direction_mark(*c);
    let mut shown: String = text.trim().chars().filter(visible).take(MAX_SHOWN + 1).collect();
    if shown.chars().count() > MAX_SHOWN {
        shown.pop();
        shown.push('…');
    }
    shown
}

/// Returns whether a character would change the direction of the rest of the sentence.
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
    fn a_fault_message_names_the_field_the_value_and_the_expected_input() {
        let fault = FieldFault::Wrong(DAYS, "-3".to_owned(), Expected::Number(0, 90));
        for (language, expected_message) in [
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
            assert_eq!(fault.message(&texts(language)), expected_message);
        }
    }

    #[test]
    fn every_fault_has_its_own_message() {
        let wrong = |expected| FieldFault::Wrong(DAYS, "x".to_owned(), expected);
        let t = &texts(Language::ENGLISH);
        for (fault, expected_message) in [
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
            (wrong(Expected::Message("field-expected-zone")), "no such time zone"),
        ] {
            let message = fault.message(t);
            assert!(message.contains(expected_message), "{message}");
        }
    }

    #[test]
    fn the_message_for_a_hidden_field_does_not_name_it() {
        const FILE: Field = Field::hidden("file");
        for language in [Language::ENGLISH, Language::FRENCH] {
            let t = &texts(language);
            for fault in [
                FieldFault::Missing(FILE, Expected::Text),
                FieldFault::Twice(FILE),
                FieldFault::Wrong(FILE, "x".to_owned(), Expected::Number(1, 9)),
            ] {
                assert_eq!(fault.message(t), t.text("field-hidden"));
            }
        }
        let message =
            FieldFault::Twice(Field::in_address("page")).message(&texts(Language::ENGLISH));
        assert!(message.contains("“page”"), "{message}");
    }

    #[test]
    fn long_values_are_shortened_and_invisible_characters_removed() {
        assert_eq!(shortened(&"x".repeat(41)), format!("{}…", "x".repeat(40)));
        assert_eq!(shortened(&"x".repeat(40)), "x".repeat(40));
        assert_eq!(shortened(" a\u{202e}b\r\nc "), "abc");
    }
}
