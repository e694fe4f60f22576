//! Why a value from outside is rejected: codes for programs and pages, and a phrase in English.

mod fault;
mod field;
mod localized_text;

pub use fault::InputFault;
pub use field::InputField;
pub use localized_text::LocalizedText;

use std::error::Error as StdError;
use std::fmt;

/// A value from outside that cannot be accepted: which one, and what is wrong with it.
///
/// Both parts belong to the program, never to the caller: the value itself is not repeated.
/// `Display` is one phrase in English for logs and APIs; pages word it themselves from the codes.
///
/// # Example
/// ```
/// # use desktop_delivery::InvalidInput;
/// # use desktop_delivery::input::{InputFault, InputField};
/// let input = InvalidInput::new(InputField::TITLE, InputFault::TOO_LONG.with_limit(1_000));
/// assert_eq!(input.to_string(), "title is longer than 1000 bytes");
/// assert_eq!((input.field().code(), input.fault().code()), ("title", "too-long"));
/// assert_eq!(input.fault().remedy(), "shorten the text");
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
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field.name(), self.fault.clause())
    }
}

impl StdError for InvalidInput {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_stands_in_the_texts() {
        for fault in InputFault::ALL {
            let fault = fault.with_limit(1_500);
            assert!(!fault.clause().contains("{n}") && !fault.remedy().contains("{n}"));
        }
        let input = InvalidInput::new(InputField::TITLE, InputFault::TOO_LONG.with_limit(1_500));
        assert_eq!(input.to_string(), "title is longer than 1500 bytes");
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
