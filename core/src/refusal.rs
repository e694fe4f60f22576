use crate::delivery::Status;
use crate::timestamp::Timestamp;

/// Says no, with what the caller needs to know and a way on.
///
/// A refusal is an answer of the rules; a backend that fails is an [`Error`](crate::Error) instead.
/// Its `Display` is one short sentence in English for logs and APIs; pages word it themselves from
/// [`code`](Self::code) and the fields.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Others keep changing the same request.
    #[error("the request is being changed by others")]
    Busy,
    /// The request was cancelled before it was shipped.
    #[error("the request was cancelled")]
    Cancelled {
        /// Since when.
        since: Timestamp,
    },
    /// This very claim was granted before and its ticket has ended.
    #[error("this download has ended")]
    Ended {
        /// The end of its ticket.
        since: Timestamp,
    },
    /// The budget is spent.
    #[error("all {limit} downloads are used")]
    Exhausted {
        /// The downloads allowed in all, with those granted on top.
        limit: u32,
    },
    /// The terms have run out.
    #[error("the document has expired")]
    Expired {
        /// The first second at which it could no longer be claimed.
        since: Timestamp,
    },
    /// This agency, role or audience may not do that.
    #[error("not allowed for this agency or role")]
    Forbidden,
    /// The inspector turned the file away.
    #[error("the file was not accepted: {reason}")]
    Inspected {
        /// What is wrong with the file, in words for the person who uploads it.
        reason: String,
    },
    /// More than the policy profile allows.
    #[error("at most {limit} {what}")]
    OverLimit {
        /// What is limited, such as "downloads" or "days".
        what: &'static str,
        /// The most that is allowed.
        limit: u64,
    },
    /// A quota across requests is full.
    #[error("{what}: {used} of {limit} used")]
    OverQuota {
        /// What is counted, in words.
        what: &'static str,
        /// How much is used now.
        used: u64,
        /// The most that is allowed.
        limit: u64,
        /// When it frees by itself; `None` when something must be removed first.
        frees_at: Option<Timestamp>,
    },
    /// Nothing is attached, and the caller did not say that this is deliberate.
    #[error("nothing is attached")]
    NothingAttached,
    /// The request is not shipped yet.
    #[error("not shipped yet")]
    NotShipped,
    /// The terms begin later.
    #[error("not available yet")]
    NotYetValid {
        /// From when.
        from: Timestamp,
    },
    /// The document was removed from the server when its time was over.
    #[error("the document is no longer kept")]
    Purged {
        /// Since when.
        since: Timestamp,
    },
    /// The attachment was removed by the supplier.
    #[error("the document was removed")]
    Removed {
        /// Since when.
        since: Timestamp,
    },
    /// The document was replaced; what was asked for is an old version of it.
    #[error("the document was replaced")]
    Replaced {
        /// Since when.
        since: Timestamp,
    },
    /// The link was revoked.
    #[error("the link was revoked")]
    Revoked {
        /// Since when.
        since: Timestamp,
    },
    /// The page or the caller's copy is out of date.
    #[error("this was changed meanwhile")]
    Stale,
    /// The file is larger than the policy profile allows.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The most that is allowed, in bytes.
        limit: u64,
    },
    /// The copyright notice was not acknowledged.
    #[error("the copyright notice was not acknowledged")]
    Unacknowledged,
    /// There is no such thing, or not for this caller.
    #[error("unknown")]
    Unknown,
    /// Files of this type are not accepted.
    #[error("files of type {media_type} are not accepted")]
    UnsupportedType {
        /// The type that the file's first bytes or its name show.
        media_type: String,
    },
    /// The supplier withdrew the delivery.
    #[error("the delivery was withdrawn")]
    Withdrawn {
        /// Since when.
        since: Timestamp,
    },
    /// The request's status does not allow it.
    #[error("the request is {status}")]
    WrongStatus {
        /// The status that the request has.
        status: Status,
    },
}

impl Refusal {
    /// A stable name for programs, in kebab case, such as `"exhausted"`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Cancelled { .. } => "cancelled",
            Self::Ended { .. } => "ended",
            Self::Exhausted { .. } => "exhausted",
            Self::Expired { .. } => "expired",
            Self::Forbidden => "forbidden",
            Self::Inspected { .. } => "inspected",
            Self::NotShipped => "not-shipped",
            Self::NotYetValid { .. } => "not-yet-valid",
            Self::NothingAttached => "nothing-attached",
            Self::OverLimit { .. } => "over-limit",
            Self::OverQuota { .. } => "over-quota",
            Self::Purged { .. } => "purged",
            Self::Removed { .. } => "removed",
            Self::Replaced { .. } => "replaced",
            Self::Revoked { .. } => "revoked",
            Self::Stale => "stale",
            Self::TooLarge { .. } => "too-large",
            Self::Unacknowledged => "unacknowledged",
            Self::Unknown => "unknown",
            Self::UnsupportedType { .. } => "unsupported-type",
            Self::Withdrawn { .. } => "withdrawn",
            Self::WrongStatus { .. } => "wrong-status",
        }
    }

    /// What the caller can do about it, one sentence in English.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Busy => "try again in a moment",
            Self::Cancelled { .. } | Self::Withdrawn { .. } => {
                "ask the library that took the request"
            }
            Self::Ended { .. } => "reload the page and download again, which counts anew",
            Self::Exhausted { .. } | Self::Expired { .. } => "ask the library for more downloads",
            Self::Forbidden => "sign in as staff of the library that may do this",
            Self::Inspected { .. } => "mend the file or make it anew, then upload it again",
            Self::NotShipped => "wait until the lending library has shipped the request",
            Self::NotYetValid { .. } => "come back at the time given",
            Self::NothingAttached => "attach a file, or say that shipping without one is meant",
            Self::OverLimit { .. } => "choose a smaller number",
            Self::OverQuota { .. } => "wait until the time given, or remove what is not needed",
            Self::Purged { .. } => "request the document again",
            Self::Removed { .. } | Self::Revoked { .. } => "ask the library for a new link",
            Self::Replaced { .. } | Self::Stale => "reload the page",
            Self::TooLarge { .. } => "make the file smaller, or split it and attach the parts",
            Self::Unacknowledged => "read the copyright notice and tick the box",
            Self::Unknown => "check the address",
            Self::UnsupportedType { .. } => "make a PDF of it",
            Self::WrongStatus { .. } => "reload the request to see where it stands",
        }
    }

    /// Whether the holder of a link may ask the library for more after this refusal.
    #[must_use]
    pub const fn may_ask(&self) -> bool {
        matches!(self, Self::Exhausted { .. } | Self::Expired { .. })
    }
}
