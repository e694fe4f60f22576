use crate::model::file_name::FileName;
use crate::model::ids::{AttachmentNo, VersionNo};
use serde::{Deserialize, Serialize};

/// The version of a document that an event is about, as it was then: later changes, such as a
/// replacement under another name, do not affect it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "tests of ledgers and pages make it")]
pub struct EventDocument {
    /// The attachment.
    #[serde(rename = "no")]
    pub attachment: AttachmentNo,
    /// Its version.
    pub version: VersionNo,
    /// The name of that version.
    pub file_name: FileName,
}
