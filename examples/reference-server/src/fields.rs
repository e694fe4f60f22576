//! The values that this server accepts beyond those of the libraries, and their faults.

use desktop_delivery::InvalidInput;
use desktop_delivery::input::{InputFault, InputField};

pub(crate) const DAY: InputField = InputField::new("day", "day", "date");
pub(crate) const LAST_DAY: InputField = InputField::new("last-day", "last day", "dernier jour");
pub(crate) const NAME: InputField = InputField::new("name", "name", "nom");

pub(crate) const NOT_A_DAY: InputFault = InputFault::new(
    "not-a-day",
    ("is not a day like 2027-02-21", "n’est pas une date comme 2027-02-21"),
    ("enter year, month and day", "entrez l’année, le mois et le jour"),
);
/// Checks the name of a library or a person, of which nothing around it counts: one line, not empty.
pub(crate) fn check_name(text: &str, max_bytes: usize) -> Result<&str, InvalidInput> {
    let name = text.trim();
    let wrong = |fault| Err(InvalidInput::new(NAME, fault));
    if name.is_empty() {
        return wrong(InputFault::EMPTY);
    }
    if name.len() > max_bytes {
        return wrong(InputFault::TOO_LONG.with_limit(max_bytes));
    }
    if name.chars().any(char::is_control) {
        return wrong(InputFault::CONTROL_CHARACTER);
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(check_name(" Lucie Tremblay ", 14), Ok("Lucie Tremblay"));
        let reason = |text: &str| check_name(text, 14).err().map(|e| e.fault().code());
        assert_eq!(reason(" "), Some("empty"));
        assert_eq!(reason("Lucie Tremblays"), Some("too-long"));
        assert_eq!(reason("Lucie\u{7}"), Some("control-character"));
    }
}
