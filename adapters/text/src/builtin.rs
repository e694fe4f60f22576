//! The built-in messages.

use crate::message_file::MessageFile;
use desktop_delivery::Language;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(
            MessageFile::builtin(
                Language::ENGLISH,
                concat!("en/", $name),
                include_str!(concat!("../messages/en/", $name)),
            ),
            MessageFile::builtin(
                Language::FRENCH,
                concat!("fr/", $name),
                include_str!(concat!("../messages/fr/", $name)),
            ),
        )+]
    };
}

/// Each file in each language.
pub(crate) const FILES: &[MessageFile] =
    files!["content.ftl", "input.ftl", "language.ftl", "link.ftl", "mail.ftl", "refusals.ftl"];
