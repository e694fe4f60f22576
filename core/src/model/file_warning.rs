use crate::model::file_name::FileName;
use crate::model::ids::{AttachmentNo, VersionNo};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something the supplier's staff should check in a file that was attached.
///
/// Its `Display` is one short sentence in English; pages word it themselves from
/// [`code`](Self::code) and the fields.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "warning")]
pub enum FileWarning {
    /// The file's name does not have the usual ending of its format.
    NameEnding {
        /// The usual ending, without its dot.
        usual: String,
    },
    /// The file is in an office format from before 2007, or is an archive with such a file: it may
    /// contain macros that cannot be detected.
    OldOffice,
    /// The same bytes are attached to this request already.
    SameBytes {
        /// The attachment that has them.
        attachment: AttachmentNo,
        /// The version of that attachment.
        version: VersionNo,
        /// The file name of that version.
        file_name: FileName,
    },
    /// The file has the same bytes as the version that it replaced.
    Unchanged {
        /// The name of that version.
        file_name: FileName,
    },
}

impl FileWarning {
    /// A stable name for programs, in kebab case, such as `"same-bytes"`.
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
