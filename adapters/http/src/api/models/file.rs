use super::format::{time, variant_name};
use super::warning::WarningJson;
use crate::api::words;
use desktop_delivery::delivery::Expiry;
use desktop_delivery::views::StaffFile;
use serde::Serialize;
use utoipa::ToSchema;

/// An attachment, as seen by staff.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FileJson {
    /// The number of the attachment.
    no: u16,
    /// The current version of the attachment.
    version: u16,
    /// The file name of the current version.
    file_name: String,
    /// The lending library's description; empty if there is none.
    description: String,
    /// The media type, detected from the content.
    #[schema(example = "application/pdf")]
    media_type: String,
    /// The size in bytes.
    size: u64,
    /// The SHA-256 digest of the content, in hexadecimal.
    digest: String,
    /// When the current version was attached.
    #[schema(format = DateTime)]
    attached_at: String,
    /// The downloads that the terms allow, without extensions.
    max_downloads: u32,
    /// The first instant at which the attachment can be claimed; null if it is available once
    /// shipped.
    #[schema(format = DateTime, required)]
    not_before: Option<String>,
    /// The number of days after shipping; null if the terms end at a fixed time.
    #[schema(required)]
    days: Option<u16>,
    /// The exclusive end of the terms; null before shipping if the terms end after a number of
    /// days.
    #[schema(format = DateTime, required)]
    expires_at: Option<String>,
    /// The last day of the terms, in the time zone of the borrowing library.
    #[schema(example = "2027-02-21", format = Date, required)]
    last_day: Option<String>,
    /// When the content was deleted; null if it is still stored.
    #[schema(format = DateTime, required)]
    purged_at: Option<String>,
    /// When an earlier version that the borrowing library could see was replaced because it was the
    /// wrong document. Copies of it should be deleted.
    #[schema(format = DateTime, required)]
    recalled_at: Option<String>,
    /// The downloads used and left, by budget.
    budgets: Vec<BudgetJson>,
    /// Warnings for the lending library's staff to check; always empty for the borrowing library.
    warnings: Vec<WarningJson>,
}

impl FileJson {
    pub(super) fn of(file: &StaffFile) -> Self {
        let (attachment, version) = (&file.attachment, file.attachment.current());
        let (days, fixed_end) = match attachment.terms.expiry {
            Expiry::Days(days) => (Some(days), None),
            Expiry::At(end) => (None, Some(end)),
            _ => (None, None),
        };
        Self {
            no: attachment.no.get(),
            version: version.no.get(),
            file_name: version.file_name.as_str().to_owned(),
            description: attachment.description.clone(),
            media_type: version.media_type.clone(),
            size: version.size,
            digest: version.digest.to_string(),
            attached_at: version.attached_at.to_string(),
            max_downloads: attachment.terms.max_downloads,
            not_before: time(attachment.terms.not_before),
            days,
            expires_at: time(attachment.expires_at.or(fixed_end)),
            last_day: file.last_day.map(|day| day.to_string()),
            purged_at: time(attachment.purged_at),
            recalled_at: time(attachment.recalled_at()),
            budgets: file
                .budgets
                .iter()
                .map(|usage| BudgetJson {
                    of: variant_name(&usage.name),
                    used: usage.used,
                    limit: usage.limit,
                    left: usage.left,
                })
                .collect(),
            warnings: file.warnings.iter().map(WarningJson::of).collect(),
        }
    }
}

/// The downloads of a budget.
#[derive(Debug, Serialize, ToSchema)]
struct BudgetJson {
    /// The name of the budget: `shared`, `patron`, `partner` or `staff`.
    #[schema(value_type = words::Budget)]
    of: String,
    /// The downloads used.
    used: u32,
    /// The downloads allowed, including extensions.
    limit: u32,
    /// The downloads left.
    left: u32,
}
