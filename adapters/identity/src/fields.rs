//! Input fields beyond those of the core, and their faults.

use desktop_delivery::InvalidInput;
use desktop_delivery::input::{InputFault, InputField, is_blank};

/// The maximum length of a library's name in bytes.
pub const MAX_LIBRARY_NAME_BYTES: usize = 200;

/// The maximum length of a copyright notice in bytes: people should read it before each download.
pub(crate) const MAX_NOTICE_BYTES: usize = 5_000;

pub(crate) const COPYRIGHT_NOTICE: InputField =
    InputField::new("copyright-notice", "copyright notice");
pub(crate) const NAME: InputField = InputField::new("name", "name");
pub(crate) const PASSWORD: InputField = InputField::new("password", "password");
pub(crate) const PROVIDER: InputField = InputField::new("provider", "provider name");
pub(crate) const USER_NAME: InputField = InputField::new("user-name", "username");

pub(crate) const NOT_A_PROVIDER_NAME: InputFault = InputFault::new(
    "not-a-provider-name",
    "is not 1 to 32 characters from a to z, digits and -",
    "choose another name",
);
pub(crate) const NOT_A_USER_NAME: InputFault = InputFault::new(
    "not-a-user-name",
    "is not 1 to 64 characters from a to z, digits and . _ - @",
    "choose another name",
);
pub(crate) const NOT_PLAIN_TEXT: InputFault = InputFault::new(
    "not-plain-text",
    "contains a control character",
    "remove invisible characters other than line breaks",
);
pub(crate) const TOO_SHORT_PASSWORD: InputFault = InputFault::new(
    "too-short-password",
    "has fewer than 10 characters",
    "choose a longer password",
);
pub(crate) const UNUSABLE_IN_PASSWORD: InputFault = InputFault::new(
    "unusable-in-password",
    "contains a control character, or one that Unicode does not define yet",
    "remove that character",
);

/// Checks a library's copyright notice: plain text with line breaks, at most 5,000 bytes.
///
/// # Errors
/// [`InvalidInput`] if the text is longer or contains other control characters.
pub fn check_copyright_notice(text: &str) -> Result<(), InvalidInput> {
    if text.len() > MAX_NOTICE_BYTES {
        let fault = InputFault::TOO_LONG.with_limit(MAX_NOTICE_BYTES);
        return Err(InvalidInput::new(COPYRIGHT_NOTICE, fault));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(InvalidInput::new(COPYRIGHT_NOTICE, NOT_PLAIN_TEXT));
    }
    Ok(())
}

/// Trims and checks the name of a library or a person: one line, not empty, at most `max_bytes`
/// bytes.
///
/// # Errors
/// [`InvalidInput`] if the name is empty, longer, or contains control characters.
pub fn check_name(text: &str, max_bytes: usize) -> Result<&str, InvalidInput> {
    let name = text.trim();
    let wrong = |fault| Err(InvalidInput::new(NAME, fault));
    if is_blank(name) {
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
        for blank in ["", " ", "\u{200b}", "\u{2800}\u{3164}", "\u{ad}\u{200d}"] {
            assert_eq!(reason(blank), Some("empty"), "{blank:?}");
        }
        assert_eq!(reason("Lucie Tremblays"), Some("too-long"));
        assert_eq!(reason("Lucie\u{7}"), Some("control-character"));
    }

    #[test]
    fn a_copyright_notice_is_short_plain_text() {
        assert_eq!(check_copyright_notice("For study.\r\n\n\tNothing else."), Ok(()));
        let reason = |text: &str| check_copyright_notice(text).err().map(|e| e.fault().code());
        assert_eq!(reason(&"x".repeat(MAX_NOTICE_BYTES + 1)), Some("too-long"));
        assert_eq!(reason("For study.\u{0}"), Some("not-plain-text"));
    }
}
