use crate::model::file_name::FileName;
use crate::model::ids::{AttachmentNo, VersionNo};
use serde::{Deserialize, Serialize};

/// The document version that an event concerned, as it was then. Later changes, such as a
/// replacement with another name, do not affect it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "tests of ledgers and pages make it")]
pub struct EventDocument {
    /// The attachment.
    #[serde(rename = "no")]
    pub attachment: AttachmentNo,
    /// Its version.
    pub version: VersionNo,
    /// The file name of the version.
    pub file_name: FileName,
}
