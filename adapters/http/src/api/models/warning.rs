use crate::api::words;
use desktop_delivery::views::FileWarning;
use serde::Serialize;
use utoipa::ToSchema;

/// A warning for staff to check. The file is attached regardless.
#[derive(Debug, Serialize, ToSchema)]
pub struct WarningJson {
    /// A stable identifier for programs: `same-bytes`, `unchanged`, `name-ending` or `old-office`.
    #[schema(value_type = words::WarningCode)]
    code: String,
    /// What to check, as one sentence in English.
    #[schema(example = "the same file is already attached as ice-ages.pdf (file 1)")]
    title: String,
    /// The number of the attachment with the same content, for `same-bytes`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    file: Option<u16>,
}

impl WarningJson {
    /// Converts a warning to its JSON form.
    #[must_use]
    pub fn of(warning: &FileWarning) -> Self {
        let file = match warning {
            FileWarning::SameBytes { attachment, .. } => Some(attachment.get()),
            _ => None,
        };
        Self { code: warning.code().to_owned(), title: warning.to_string(), file }
    }
}
