use crate::content;
use crate::model::ids::PolicyName;
use crate::model::link::Audience;
use crate::model::terms::Terms;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;

/// A policy profile: the limits set by a consortium, as data that the rules in
/// [`decide`](crate::decide) read.
///
/// [`Policy::illume`] is the default. Hosts derive their own profiles from a built-in one with the
/// setters.
///
/// # Example
/// ```
/// # use desktop_delivery::Policy;
/// # use desktop_delivery::ids::PolicyName;
/// # use desktop_delivery::policy::Policies;
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let name = PolicyName::new("single-download")?;
/// let strict = Policy::recommended().with_name(name.clone()).with_max_downloads(1).with_max_days(14);
/// let policies = Policies::default().with(strict)?;
/// assert_eq!(policies.find(&name).map(|policy| policy.max_downloads), Some(1));
/// # Ok(())
/// # }
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// The name of the profile.
    pub name: PolicyName,
    /// Whether all audiences share one budget or each has its own.
    pub spending: Spending,
    /// The maximum number of downloads in terms, 1 to 1,000. Default: 5, as in Illume.
    pub max_downloads: u32,
    /// The maximum number of days in terms, 1 to 3,650. Default: 90, as in Illume.
    pub max_days: u16,
    /// The number of extra downloads that may be granted for each budget and version, 0 to 1,000.
    /// Default: 5.
    pub max_granted: u32,
    /// Who may grant extra downloads.
    pub grants_by: GrantsBy,
    /// Whether the requester's staff may preview page images without spending a download.
    pub free_preview: bool,
    /// The lifetime of a ticket in seconds, 60 to 86,400. Default: 7,200.
    pub ticket_seconds: u32,
    /// Whether a ticket may redirect to an address of an object store, or let a front server send
    /// the file. A transfer that has begun there finishes even if the link is revoked, and an
    /// address of a store can be fetched until it expires. Default: false, so that the server sends
    /// all bytes itself.
    pub allow_redirect: bool,
    /// The maximum size of a file in bytes, at least 1. Default: 125 MB, as in Illume.
    pub max_file_bytes: u64,
    /// The time after which an unfinished upload is abandoned, in seconds, 60 to 604,800. Default:
    /// 21,600 (6 hours).
    pub upload_seconds: u32,
    /// The maximum number of attachments of a request, 1 to 1,000. Default: 50. Removed ones do not
    /// count.
    pub max_attachments: u16,
    /// How often the email with the link can be resent to the same person within an hour, for each
    /// request, 1 to 100. Default: 3.
    pub max_resends_per_hour: u8,
    /// The media types that may be attached. If empty, the default, these are the formats commonly
    /// sent by libraries: PDF, TIFF, JPEG, PNG, GIF, WebP, JPEG 2000, BMP, HEIC, DjVu, plain text,
    /// office formats, EPUB and ZIP. Programs, scripts and web pages are never accepted, even if
    /// listed.
    pub media_types: Vec<String>,
    /// Media types that may be attached in addition to [`media_types`](Self::media_types), such as
    /// `video/mp4`. Default: none.
    pub more_media_types: Vec<String>,
    /// How many days bytes are kept after the terms end, 0 to 3,650. Default: 30, which leaves time
    /// to ask for an extension.
    pub keep_days: u16,
    /// The quotas across requests.
    pub quotas: Quotas,
}

/// How budgets are shared.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "budgets")]
pub enum Spending {
    /// Each audience has its own budget. Patron and partner start with the terms, staff with this
    /// number.
    Own {
        /// The downloads of the requester's staff for each attachment version.
        staff_downloads: u32,
    },
    /// All audiences share the budget of the terms.
    Shared,
}

/// Who may grant extra downloads.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantsBy {
    /// The supplier's staff and the requester's staff.
    Both,
    /// Only the supplier's staff.
    Supplier,
}

/// Limits across requests, each at least 1; `None` for no limit.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quotas {
    /// The number of bytes that each supplier may store, including unfinished uploads.
    pub supplier_bytes: Option<u64>,
    /// The number of uploads that each supplier may begin per day (UTC).
    pub supplier_uploads_per_day: Option<u64>,
    /// The number of downloads that each patron may claim per day (UTC), across all requests.
    pub patron_claims_per_day: Option<u64>,
    /// The number of attachments that each member of staff may preview per day (UTC). Default: 200,
    /// so that a stolen session cannot be used to page through everything.
    pub staff_previews_per_day: Option<u64>,
}

/// Limits only previews.
impl Default for Quotas {
    fn default() -> Self {
        Self {
            supplier_bytes: None,
            supplier_uploads_per_day: None,
            patron_claims_per_day: None,
            staff_previews_per_day: Some(200),
        }
    }
}

impl Quotas {
    /// Sets the maximum number of bytes that each supplier stores at once.
    #[must_use]
    pub const fn with_supplier_bytes(mut self, bytes: Option<u64>) -> Self {
        self.supplier_bytes = bytes;
        self
    }

    /// Sets the maximum number of uploads that each supplier begins in a day.
    #[must_use]
    pub const fn with_supplier_uploads_per_day(mut self, uploads: Option<u64>) -> Self {
        self.supplier_uploads_per_day = uploads;
        self
    }

    /// Sets the maximum number of downloads that each patron claims in a day.
    #[must_use]
    pub const fn with_patron_claims_per_day(mut self, claims: Option<u64>) -> Self {
        self.patron_claims_per_day = claims;
        self
    }

    /// Sets the maximum number of attachments that each member of staff previews in a day.
    #[must_use]
    pub const fn with_staff_previews_per_day(mut self, previews: Option<u64>) -> Self {
        self.staff_previews_per_day = previews;
        self
    }
}

impl Policy {
    /// The rules of Illume: at most five downloads and 90 days, and one budget shared with staff.
    #[must_use]
    pub fn illume() -> Self {
        Self {
            name: PolicyName::of("illume"),
            spending: Spending::Shared,
            max_downloads: 5,
            max_days: 90,
            max_granted: 5,
            grants_by: GrantsBy::Supplier,
            free_preview: false,
            ticket_seconds: 7_200,
            allow_redirect: false,
            max_file_bytes: 125_000_000,
            upload_seconds: 6 * 3_600,
            max_attachments: 50,
            max_resends_per_hour: 3,
            media_types: Vec::new(),
            more_media_types: Vec::new(),
            keep_days: 30,
            quotas: Quotas::default(),
        }
    }

    /// The recommended rules: as [`illume`](Self::illume), but downloads and previews by staff do
    /// not count against the patron's budget.
    #[must_use]
    pub fn recommended() -> Self {
        Self {
            name: PolicyName::of("recommended"),
            spending: Spending::Own { staff_downloads: 2 },
            free_preview: true,
            ..Self::illume()
        }
    }

    /// Sets the name.
    #[must_use]
    pub fn with_name(mut self, name: PolicyName) -> Self {
        self.name = name;
        self
    }

    /// Sets the maximum number of downloads, 1 to 1,000.
    #[must_use]
    pub fn with_max_downloads(mut self, downloads: u32) -> Self {
        self.max_downloads = downloads;
        self
    }

    /// Sets the maximum number of days, 1 to 3,650.
    #[must_use]
    pub fn with_max_days(mut self, days: u16) -> Self {
        self.max_days = days;
        self
    }

    /// Sets the maximum number of extra downloads, `0..=1000`.
    #[must_use]
    pub fn with_max_granted(mut self, downloads: u32) -> Self {
        self.max_granted = downloads;
        self
    }

    /// Sets who may grant extra downloads.
    #[must_use]
    pub fn with_grants_by(mut self, grants_by: GrantsBy) -> Self {
        self.grants_by = grants_by;
        self
    }

    /// Sets the lifetime of a ticket in seconds, 60 to 86,400.
    #[must_use]
    pub fn with_ticket_seconds(mut self, seconds: u32) -> Self {
        self.ticket_seconds = seconds;
        self
    }

    /// Sets whether tickets may redirect to an address of an object store or let a front server send
    /// the file.
    #[must_use]
    pub fn with_allow_redirect(mut self, allow: bool) -> Self {
        self.allow_redirect = allow;
        self
    }

    /// Sets whether the requester's staff may see page images without spending a download.
    #[must_use]
    pub fn with_free_preview(mut self, free: bool) -> Self {
        self.free_preview = free;
        self
    }

    /// Sets the seconds after which an unfinished upload is abandoned, `60..=604_800`.
    #[must_use]
    pub fn with_upload_seconds(mut self, seconds: u32) -> Self {
        self.upload_seconds = seconds;
        self
    }

    /// Sets the maximum number of attachments of a request, `1..=1000`.
    #[must_use]
    pub fn with_max_attachments(mut self, attachments: u16) -> Self {
        self.max_attachments = attachments;
        self
    }

    /// Sets how often the email with the link may be resent within an hour, `1..=100`.
    #[must_use]
    pub fn with_max_resends_per_hour(mut self, resends: u8) -> Self {
        self.max_resends_per_hour = resends;
        self
    }

    /// Sets the days for which files are kept after the terms end, `0..=3650`.
    #[must_use]
    pub fn with_keep_days(mut self, days: u16) -> Self {
        self.keep_days = days;
        self
    }

    /// Sets the maximum size of a file in bytes, at least 1.
    #[must_use]
    pub fn with_max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    /// Accepts only these media types, or the formats commonly sent by libraries if there are none.
    #[must_use]
    pub fn with_media_types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.media_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Accepts these media types in addition.
    #[must_use]
    pub fn with_more_media_types<T: Into<String>>(
        mut self,
        types: impl IntoIterator<Item = T>,
    ) -> Self {
        self.more_media_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the quotas across requests.
    #[must_use]
    pub fn with_quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = quotas;
        self
    }

    /// Sets how budgets are shared.
    #[must_use]
    pub fn with_spending(mut self, spending: Spending) -> Self {
        self.spending = spending;
        self
    }

    /// Creates terms for a new attachment. Downloads and days that are omitted are the maximum of
    /// the profile.
    #[must_use]
    pub fn terms(&self, downloads: Option<u32>, days: Option<u16>) -> Terms {
        Terms::new(downloads.unwrap_or(self.max_downloads), days.unwrap_or(self.max_days))
    }

    /// Returns the budget that `audience` spends, or `None` for the supplier's staff, whose
    /// downloads are free.
    #[must_use]
    pub const fn budget_of(&self, audience: Audience) -> Option<crate::delivery::BudgetName> {
        use crate::delivery::BudgetName;
        match (self.spending, audience) {
            (_, Audience::SupplierStaff) => None,
            (Spending::Shared, _) => Some(BudgetName::Shared),
            (Spending::Own { .. }, Audience::RequesterStaff) => Some(BudgetName::Staff),
            (Spending::Own { .. }, Audience::Patron) => Some(BudgetName::Patron),
            (Spending::Own { .. }, Audience::Partner) => Some(BudgetName::Partner),
        }
    }

    /// Returns the number of downloads with which `budget` starts under terms that allow
    /// `downloads`.
    #[must_use]
    pub const fn allowance(&self, budget: crate::delivery::BudgetName, downloads: u32) -> u32 {
        match (self.spending, budget) {
            (Spending::Own { staff_downloads }, crate::delivery::BudgetName::Staff) => {
                staff_downloads
            }
            _ => downloads,
        }
    }

    /// Returns whether the terms set the number of downloads with which this budget starts.
    pub(crate) const fn is_of_terms(&self, budget: crate::delivery::BudgetName) -> bool {
        !matches!(
            (self.spending, budget),
            (Spending::Own { .. }, crate::delivery::BudgetName::Staff)
        )
    }

    /// Checks that every number is in its range.
    fn check(&self) -> Result<(), OutOfRange> {
        let numbers = [
            ("max_downloads", self.max_downloads.into(), 1..=1_000),
            ("max_days", self.max_days.into(), 1..=3_650),
            ("max_granted", self.max_granted.into(), 0..=1_000),
            ("ticket_seconds", self.ticket_seconds.into(), 60..=86_400),
            ("max_file_bytes", self.max_file_bytes, 1..=u64::MAX),
            ("upload_seconds", self.upload_seconds.into(), 60..=604_800),
            ("max_attachments", self.max_attachments.into(), 1..=1_000),
            ("max_resends_per_hour", self.max_resends_per_hour.into(), 1..=100),
            ("keep_days", self.keep_days.into(), 0..=3_650),
        ];
        let quotas = [
            ("quotas.supplier_bytes", self.quotas.supplier_bytes),
            ("quotas.supplier_uploads_per_day", self.quotas.supplier_uploads_per_day),
            ("quotas.patron_claims_per_day", self.quotas.patron_claims_per_day),
            ("quotas.staff_previews_per_day", self.quotas.staff_previews_per_day),
        ];
        // With a quota of 0, refusals would state a reset day on which the quota would still be
        // full.
        let quotas =
            quotas.into_iter().filter_map(|(field, value)| Some((field, value?, 1..=u64::MAX)));
        let mut numbers = numbers.into_iter().chain(quotas);
        let wrong = numbers.find(|(_, value, range)| !range.contains(value));
        wrong.map_or(Ok(()), |(field, value, range)| {
            Err(OutOfRange { policy: self.name.clone(), field, value, range })
        })
    }

    /// Returns whether a file with this name may be attached. Names with the extensions of
    /// programs, scripts, shortcuts, web pages, mail messages or office documents with macros are
    /// never accepted, nor are the names of settings files such as `.htaccess`.
    #[must_use]
    pub fn is_allowed_name(&self, file_name: &str) -> bool {
        content::endings::forbidden(file_name).is_none()
    }

    /// Returns whether a file of this media type may be attached. Programs, scripts, web pages and
    /// XML are never accepted.
    #[must_use]
    pub fn is_allowed_type(&self, media_type: &str) -> bool {
        let is_standard = || content::STANDARD.iter().any(|kind| kind.media_type() == media_type);
        !content::media_type::is_active(media_type)
            && (self.names_type(media_type) || (self.media_types.is_empty() && is_standard()))
    }

    /// Returns whether the profile itself lists this media type.
    pub(crate) fn names_type(&self, media_type: &str) -> bool {
        let mut named = self.media_types.iter().chain(&self.more_media_types);
        named.any(|named| named.eq_ignore_ascii_case(media_type))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::illume()
    }
}

/// The error for a number outside its range in a policy profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    policy: PolicyName,
    field: &'static str,
    value: u64,
    range: RangeInclusive<u64>,
}

impl OutOfRange {
    /// The name of the field, such as `"max_days"` or `"quotas.supplier_bytes"`.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { policy, field, value, range } = self;
        let (least, most) = (range.start(), range.end());
        write!(f, "{field} of the profile {policy} is {value}; it must be ")?;
        match *most {
            u64::MAX => write!(f, "at least {least}"),
            most => write!(f, "from {least} to {most}"),
        }
    }
}

impl std::error::Error for OutOfRange {}

/// The policy profiles that a host offers, by name.
#[derive(Clone, Debug)]
pub struct Policies {
    profiles: Vec<Policy>,
}

impl Policies {
    /// Returns a profile.
    #[must_use]
    pub fn find(&self, name: &PolicyName) -> Option<&Policy> {
        self.profiles.iter().find(|policy| policy.name == *name)
    }

    /// Adds a profile, replacing one with the same name.
    ///
    /// # Errors
    /// [`OutOfRange`] if a number is outside its range.
    pub fn with(mut self, policy: Policy) -> Result<Self, OutOfRange> {
        policy.check()?;
        self.profiles.retain(|other| other.name != policy.name);
        self.profiles.push(policy);
        Ok(self)
    }

    /// Returns all profiles.
    pub fn iter(&self) -> impl Iterator<Item = &Policy> {
        self.profiles.iter()
    }
}

/// `illume` and `recommended`.
impl Default for Policies {
    fn default() -> Self {
        Self { profiles: vec![Policy::illume(), Policy::recommended()] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_spend_the_shared_budget_only_under_illume() {
        use crate::delivery::BudgetName;
        let (illume, recommended) = (Policy::illume(), Policy::recommended());
        assert_eq!(illume.budget_of(Audience::RequesterStaff), Some(BudgetName::Shared));
        assert_eq!(recommended.budget_of(Audience::RequesterStaff), Some(BudgetName::Staff));
        assert_eq!(recommended.allowance(BudgetName::Staff, 5), 2);
        assert_eq!(illume.budget_of(Audience::SupplierStaff), None);
    }

    #[test]
    fn omitted_terms_are_the_maximum_of_the_profile() {
        let policy = Policy::illume().with_max_downloads(3).with_max_days(14);
        assert_eq!(policy.terms(None, None), Terms::new(3, 14));
        assert_eq!(policy.terms(Some(1), None), Terms::new(1, 14));
        assert_eq!(policy.terms(None, Some(7)), Terms::new(3, 7));
    }

    #[test]
    fn a_profile_in_json_lists_only_what_differs() {
        let text = r#"{ "name": "single", "max_downloads": 1, "grants_by": "both",
            "spending": { "budgets": "own", "staff_downloads": 1 },
            "quotas": { "patron_claims_per_day": 20 } }"#;
        let policy: Policy = serde_json::from_str(text).unwrap();
        let quotas = Quotas { patron_claims_per_day: Some(20), ..Quotas::default() };
        let expected = Policy::illume()
            .with_name(PolicyName::of("single"))
            .with_max_downloads(1)
            .with_grants_by(GrantsBy::Both)
            .with_spending(Spending::Own { staff_downloads: 1 })
            .with_quotas(quotas);
        assert_eq!(policy, expected);
        let again = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&again).unwrap(), policy);
        assert!(serde_json::from_str::<Policy>(r#"{ "max_download": 1 }"#).is_err());
    }

    #[test]
    fn numbers_outside_their_range_are_rejected() {
        let illume = Policy::illume;
        let limited = |limit: fn(Quotas) -> Quotas| illume().with_quotas(limit(Quotas::default()));
        let cases = [
            (illume().with_max_downloads(0), "max_downloads"),
            (illume().with_max_days(3_651), "max_days"),
            (illume().with_max_granted(1_001), "max_granted"),
            (illume().with_ticket_seconds(59), "ticket_seconds"),
            (illume().with_upload_seconds(604_801), "upload_seconds"),
            (illume().with_max_attachments(0), "max_attachments"),
            (illume().with_max_resends_per_hour(101), "max_resends_per_hour"),
            (illume().with_keep_days(3_651), "keep_days"),
            (illume().with_max_file_bytes(0), "max_file_bytes"),
            (limited(|quotas| quotas.with_supplier_bytes(Some(0))), "quotas.supplier_bytes"),
            (
                limited(|quotas| quotas.with_supplier_uploads_per_day(Some(0))),
                "quotas.supplier_uploads_per_day",
            ),
            (
                limited(|quotas| quotas.with_patron_claims_per_day(Some(0))),
                "quotas.patron_claims_per_day",
            ),
            (
                limited(|quotas| quotas.with_staff_previews_per_day(Some(0))),
                "quotas.staff_previews_per_day",
            ),
        ];
        for (policy, field) in cases {
            let refused = Policies::default().with(policy).unwrap_err();
            assert_eq!(refused.field(), field);
        }
        let refused = Policies::default().with(illume().with_max_days(0)).unwrap_err();
        let text = "max_days of the profile illume is 0; it must be from 1 to 3650";
        assert_eq!(refused.to_string(), text);
        let none = limited(|quotas| quotas.with_patron_claims_per_day(Some(0)));
        let refused = Policies::default().with(none).unwrap_err();
        let text = "quotas.patron_claims_per_day of the profile illume is 0; it must be at least 1";
        assert_eq!(refused.to_string(), text);
        let one = limited(|quotas| quotas.with_patron_claims_per_day(Some(1)));
        assert!(Policies::default().with(one).is_ok());
        assert!(Policies::default().with(illume().with_keep_days(0)).is_ok());
    }

    #[test]
    fn names_of_programs_and_pages_are_never_accepted() {
        let policy = Policy::illume();
        for name in [
            "setup.EXE",
            "page.html",
            "e.htm",
            "a.lnk",
            "a.jse",
            "a.wsf",
            "a.docm",
            "a.mhtml",
            "a.pdf.exe",
            "a.exe.",
            "a.exe ",
            "a.exe::$DATA",
            "a.ex\u{200d}e",
            "a.ｅｘｅ",
            ".htaccess",
            "a.xlsm",
            "a.iso",
            "a.url",
            "a.eml",
            "a.svgz",
            "a.ps1",
            "a.php",
            "a.jar",
            "a.dll",
            "a.xlsb",
        ] {
            assert!(!policy.is_allowed_name(name), "{name}");
        }
        for name in ["article.pdf", "exe", "article", "Dr. No", "a.docx", "a.html.pdf", "a.tar"] {
            assert!(policy.is_allowed_name(name), "{name}");
        }
    }

    #[test]
    fn a_profile_replaces_or_extends_the_types_but_never_with_active_ones() {
        let policy = Policy::illume();
        assert!(policy.is_allowed_type("application/pdf") && policy.is_allowed_type("text/plain"));
        assert!(!policy.is_allowed_type("video/mp4") && !policy.is_allowed_type("text/html"));
        let narrow = policy.clone().with_media_types(["application/pdf"]);
        assert!(narrow.is_allowed_type("application/pdf") && !narrow.is_allowed_type("image/png"));
        let wide = policy.with_more_media_types(["Video/MP4", "text/html", "image/svg+xml"]);
        assert!(wide.is_allowed_type("video/mp4") && wide.is_allowed_type("image/png"));
        assert!(!wide.is_allowed_type("text/html") && !wide.is_allowed_type("image/svg+xml"));
    }
}
