use crate::startup_error::StartupError;
use std::path::Path;
use zeroize::Zeroizing;

/// Reads the secret in a file named by a setting, without line breaks at the end.
pub(crate) fn secret_in(path: &Path, setting: &str) -> Result<Zeroizing<String>, StartupError> {
    let text = std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|error| StartupError::new(format!("could not read {setting}"), error))?;
    // Some editors begin a file with a byte order mark.
    let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']);
    Ok(Zeroizing::new(text.to_owned()))
}
