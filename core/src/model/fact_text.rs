use crate::model::input::{InputFault, InputField, InvalidInput};

/// The maximum length of a text in [`Facts`](crate::Facts) in bytes.
pub const MAX_FACT_BYTES: usize = 1_000;

/// Checks the length and the characters of a text from the host.
pub(super) fn check_text(
    field: InputField,
    text: &str,
    max_bytes: usize,
) -> Result<(), InvalidInput> {
    if text.len() > max_bytes {
        return Err(InvalidInput::new(field, InputFault::TOO_LONG.with_limit(max_bytes)));
    }
    if text.chars().any(char::is_control) {
        return Err(InvalidInput::new(field, InputFault::CONTROL_CHARACTER));
    }
    Ok(())
}
