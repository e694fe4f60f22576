use crate::content;
use crate::model::ids::PolicyName;
use crate::model::link::Audience;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;

/// Says what a consortium allows, as data: the rules in [`decide`](crate::decide) read it.
///
/// [`Policy::illume`] is the default; hosts define their own from either profile with the setters.
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
    /// The profile's name.
    pub name: PolicyName,
    /// Whether all audiences spend one budget, or each its own.
    pub spending: Spending,
    /// The most downloads that terms may allow, `1..=1000`; 5 by default, as in Illume.
    pub max_downloads: u32,
    /// The most days that terms may last, `1..=3650`; 90 by default, as in Illume.
    pub max_days: u16,
    /// Extra downloads that may be granted on top, for each budget and version, `0..=1000`; 5 by
    /// default.
    pub max_granted: u32,
    /// Who may grant extra downloads.
    pub grants_by: GrantsBy,
    /// Whether the requester's staff see page images without spending a download.
    pub free_preview: bool,
    /// How long a ticket lasts from its claim, seconds, `60..=86_400`; 7,200 by default.
    pub ticket_seconds: u32,
    /// Whether a ticket may lead to the address of an object store, where its bytes are neither
    /// counted nor called back for as long as that address lasts; false by default, so that they all
    /// go through us.
    pub allow_redirect: bool,
    /// The largest file, bytes; 125 MB by default, as in Illume.
    pub max_file_bytes: u64,
    /// How long an upload may take before it is given up, seconds, `60..=604_800`; 6 hours by
    /// default.
    pub upload_seconds: u32,
    /// Attachments of one request, `1..=1000`; 50 by default. Removed ones do not count.
    pub max_attachments: u16,
    /// How often the email with the link can be resent to the same person within an hour, per
    /// request,
    /// `1..=100`; 3 by default.
    pub max_resends_per_hour: u8,
    /// Media types that may be attached; empty, the default, for the formats that libraries send:
    /// PDF, TIFF, JPEG, PNG, GIF, WebP, JPEG 2000, BMP, HEIC, DjVu, plain text, office formats, EPUB
    /// and ZIP. Programs, scripts and web pages are never accepted, even if they are listed.
    pub media_types: Vec<String>,
    /// Media types that may be attached in addition to [`media_types`](Self::media_types), such as
    /// `video/mp4`; none by default.
    pub more_media_types: Vec<String>,
    /// How long bytes are kept after the terms end, days, `0..=3650`; 30 by default, so that more can
    /// be asked.
    pub keep_days: u16,
    /// Quotas across requests.
    pub quotas: Quotas,
}

/// Tells who shares a budget.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "budgets")]
pub enum Spending {
    /// Each audience has a budget of its own: terms for patron and partner, this many for staff.
    Own {
        /// Downloads of the requester's staff for each attachment version.
        staff_downloads: u32,
    },
    /// All audiences spend the one budget of the terms.
    Shared,
}

/// Tells who may grant extra downloads.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrantsBy {
    /// The supplier's staff, and the requester's.
    Both,
    /// The supplier's staff alone.
    Supplier,
}

/// Limits across requests; `None` does not limit.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quotas {
    /// Bytes stored at once for each supplier, uploads under way included.
    pub supplier_bytes: Option<u64>,
    /// Uploads begun by each supplier in a day (UTC).
    pub supplier_uploads_per_day: Option<u64>,
    /// Downloads claimed by each patron in a day (UTC), over all requests.
    pub patron_claims_per_day: Option<u64>,
    /// Attachments whose pages each member of staff looks at in a day (UTC); 200 by default, so that
    /// a stolen session cannot leaf through everything.
    pub staff_previews_per_day: Option<u64>,
}

/// Limits previews alone.
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
    /// Limits the bytes that each supplier stores at once.
    #[must_use]
    pub const fn with_supplier_bytes(mut self, bytes: Option<u64>) -> Self {
        self.supplier_bytes = bytes;
        self
    }

    /// Limits the uploads that each supplier begins in a day.
    #[must_use]
    pub const fn with_supplier_uploads_per_day(mut self, uploads: Option<u64>) -> Self {
        self.supplier_uploads_per_day = uploads;
        self
    }

    /// Limits the downloads that each patron claims in a day.
    #[must_use]
    pub const fn with_patron_claims_per_day(mut self, claims: Option<u64>) -> Self {
        self.patron_claims_per_day = claims;
        self
    }

    /// Limits the attachments whose pages each member of staff looks at in a day.
    #[must_use]
    pub const fn with_staff_previews_per_day(mut self, previews: Option<u64>) -> Self {
        self.staff_previews_per_day = previews;
        self
    }
}

impl Policy {
    /// What Illume does: five downloads and 90 days at the most, one budget that staff spend too.
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

    /// What we recommend: as [`illume`](Self::illume), but the staff's downloads and previews
    /// leave the patron's budget alone.
    #[must_use]
    pub fn recommended() -> Self {
        Self {
            name: PolicyName::of("recommended"),
            spending: Spending::Own { staff_downloads: 2 },
            free_preview: true,
            ..Self::illume()
        }
    }

    /// Takes another name.
    #[must_use]
    pub fn with_name(mut self, name: PolicyName) -> Self {
        self.name = name;
        self
    }

    /// Allows at most this many downloads, `1..=1000`.
    #[must_use]
    pub fn with_max_downloads(mut self, downloads: u32) -> Self {
        self.max_downloads = downloads;
        self
    }

    /// Allows at most this many days, `1..=3650`.
    #[must_use]
    pub fn with_max_days(mut self, days: u16) -> Self {
        self.max_days = days;
        self
    }

    /// Allows this many extra downloads on top, `0..=1000`.
    #[must_use]
    pub fn with_max_granted(mut self, downloads: u32) -> Self {
        self.max_granted = downloads;
        self
    }

    /// Lets these grant extra downloads.
    #[must_use]
    pub fn with_grants_by(mut self, grants_by: GrantsBy) -> Self {
        self.grants_by = grants_by;
        self
    }

    /// Lets tickets last this long, seconds, `60..=86_400`.
    #[must_use]
    pub fn with_ticket_seconds(mut self, seconds: u32) -> Self {
        self.ticket_seconds = seconds;
        self
    }

    /// Lets tickets lead to the address of an object store, or forbids it.
    #[must_use]
    pub fn with_allow_redirect(mut self, allow: bool) -> Self {
        self.allow_redirect = allow;
        self
    }

    /// Lets the requester's staff see page images without spending a download, or forbids it.
    #[must_use]
    pub fn with_free_preview(mut self, free: bool) -> Self {
        self.free_preview = free;
        self
    }

    /// Gives an upload up after this many seconds, `60..=604_800`.
    #[must_use]
    pub fn with_upload_seconds(mut self, seconds: u32) -> Self {
        self.upload_seconds = seconds;
        self
    }

    /// Allows this many attachments for each request, `1..=1000`.
    #[must_use]
    pub fn with_max_attachments(mut self, attachments: u16) -> Self {
        self.max_attachments = attachments;
        self
    }

    /// Lets the email with the link be resent this often within an hour, `1..=100`.
    #[must_use]
    pub fn with_max_resends_per_hour(mut self, resends: u8) -> Self {
        self.max_resends_per_hour = resends;
        self
    }

    /// Keeps bytes this many days after the terms end, `0..=3650`.
    #[must_use]
    pub fn with_keep_days(mut self, days: u16) -> Self {
        self.keep_days = days;
        self
    }

    /// Takes files up to this size, bytes.
    #[must_use]
    pub fn with_max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    /// Accepts only these media types; if there are none, the formats that libraries send.
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

    /// Sets who shares a budget.
    #[must_use]
    pub fn with_spending(mut self, spending: Spending) -> Self {
        self.spending = spending;
        self
    }

    /// The budget that `audience` spends; `None` for the supplier's staff, whose downloads are free.
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

    /// The downloads that `budget` starts with under terms that allow `downloads`.
    #[must_use]
    pub const fn allowance(&self, budget: crate::delivery::BudgetName, downloads: u32) -> u32 {
        match (self.spending, budget) {
            (Spending::Own { staff_downloads }, crate::delivery::BudgetName::Staff) => {
                staff_downloads
            }
            _ => downloads,
        }
    }

    /// Whether terms say with how many downloads this budget starts.
    pub(crate) const fn is_of_terms(&self, budget: crate::delivery::BudgetName) -> bool {
        !matches!(
            (self.spending, budget),
            (Spending::Own { .. }, crate::delivery::BudgetName::Staff)
        )
    }

    /// Checks that every number is in its range.
    fn check(&self) -> Result<(), OutOfRange> {
        let numbers = [
            ("max_downloads", self.max_downloads, 1..=1_000),
            ("max_days", self.max_days.into(), 1..=3_650),
            ("max_granted", self.max_granted, 0..=1_000),
            ("ticket_seconds", self.ticket_seconds, 60..=86_400),
            ("upload_seconds", self.upload_seconds, 60..=604_800),
            ("max_attachments", self.max_attachments.into(), 1..=1_000),
            ("max_resends_per_hour", self.max_resends_per_hour.into(), 1..=100),
            ("keep_days", self.keep_days.into(), 0..=3_650),
        ];
        let wrong = numbers.into_iter().find(|(_, value, range)| !range.contains(value));
        wrong.map_or(Ok(()), |(field, value, range)| {
            Err(OutOfRange { policy: self.name.clone(), field, value, range })
        })
    }

    /// Whether a file with this name may be attached. Names with the endings of programs, scripts,
    /// shortcuts, web pages, mail messages or office documents with macros are never accepted, nor
    /// are the names of settings files such as `.htaccess`.
    #[must_use]
    pub fn is_allowed_name(&self, file_name: &str) -> bool {
        content::endings::forbidden(file_name).is_none()
    }

    /// Whether a file of this type may be attached. Programs, scripts, web pages and XML are never
    /// accepted.
    #[must_use]
    pub fn is_allowed_type(&self, media_type: &str) -> bool {
        let is_standard = || content::STANDARD.iter().any(|kind| kind.media_type() == media_type);
        !content::media_type::is_active(media_type)
            && (self.names_type(media_type) || (self.media_types.is_empty() && is_standard()))
    }

    /// Whether the profile itself lists this type.
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

/// The error of a policy profile with a number out of its range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    policy: PolicyName,
    field: &'static str,
    value: u32,
    range: RangeInclusive<u32>,
}

impl OutOfRange {
    /// The name of the field, such as `"max_days"`.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { policy, field, value, range } = self;
        let (least, most) = (range.start(), range.end());
        write!(f, "{field} of the profile {policy} is {value}; it must be from {least} to {most}")
    }
}

impl std::error::Error for OutOfRange {}

/// Holds the policy profiles that a host offers, by name.
#[derive(Clone, Debug)]
pub struct Policies {
    profiles: Vec<Policy>,
}

impl Policies {
    /// Looks a profile up.
    #[must_use]
    pub fn find(&self, name: &PolicyName) -> Option<&Policy> {
        self.profiles.iter().find(|policy| policy.name == *name)
    }

    /// Adds a profile, or replaces the one of its name.
    ///
    /// # Errors
    /// [`OutOfRange`] for a number out of its range.
    pub fn with(mut self, policy: Policy) -> Result<Self, OutOfRange> {
        policy.check()?;
        self.profiles.retain(|other| other.name != policy.name);
        self.profiles.push(policy);
        Ok(self)
    }

    /// All profiles.
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
    fn a_profile_is_data_that_names_only_what_differs() {
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
    fn a_number_out_of_its_range_is_refused() {
        let illume = Policy::illume;
        let cases = [
            (illume().with_max_downloads(0), "max_downloads"),
            (illume().with_max_days(3_651), "max_days"),
            (illume().with_max_granted(1_001), "max_granted"),
            (illume().with_ticket_seconds(59), "ticket_seconds"),
            (illume().with_upload_seconds(604_801), "upload_seconds"),
            (illume().with_max_attachments(0), "max_attachments"),
            (illume().with_max_resends_per_hour(101), "max_resends_per_hour"),
            (illume().with_keep_days(3_651), "keep_days"),
        ];
        for (policy, field) in cases {
            let refused = Policies::default().with(policy).unwrap_err();
            assert_eq!(refused.field(), field);
        }
        let refused = Policies::default().with(illume().with_max_days(0)).unwrap_err();
        let text = "max_days of the profile illume is 0; it must be from 1 to 3650";
        assert_eq!(refused.to_string(), text);
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
