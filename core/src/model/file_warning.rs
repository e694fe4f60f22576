use crate::model::file_name::FileName;
use crate::model::ids::{AttachmentNo, VersionNo};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A reason for the supplier's staff to check an attached file.
///
/// `Display` is a short sentence in English. Pages use their own text, selected by
/// [`code`](Self::code) and the fields.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "warning")]
pub enum FileWarning {
    /// The file's name does not have the usual extension of its format.
    NameEnding {
        /// The usual extension, without its dot.
        usual: String,
    },
    /// The file is in an office format from before 2007, or an archive that contains such a file:
    /// it may contain macros that cannot be detected.
    OldOffice,
    /// The same bytes are already attached to this request.
    SameBytes {
        /// The attachment with the same bytes.
        attachment: AttachmentNo,
        /// The version of that attachment.
        version: VersionNo,
        /// The file name of that version.
        file_name: FileName,
    },
    /// The file is identical to the version that it replaced.
    Unchanged {
        /// The file name of that version.
        file_name: FileName,
    },
}

impl FileWarning {
    /// Returns a stable identifier in kebab case, such as `"same-bytes"`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NameEnding { .. } => "name-ending",
            Self::OldOffice => "old-office",
            Self::SameBytes { .. } => "same-bytes",
            Self::Unchanged { .. } => "unchanged",
        }
    }
}

impl fmt::Display for FileWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameEnding { usual } => {
                write!(f, "files with this content usually have names that end in .{usual}")
            }
            Self::OldOffice => f.write_str(
                "files in old office formats can contain macros that cannot be detected here; \
                 a PDF is safer",
            ),
            Self::SameBytes { attachment, file_name, .. } => write!(
                f,
                "the same file is already attached as {} (file {attachment})",
                file_name.as_str()
            ),
            Self::Unchanged { file_name } => {
                write!(
                    f,
                    "the new file is identical to the one it replaced, {}",
                    file_name.as_str()
                )
            }
        }
    }
}
