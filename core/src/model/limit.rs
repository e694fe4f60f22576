use std::fmt;

/// A limit of a policy profile or of this software on one request.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// The number of attachments of a request.
    Attachments,
    /// The number of days of availability.
    Days,
    /// The number of days of availability; the last day must come after the first.
    DaysAfterStart,
    /// The number of downloads of an attachment, at least 1.
    Downloads,
    /// The number of downloads granted in addition to the terms.
    ExtraDownloads,
    /// The number of links of a request.
    Links,
    /// The number of bytes of a note.
    NoteBytes,
    /// The number of versions of an attachment.
    Versions,
}

impl Limit {
    /// All limits.
    pub const ALL: &[Self] = &[
        Self::Attachments,
        Self::Days,
        Self::DaysAfterStart,
        Self::Downloads,
        Self::ExtraDownloads,
        Self::Links,
        Self::NoteBytes,
        Self::Versions,
    ];

    /// Returns a stable identifier in kebab case, such as `"extra-downloads"`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Attachments => "attachments",
            Self::Days => "days",
            Self::DaysAfterStart => "days-after-start",
            Self::Downloads => "downloads",
            Self::ExtraDownloads => "extra-downloads",
            Self::Links => "links",
            Self::NoteBytes => "note-bytes",
            Self::Versions => "versions",
        }
    }

    /// Returns what to do about a value that exceeds the limit.
    pub(crate) const fn remedy(self) -> &'static str {
        match self {
            Self::Attachments => {
                "remove documents that are not needed, or ask the operator to raise max_attachments"
            }
            Self::Days => "choose fewer days, or an earlier last day",
            Self::DaysAfterStart => "choose a last day after the first",
            Self::Downloads => "choose a number within the limit",
            Self::ExtraDownloads => "choose a smaller number",
            Self::Links => {
                "use the link that there is, or send the request under another reference"
            }
            Self::NoteBytes => "shorten the text",
            Self::Versions => "remove the document and attach it anew",
        }
    }

    /// Returns the limit as a phrase in English: "at most 5 extra downloads".
    #[must_use]
    pub fn at_most(self, limit: u64) -> String {
        let what = match self {
            Self::Downloads => return format!("1 to {limit} downloads"),
            Self::Attachments => "documents",
            Self::Days => "days",
            Self::DaysAfterStart => "days, and the last day must come after the first",
            Self::ExtraDownloads => "extra downloads",
            Self::Links => "links",
            Self::NoteBytes => "bytes of text",
            Self::Versions => "versions",
        };
        format!("at most {limit} {what}")
    }
}

/// Returns whether a counter that holds `used` has room for `amount` more. A limit only applies to
/// positive amounts.
pub(crate) fn has_room(used: u64, amount: i64, limit: Option<u64>) -> bool {
    amount <= 0 || limit.is_none_or(|limit| used.saturating_add_signed(amount) <= limit)
}

/// A quota across requests.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaKind {
    /// Downloads of a patron per day.
    PatronClaims,
    /// Attachments previewed by a staff member per day.
    StaffPreviews,
    /// Bytes stored by a lending library.
    SupplierBytes,
    /// Uploads of a lending library per day.
    SupplierUploads,
}

impl QuotaKind {
    /// All quotas.
    pub const ALL: &[Self] =
        &[Self::PatronClaims, Self::StaffPreviews, Self::SupplierBytes, Self::SupplierUploads];

    /// Returns a stable identifier in kebab case, such as `"supplier-bytes"`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PatronClaims => "patron-claims",
            Self::StaffPreviews => "staff-previews",
            Self::SupplierBytes => "supplier-bytes",
            Self::SupplierUploads => "supplier-uploads",
        }
    }
}

/// Describes what is counted in English: "uploads by this library today".
impl fmt::Display for QuotaKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PatronClaims => "downloads by this patron today",
            Self::StaffPreviews => "previews by this staff member today",
            Self::SupplierBytes => "bytes stored by this library",
            Self::SupplierUploads => "uploads by this library today",
        })
    }
}
