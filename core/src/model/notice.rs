use crate::model::event_document::EventDocument;
use crate::model::ids::{AttachmentNo, IdempotencyHash, LinkNo, NoticeNo};
use crate::model::link::Audience;
use crate::model::named::named_enum;
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

named_enum! {
    /// The event that a notice reports.
    #[non_exhaustive]
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum NoticeKind {
        /// To the supplier: the requester asks to cancel.
        CancelRequested = "cancel-requested",
        /// To the person who asked: an extension was granted.
        MoreGranted = "more-granted",
        /// To the supplier: the holder of a link asks for an extension.
        MoreRequested = "more-requested",
        /// To the requester's staff: the supplier answered their problem report.
        ProblemAnswered = "problem-answered",
        /// To the supplier: the requester's staff reported a problem with a document.
        ProblemReported = "problem-reported",
        /// To the patron: the request was received and has attachments.
        Received = "received",
        /// To the holder of a link and to staff who reported a problem: a document was replaced.
        Replaced = "replaced",
        /// To a partner without an account: the request was shipped. Contains the link.
        Shipped = "shipped",
    }
}

named_enum! {
    /// The recipient of a notice.
    #[non_exhaustive]
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Recipient {
        /// The staff of a requester that is a partner without an account.
        Partner = "partner",
        /// The patron.
        Patron = "patron",
        /// The requester's staff.
        RequesterStaff = "requester-staff",
        /// The supplier's staff.
        SupplierStaff = "supplier-staff",
    }
}

impl Recipient {
    /// Returns the audience to which the recipient belongs.
    pub(crate) const fn audience(self) -> Audience {
        match self {
            Self::Partner => Audience::Partner,
            Self::Patron => Audience::Patron,
            Self::RequesterStaff => Audience::RequesterStaff,
            Self::SupplierStaff => Audience::SupplierStaff,
        }
    }
}

/// Records a notice: what, to whom in general, and how far it got; never an address or a token.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its number within the request.
    pub no: NoticeNo,
    /// The event it reports.
    pub kind: NoticeKind,
    /// The recipient.
    pub to: Recipient,
    /// The link it contains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkNo>,
    /// The attachment it concerns, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<AttachmentNo>,
    /// The version that was current when the notice was written or renewed, for the history. `None`
    /// once the notice is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<EventDocument>,
    /// When it was written or renewed.
    pub written_at: Timestamp,
    /// The number of times it was renewed before it was sent, because its event happened again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub renewed: u32,
    /// Whether staff asked for it, so that it goes out also where the library silenced its kind.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked_for: bool,
    /// Whether staff asked for it after an earlier one was sent, so that it counts toward the
    /// hourly limit of resends.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resent: bool,
    /// Whether it was skipped while it was still in the outbox. It is kept until a worker has taken
    /// it out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_outbox: bool,
    /// Its state.
    pub state: NoticeState,
    /// The masked addresses it was sent to, such as `c****@example.org`, separated by commas; empty
    /// until known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub masked_address: String,
    /// Its state for each address, if there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<NoticeCopy>,
}

/// The copy of a notice for one of several addresses.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeCopy {
    /// A keyed hash of the address, to recognize it in a later attempt.
    pub address: IdempotencyHash,
    /// The masked address.
    pub masked_address: String,
    /// Its state for this address.
    pub state: NoticeState,
}

const fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// The state of a notice.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum NoticeState {
    /// Given up: the address is missing or was rejected, or all attempts failed.
    Failed {
        /// When it was given up.
        at: Timestamp,
        /// The reason.
        reason: NoticeFailure,
    },
    /// Accepted by the mail server.
    Sent {
        /// When it was accepted.
        at: Timestamp,
    },
    /// Not sent, because it no longer applies or the library has silenced its kind.
    Skipped {
        /// When it was skipped.
        at: Timestamp,
    },
    /// Waiting for the next attempt.
    Waiting {
        /// The number of failed attempts so far.
        tries: u32,
    },
}

/// The reason why a notice was given up.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeFailure {
    /// The stored address is not valid.
    InvalidAddress,
    /// There is no address.
    NoAddress,
    /// The mail server rejected it permanently.
    Refused,
    /// The mail server could not be reached for days.
    TooManyTries,
    /// The address has letters before its `@` sign that the mail server cannot handle (RFC 6531).
    UnsupportedAddress,
}
