use crate::model::event::EventKind;
use crate::model::named::named_enum;
use std::fmt;
use std::str::FromStr;

named_enum! {
    /// The name of an [`EventKind`], for filters.
    ///
    /// # Example
    /// ```
    /// # use desktop_delivery::events::EventName;
    /// let name: EventName = "more-requested".parse()?;
    /// assert_eq!(name, EventName::MoreRequested);
    /// assert_eq!(name.to_string(), "more-requested");
    /// # Ok::<(), desktop_delivery::events::UnknownEventName>(())
    /// ```
    #[non_exhaustive]
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum EventName {
        /// [`EventKind::Attached`].
        Attached = "attached",
        /// [`EventKind::Backoff`].
        Backoff = "backoff",
        /// [`EventKind::CancelAnswered`].
        CancelAnswered = "cancel-answered",
        /// [`EventKind::CancelRequested`].
        CancelRequested = "cancel-requested",
        /// [`EventKind::Cancelled`].
        Cancelled = "cancelled",
        /// [`EventKind::Claimed`].
        Claimed = "claimed",
        /// [`EventKind::Created`].
        Created = "created",
        /// [`EventKind::Described`].
        Described = "described",
        /// [`EventKind::Expired`].
        Expired = "expired",
        /// [`EventKind::Forgotten`].
        Forgotten = "forgotten",
        /// [`EventKind::Granted`].
        Granted = "granted",
        /// [`EventKind::LinkIssued`].
        LinkIssued = "link-issued",
        /// [`EventKind::LinkRevoked`].
        LinkRevoked = "link-revoked",
        /// [`EventKind::MoreRequested`].
        MoreRequested = "more-requested",
        /// [`EventKind::NoticeTried`].
        NoticeTried = "notice-tried",
        /// [`EventKind::Previewed`].
        Previewed = "previewed",
        /// [`EventKind::ProblemAnswered`].
        ProblemAnswered = "problem-answered",
        /// [`EventKind::ProblemReported`].
        ProblemReported = "problem-reported",
        /// [`EventKind::Purged`].
        Purged = "purged",
        /// [`EventKind::Received`].
        Received = "received",
        /// [`EventKind::Refunded`].
        Refunded = "refunded",
        /// [`EventKind::Removed`].
        Removed = "removed",
        /// [`EventKind::Reopened`].
        Reopened = "reopened",
        /// [`EventKind::Reordered`].
        Reordered = "reordered",
        /// [`EventKind::Replaced`].
        Replaced = "replaced",
        /// [`EventKind::Resent`].
        Resent = "resent",
        /// [`EventKind::Shipped`].
        Shipped = "shipped",
        /// [`EventKind::StaffRead`].
        StaffRead = "staff-read",
        /// [`EventKind::Swept`].
        Swept = "swept",
        /// [`EventKind::Synced`].
        Synced = "synced",
        /// [`EventKind::TermsChanged`].
        TermsChanged = "terms-changed",
        /// [`EventKind::Unfilled`].
        Unfilled = "unfilled",
        /// [`EventKind::UploadBegun`].
        UploadBegun = "upload-begun",
        /// [`EventKind::UploadEnded`].
        UploadEnded = "upload-ended",
        /// [`EventKind::Withdrawn`].
        Withdrawn = "withdrawn",
    }
}

impl EventKind {
    /// Returns the name of this kind, which JSON contains as `event`.
    #[must_use]
    pub const fn name(&self) -> EventName {
        match self {
            Self::Attached { .. } => EventName::Attached,
            Self::Backoff { .. } => EventName::Backoff,
            Self::CancelAnswered { .. } => EventName::CancelAnswered,
            Self::CancelRequested => EventName::CancelRequested,
            Self::Cancelled => EventName::Cancelled,
            Self::Claimed { .. } => EventName::Claimed,
            Self::Created => EventName::Created,
            Self::Described { .. } => EventName::Described,
            Self::Expired { .. } => EventName::Expired,
            Self::Forgotten => EventName::Forgotten,
            Self::Granted { .. } => EventName::Granted,
            Self::LinkIssued { .. } => EventName::LinkIssued,
            Self::LinkRevoked { .. } => EventName::LinkRevoked,
            Self::MoreRequested { .. } => EventName::MoreRequested,
            Self::NoticeTried { .. } => EventName::NoticeTried,
            Self::Previewed { .. } => EventName::Previewed,
            Self::ProblemAnswered { .. } => EventName::ProblemAnswered,
            Self::ProblemReported { .. } => EventName::ProblemReported,
            Self::Purged { .. } => EventName::Purged,
            Self::Received => EventName::Received,
            Self::Refunded { .. } => EventName::Refunded,
            Self::Removed { .. } => EventName::Removed,
            Self::Reopened => EventName::Reopened,
            Self::Reordered => EventName::Reordered,
            Self::Replaced { .. } => EventName::Replaced,
            Self::Resent { .. } => EventName::Resent,
            Self::Shipped { .. } => EventName::Shipped,
            Self::StaffRead { .. } => EventName::StaffRead,
            Self::Swept { .. } => EventName::Swept,
            Self::Synced => EventName::Synced,
            Self::TermsChanged { .. } => EventName::TermsChanged,
            Self::Unfilled => EventName::Unfilled,
            Self::UploadBegun { .. } => EventName::UploadBegun,
            Self::UploadEnded { .. } => EventName::UploadEnded,
            Self::Withdrawn { .. } => EventName::Withdrawn,
        }
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EventName {
    type Err = UnknownEventName;

    fn from_str(text: &str) -> Result<Self, UnknownEventName> {
        Self::ALL.iter().copied().find(|name| name.as_str() == text).ok_or(UnknownEventName)
    }
}

/// The error for a text that is not an [`EventName`]. It does not repeat the text.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownEventName;

impl fmt::Display for UnknownEventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no kind of event has this name")
    }
}

impl std::error::Error for UnknownEventName {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_parsed_back() {
        assert!(EventName::ALL.is_sorted_by_key(|name| name.as_str()));
        for name in EventName::ALL {
            assert_eq!(name.as_str().parse(), Ok(*name));
        }
        for text in ["", "Claimed", "claim", "claimed "] {
            assert_eq!(text.parse::<EventName>(), Err(UnknownEventName), "{text}");
        }
    }
}
