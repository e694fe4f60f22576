//! Why a value from outside is rejected: a code for programs, and a text in each language.

mod fault;
mod field;
mod localized_text;

pub use fault::InputFault;
pub use field::InputField;
pub use localized_text::LocalizedText;

use crate::model::participant::Language;
use std::error::Error as StdError;
use std::fmt;

/// A value from outside that cannot be accepted: which one, and what is wrong with it.
///
/// Both parts belong to the program, never to the caller: the value itself is not repeated.
/// `Display` is one phrase in English for logs and APIs; [`in_words`](Self::in_words) is for
/// pages.
///
/// # Example
/// ```
/// # use desktop_delivery::{InvalidInput, Language};
/// # use desktop_delivery::input::{InputFault, InputField};
/// let input = InvalidInput::new(InputField::TITLE, InputFault::TOO_LONG.with_limit(1_000));
/// assert_eq!(input.to_string(), "title is longer than 1000 bytes");
/// assert_eq!((input.field().code(), input.fault().code()), ("title", "too-long"));
/// assert_eq!(
///     input.in_words(Language::French),
///     "Titre : dépasse 1\u{a0}000 octets. Raccourcissez le texte."
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidInput {
    field: InputField,
    fault: InputFault,
}

impl InvalidInput {
    /// The code of every invalid input, beside those of [`Refusal`](crate::Refusal).
    pub const CODE: &'static str = "invalid";

    /// An error for this field.
    #[must_use]
    pub const fn new(field: InputField, fault: InputFault) -> Self {
        Self { field, fault }
    }

    /// The same fault in another field, such as the one of an API that the value came from.
    #[must_use]
    pub const fn with_field(self, field: InputField) -> Self {
        Self { field, fault: self.fault }
    }

    /// The field whose value is rejected.
    #[must_use]
    pub const fn field(&self) -> &InputField {
        &self.field
    }

    /// What is wrong with the value.
    #[must_use]
    pub const fn fault(&self) -> &InputFault {
        &self.fault
    }

    /// The reason as a sentence without its full stop: "Title is empty".
    #[must_use]
    pub fn reason(&self, language: Language) -> String {
        let (field, fault) = (self.field.in_words(language), self.fault.in_words(language));
        match language {
            // A name and a clause, whatever the name's gender and number.
            Language::French => format!("{} : {fault}", capitalized(field)),
            Language::English => format!("{} {fault}", capitalized(field)),
        }
    }

    /// What the person who entered the value can do, as a sentence without its full stop.
    #[must_use]
    pub fn remedy(&self, language: Language) -> String {
        capitalized(&self.fault.remedy(language))
    }

    /// The reason and the remedy as two sentences, for pages.
    #[must_use]
    pub fn in_words(&self, language: Language) -> String {
        format!("{}. {}.", self.reason(language), self.remedy(language))
    }
}

fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let language = Language::English;
        write!(f, "{} {}", self.field.in_words(language), self.fault.in_words(language))
    }
}

impl StdError for InvalidInput {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_reads_as_a_sentence_in_each_language() {
        for field in InputField::ALL {
            for fault in InputFault::ALL {
                let input = InvalidInput::new(*field, *fault);
                let (english, french) =
                    (input.in_words(Language::English), input.in_words(Language::French));
                assert_ne!(english, french);
                for text in [english, french] {
                    assert!(text.ends_with('.') && !text.contains("..") && !text.contains("{n}"));
                    assert!(text.chars().next().is_some_and(|c| !c.is_lowercase()), "{text}");
                }
            }
        }
    }

    #[test]
    fn every_code_is_kebab_case_and_unlike_the_others() {
        let fields = InputField::ALL.iter().map(InputField::code).collect::<Vec<_>>();
        let faults = InputFault::ALL.iter().map(InputFault::code).collect::<Vec<_>>();
        for mut codes in [fields, faults] {
            let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(codes.iter().all(|code| !code.is_empty() && code.chars().all(is_plain)));
            let all = codes.len();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), all);
        }
    }
}
