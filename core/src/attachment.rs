use crate::ids::{AttachmentNo, BlobKey, Digest, VersionNo};
use crate::input::{InputFault, InputField, InvalidInput};
use crate::terms::Terms;
use crate::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// The longest description, bytes.
pub const MAX_DESCRIPTION_BYTES: usize = 500;
/// The longest file name, bytes: what common file systems take.
pub const MAX_FILE_NAME_BYTES: usize = 255;

/// Describes one file that a supplier added to a request.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its number within the request.
    pub no: AttachmentNo,
    /// What the supplier wrote about it; may be empty.
    pub description: String,
    /// How often and how long it may be downloaded.
    pub terms: Terms,
    /// Since when the requester sees it: the terms' days run from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_at: Option<Timestamp>,
    /// The end of the terms, exclusive; `None` until shipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Since when its bytes are gone because its time was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purged_at: Option<Timestamp>,
    /// Whether the audit already has the end of its terms.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expiry_recorded: bool,
    /// The version that was current when it was shipped: older ones the requester never sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_version: Option<VersionNo>,
    /// The newest version that was replaced as the wrong document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recalled: Option<Recalled>,
    /// The current version, last, behind the older ones to which tickets are still open; never empty.
    pub versions: Vec<Version>,
}

/// Records that a version was replaced as the wrong document, so that no transfer of it goes on.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recalled {
    /// The version.
    pub version: VersionNo,
    /// When.
    pub at: Timestamp,
}

/// An attachment that was removed: what is still known of it.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedAttachment {
    /// Its number within the request, which no other attachment gets.
    #[serde(rename = "n")]
    pub no: AttachmentNo,
    /// When.
    #[serde(rename = "t")]
    pub at: Timestamp,
    /// The version that was current when it was shipped; `None` where it never was.
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub shipped_version: Option<VersionNo>,
}

/// Describes the bytes of one version of an attachment.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its number within the attachment.
    pub no: VersionNo,
    /// The name to save it under.
    pub file_name: FileName,
    /// Its media type, as its first bytes and its name show.
    pub media_type: String,
    /// Its length, bytes.
    pub size: u64,
    /// Its SHA-256.
    pub digest: Digest,
    /// Where its bytes are.
    pub blob: BlobKey,
    /// When it was attached.
    pub attached_at: Timestamp,
    /// Why and when the next version took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Replaced>,
}

/// Records why and when a version was replaced.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: ReplaceReason,
}

/// Tells why a file is replaced.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplaceReason {
    /// Pages are missing.
    MissingPages,
    /// Any other reason.
    Other,
    /// The scan cannot be read.
    Unreadable,
    /// It is not what was asked for: the old bytes go at once, open tickets too.
    WrongDocument,
}

impl Attachment {
    /// The version that is downloaded now.
    ///
    /// # Panics
    /// Never for what [`decide`](crate::decide) made: there is always a version.
    #[must_use]
    pub fn current(&self) -> &Version {
        self.versions.last().expect("an attachment is made with its first version")
    }

    /// Looks up a version, among those that are kept.
    #[must_use]
    pub fn version(&self, no: VersionNo) -> Option<&Version> {
        self.versions.iter().find(|version| version.no == no)
    }

    /// Whether its bytes are kept.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.purged_at.is_none()
    }

    /// Whether its terms have ended.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| now >= end)
    }
}

/// Holds a file's name: the last part of a path, without anything that a system could misread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// Takes the last part of what a browser or caller sends, 1 to 255 bytes.
    ///
    /// Directories (`/` and `\`), control characters and characters that change the direction of
    /// writing are dropped, since they could disguise what the file is.
    ///
    /// ```
    /// # use desktop_delivery::FileName;
    /// let name = FileName::new("C:\\scans\\ice-ages.pdf");
    /// assert_eq!(name.as_ref().map(FileName::as_str), Ok("ice-ages.pdf"));
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`] where nothing is left or the name is too long.
    pub fn new(text: &str) -> Result<Self, InvalidInput> {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let name: String = last.chars().filter(|c| !is_disguise(*c)).collect();
        let name = name.trim().trim_end_matches('.').to_owned();
        if name.is_empty() {
            return Err(InvalidInput::new(InputField::FILE_NAME, InputFault::EMPTY));
        }
        if name.len() > MAX_FILE_NAME_BYTES {
            let fault = InputFault::TOO_LONG.with_limit(MAX_FILE_NAME_BYTES);
            return Err(InvalidInput::new(InputField::FILE_NAME, fault));
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_disguise(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

impl TryFrom<String> for FileName {
    type Error = InvalidInput;
    fn try_from(text: String) -> Result<Self, InvalidInput> {
        Self::new(&text)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_the_last_part_without_disguises() {
        let cases = [
            ("C:\\scans\\article.pdf", "article.pdf"),
            ("../../etc/passwd", "passwd"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("Über die Lage.pdf ", "Über die Lage.pdf"),
            ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ];
        for (text, name) in cases {
            assert_eq!(FileName::new(text).unwrap().as_str(), name);
        }
        for text in ["", "/", "..", "\u{200b}", &"x".repeat(256)] {
            assert!(FileName::new(text).is_err(), "{text:?}");
        }
    }
}
