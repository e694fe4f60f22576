use crate::model::delivery::Status;
use crate::model::input::LocalizedText;
use crate::model::limit::{Limit, QuotaKind};
use crate::model::timestamp::Timestamp;
use crate::model::unsupported_file::UnsupportedFile;
use crate::model::veto::Veto;
use std::fmt;

/// A refusal by the rules, with the facts that the caller needs and a remedy.
///
/// A backend failure is an [`Error`](crate::Error) instead. `Display` is a short sentence in
/// English for logs and APIs. Pages use their own text, selected by [`code`](Self::code) and the
/// fields.
///
/// # Example
/// ```
/// # use desktop_delivery::Refusal;
/// let refusal = Refusal::Exhausted { limit: 5, since: None };
/// assert_eq!(refusal.to_string(), "all 5 downloads are used");
/// assert_eq!(refusal.code(), "exhausted");
/// assert_eq!(refusal.remedy(), "ask the library for more downloads");
/// assert!(refusal.may_ask());
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request is being changed concurrently.
    Busy,
    /// The request was cancelled before it was shipped.
    Cancelled {
        /// When it was cancelled.
        since: Timestamp,
    },
    /// This claim was granted before, and its ticket has ended.
    Ended {
        /// The end of its ticket.
        since: Timestamp,
    },
    /// The budget is used up.
    Exhausted {
        /// The total number of downloads, including extra ones.
        limit: u32,
        /// When the last download was used; `None` if none was ever allowed.
        since: Option<Timestamp>,
    },
    /// The terms have ended.
    Expired {
        /// The first second at which it could no longer be claimed.
        since: Timestamp,
    },
    /// The position is not in the event feed, because the ledger's contents were replaced, for
    /// example by a restore or an import.
    FeedReset,
    /// This agency, role or audience may not do this.
    Forbidden,
    /// An update is dated more than 5 minutes ahead of the desk's clock: the sender's clock is
    /// wrong, or the time is in the wrong unit.
    InFuture {
        /// The date of the update.
        as_of: Timestamp,
        /// The time on the desk's clock.
        now: Timestamp,
    },
    /// The inspector rejected the file.
    Inspected {
        /// The reason, shown to the person who uploaded the file.
        reason: LocalizedText,
    },
    /// A limit of the policy profile is exceeded.
    OverLimit {
        /// The limited quantity.
        what: Limit,
        /// The maximum.
        limit: u64,
    },
    /// A quota across requests is exhausted.
    OverQuota {
        /// The quota.
        what: QuotaKind,
        /// The current usage.
        used: u64,
        /// The maximum.
        limit: u64,
        /// When the quota resets; `None` if something must be removed first.
        frees_at: Option<Timestamp>,
    },
    /// The file exceeds its supplier's whole quota, so it does not fit even if everything else is
    /// removed.
    NeverFits {
        /// The supplier's quota in bytes.
        limit: u64,
    },
    /// Under this profile, a preview costs a download.
    NoFreePreview,
    /// There is no recipient: no patron, no partner without an account, or no address.
    NoRecipient,
    /// Nothing is attached, and the caller did not choose to ship without files.
    NothingAttached,
    /// The request is not shipped yet.
    NotShipped,
    /// The terms have not begun yet.
    NotYetValid {
        /// When they begin.
        from: Timestamp,
    },
    /// The terms would end in the past.
    PastEnd {
        /// The requested end, exclusive.
        end: Timestamp,
    },
    /// The document was deleted from the server after its terms had ended.
    Purged {
        /// When it was deleted.
        since: Timestamp,
    },
    /// The attachment was removed by the supplier.
    Removed {
        /// When it was removed.
        since: Timestamp,
    },
    /// The version was the wrong document and has been replaced. Versions replaced for another
    /// reason end with their tickets ([`Ended`](Self::Ended)).
    Replaced {
        /// When it was replaced.
        since: Timestamp,
    },
    /// The link was revoked.
    Revoked {
        /// When it was revoked.
        since: Timestamp,
    },
    /// The page or the caller's copy is out of date.
    Stale,
    /// The file exceeds the maximum size of the policy profile.
    TooLarge {
        /// The maximum in bytes.
        limit: u64,
    },
    /// The email with the link was resent as often as allowed within an hour.
    TooManyResends {
        /// The maximum per hour.
        limit: u8,
        /// When it can be sent again.
        from: Timestamp,
    },
    /// The copyright notice was not acknowledged.
    Unacknowledged,
    /// The item does not exist, or not for this caller.
    Unknown,
    /// The content or name of the file is not accepted.
    UnsupportedType(UnsupportedFile),
    /// The host's commit hook refused the change. Nothing was changed.
    Vetoed(Veto),
    /// The supplier withdrew the delivery.
    Withdrawn {
        /// When it was withdrawn.
        since: Timestamp,
    },
    /// The status of the request does not permit this.
    WrongStatus {
        /// The status of the request.
        status: Status,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("others are changing the same request"),
            Self::Cancelled { .. } => f.write_str("the request was cancelled"),
            Self::Ended { .. } => f.write_str("this download has ended"),
            Self::Exhausted { limit, .. } => write!(f, "all {limit} downloads are used"),
            Self::Expired { .. } => f.write_str("the document has expired"),
            Self::FeedReset => f.write_str(
                "this position is not in the event feed, because the database was replaced",
            ),
            Self::Forbidden => f.write_str("not allowed for this library or role"),
            Self::InFuture { as_of, now } => {
                write!(
                    f,
                    "`as_of` is {as_of}, more than 5 minutes ahead of this server's clock, {now}"
                )
            }
            Self::Inspected { reason } => write!(f, "the file was not accepted: {reason}"),
            Self::OverLimit { limit, what } => f.write_str(&what.at_most(*limit)),
            Self::OverQuota { what, used, limit, .. } => {
                write!(f, "{what}: {used} of {limit} used")
            }
            Self::NeverFits { limit } => {
                write!(f, "the file is larger than this library's storage limit of {limit} bytes")
            }
            Self::NoFreePreview => f.write_str("a preview uses a download under this profile"),
            Self::NoRecipient => {
                f.write_str("there is no recipient, or the recipient has no address")
            }
            Self::NothingAttached => f.write_str("nothing is attached"),
            Self::NotShipped => f.write_str("not shipped yet"),
            Self::NotYetValid { .. } => f.write_str("not available yet"),
            Self::PastEnd { end } => write!(f, "the terms would have ended already, at {end}"),
            Self::Purged { .. } => f.write_str("the document is no longer kept"),
            Self::Removed { .. } => f.write_str("the document was removed"),
            Self::Replaced { .. } => {
                f.write_str("the document was replaced because it was the wrong one")
            }
            Self::Revoked { .. } => f.write_str("the link was revoked"),
            Self::Stale => f.write_str("somebody else has changed this in the meantime"),
            Self::TooLarge { limit } => write!(f, "the file is larger than {limit} bytes"),
            Self::TooManyResends { limit, .. } => {
                write!(f, "the email with the link was resent {limit} times within an hour")
            }
            Self::Unacknowledged => f.write_str("the copyright notice was not acknowledged"),
            Self::Unknown => f.write_str("unknown"),
            Self::UnsupportedType(file) => file.fmt(f),
            Self::Vetoed(veto) => write!(f, "the host refused the change: {}", veto.reason),
            Self::Withdrawn { .. } => f.write_str("the delivery was withdrawn"),
            Self::WrongStatus { status } => write!(f, "the request is {status}"),
        }
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// The [code](Self::code) of every refusal, in order. Pages need a text for each.
    pub const CODES: [&str; 31] = [
        "busy",
        "cancelled",
        "ended",
        "exhausted",
        "expired",
        "feed-reset",
        "forbidden",
        "in-future",
        "inspected",
        "never-fits",
        "no-free-preview",
        "no-recipient",
        "not-shipped",
        "not-yet-valid",
        "nothing-attached",
        "over-limit",
        "over-quota",
        "past-end",
        "purged",
        "removed",
        "replaced",
        "revoked",
        "stale",
        "too-large",
        "too-many-resends",
        "unacknowledged",
        "unknown",
        "unsupported-type",
        "vetoed",
        "withdrawn",
        "wrong-status",
    ];

    /// Returns a stable identifier in kebab case, such as `"exhausted"`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Cancelled { .. } => "cancelled",
            Self::Ended { .. } => "ended",
            Self::Exhausted { .. } => "exhausted",
            Self::Expired { .. } => "expired",
            Self::FeedReset => "feed-reset",
            Self::Forbidden => "forbidden",
            Self::InFuture { .. } => "in-future",
            Self::Inspected { .. } => "inspected",
            Self::NeverFits { .. } => "never-fits",
            Self::NoFreePreview => "no-free-preview",
            Self::NoRecipient => "no-recipient",
            Self::NotShipped => "not-shipped",
            Self::NotYetValid { .. } => "not-yet-valid",
            Self::NothingAttached => "nothing-attached",
            Self::OverLimit { .. } => "over-limit",
            Self::OverQuota { .. } => "over-quota",
            Self::PastEnd { .. } => "past-end",
            Self::Purged { .. } => "purged",
            Self::Removed { .. } => "removed",
            Self::Replaced { .. } => "replaced",
            Self::Revoked { .. } => "revoked",
            Self::Stale => "stale",
            Self::TooLarge { .. } => "too-large",
            Self::TooManyResends { .. } => "too-many-resends",
            Self::Unacknowledged => "unacknowledged",
            Self::Unknown => "unknown",
            Self::UnsupportedType(_) => "unsupported-type",
            Self::Vetoed(_) => "vetoed",
            Self::Withdrawn { .. } => "withdrawn",
            Self::WrongStatus { .. } => "wrong-status",
        }
    }

    /// Returns what the caller can do, as a sentence in English.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Busy => "try again in a moment",
            Self::Cancelled { .. } | Self::Withdrawn { .. } => {
                "ask the library that took the request"
            }
            Self::Ended { .. } => {
                "reload the page and download again, which counts as a new download"
            }
            Self::Exhausted { .. } => "ask the library for more downloads",
            Self::Expired { .. } => "ask the library for more time",
            Self::FeedReset => {
                "read the feed from its beginning or from its newest event, and compare your \
                 records with the requests"
            }
            Self::Forbidden => "use an account or key that may do this",
            Self::InFuture { .. } => {
                "correct the sender's clock, and send as_of in seconds, not milliseconds"
            }
            Self::Inspected { .. } => "correct the file or create it again, then upload it again",
            Self::NeverFits { .. } => {
                "make the file smaller, or ask the operator to raise the limit supplier_bytes"
            }
            Self::NoFreePreview => {
                "download the document, which uses a download, or ask the lending library"
            }
            Self::NoRecipient => "name the patron in the request, and give the patron an address",
            Self::NotShipped => "wait until the lending library has shipped the request",
            Self::NotYetValid { .. } => "try again at the time given",
            Self::NothingAttached => "attach a file, or confirm that you are shipping without one",
            Self::OverLimit { what, .. } => what.remedy(),
            Self::OverQuota { frees_at: None, .. } => {
                "remove documents that are not needed, or ask the operator to raise supplier_bytes"
            }
            Self::OverQuota { .. } => "wait until the time given",
            Self::PastEnd { .. } => {
                "choose today or a later day; revoking a link closes it at once"
            }
            Self::Purged { .. } => "request the document again",
            Self::Removed { .. } => "open the link again to see what is left, or ask the library",
            Self::Revoked { .. } => "ask the library for a new link",
            Self::Replaced { .. } => {
                "delete any copy you saved, and open your link again to get the right document"
            }
            Self::Stale => "reload the page",
            Self::TooLarge { .. } => "make the file smaller, or split it and attach the parts",
            Self::TooManyResends { .. } => {
                "wait until the time given, or pass the link on yourself"
            }
            Self::Unacknowledged => "read the copyright notice and tick the box",
            Self::Unknown => "check the address",
            Self::UnsupportedType(file) => file.remedy(),
            Self::Vetoed(_) => "resolve the cause that the reason states, then try again",
            Self::WrongStatus { .. } => "reload the request to see its status",
        }
    }

    /// Returns whether the holder of a link may ask for an extension after this refusal.
    #[must_use]
    pub const fn may_ask(&self) -> bool {
        matches!(self, Self::Exhausted { .. } | Self::Expired { .. } | Self::NotYetValid { .. })
    }
}
