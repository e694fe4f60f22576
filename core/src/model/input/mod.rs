//! Reasons for rejecting a value from outside: codes for programs and pages, and phrases in
//! English.

mod fault;
mod field;
mod localized_text;

pub use fault::InputFault;
pub use field::InputField;
pub use localized_text::LocalizedText;

use std::error::Error as StdError;
use std::fmt;

/// A rejected value from outside: the field and its fault.
///
/// Both come from the program; the value itself is not quoted. `Display` is a phrase in English for
/// logs and APIs. Pages use their own text, selected by the codes.
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
    /// The code of every invalid input. It differs from the codes of [`Refusal`](crate::Refusal).
    pub const CODE: &'static str = "invalid";

    /// Creates an error for a field.
    #[must_use]
    pub const fn new(field: InputField, fault: InputFault) -> Self {
        Self { field, fault }
    }

    /// Returns the same fault for another field, such as the API's field that contained the value.
    #[must_use]
    pub const fn with_field(self, field: InputField) -> Self {
        Self { field, fault: self.fault }
    }

    /// Returns the field.
    #[must_use]
    pub const fn field(&self) -> &InputField {
        &self.field
    }

    /// Returns the fault.
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
    fn texts_contain_the_limit() {
        for fault in InputFault::ALL {
            let fault = fault.with_limit(1_500);
            assert!(!fault.clause().contains("{n}") && !fault.remedy().contains("{n}"));
        }
        let input = InvalidInput::new(InputField::TITLE, InputFault::TOO_LONG.with_limit(1_500));
        assert_eq!(input.to_string(), "title is longer than 1500 bytes");
    }

    #[test]
    fn codes_are_unique_and_in_kebab_case() {
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
