use crate::model::event_document::EventDocument;
use crate::model::ids::{AttachmentNo, IdempotencyHash, LinkNo, NoticeNo};
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Tells what a notice is about.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// To the supplier: the requester asks to cancel.
    CancelRequested,
    /// To whoever asked: more downloads were granted.
    MoreGranted,
    /// To the supplier: the holder of a link asks for more downloads or time.
    MoreRequested,
    /// To the requester's staff: the supplier answered the problem that they reported.
    ProblemAnswered,
    /// To the supplier: the requester's staff report that something is wrong with a document.
    ProblemReported,
    /// To the patron: received, with attachments.
    Received,
    /// To the holder of a link, and to staff who reported a problem: a document was replaced by a
    /// better one.
    Replaced,
    /// To a partner without an account: shipped, here is the link.
    Shipped,
}

/// Tells who gets a notice.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipient {
    /// The requester's staff, as a partner without an account.
    Partner,
    /// The patron.
    Patron,
    /// The requester's staff.
    RequesterStaff,
    /// The supplier's staff.
    SupplierStaff,
}

/// Records a notice: what, to whom in general, and how far it got; never an address or a token.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its number within the request.
    pub no: NoticeNo,
    /// What it is about.
    pub kind: NoticeKind,
    /// Who gets it.
    pub to: Recipient,
    /// The link that it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<LinkNo>,
    /// The attachment that it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<AttachmentNo>,
    /// The version that was current when it was written or renewed, for the history; `None` once it
    /// is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<EventDocument>,
    /// When it was written, or renewed.
    pub written_at: Timestamp,
    /// How often it was renewed before it was sent, because its event happened again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub renewed: u32,
    /// Whether staff asked for it, so that it goes out also where the library silenced its kind.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked_for: bool,
    /// Whether staff asked for it after an earlier one had gone out, so that it counts toward the
    /// resends of the hour.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resent: bool,
    /// How far it got.
    pub state: NoticeState,
    /// Where it went, mask_email, such as `c****@example.org`, with commas between several addresses;
    /// empty until known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub masked_address: String,
    /// How far it got at each address, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub copies: Vec<NoticeCopy>,
}

/// The copy of a notice for one of several addresses.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeCopy {
    /// A keyed hash of the address, to recognize it in a later try.
    pub address: IdempotencyHash,
    /// The address, masked.
    pub masked_address: String,
    /// How far it got.
    pub state: NoticeState,
}

const fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Tells how far a notice got.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum NoticeState {
    /// Given up: the address is missing or refused, or the tries are used up.
    Failed {
        /// When.
        at: Timestamp,
        /// Why.
        reason: NoticeFailure,
    },
    /// Handed over to the mail server, which took it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// Not sent, because what it says no longer holds, or because the library silenced its kind.
    Skipped {
        /// When.
        at: Timestamp,
    },
    /// Waiting for its next try.
    Waiting {
        /// Tries that failed so far.
        tries: u32,
    },
}

/// Tells why a notice was given up.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeFailure {
    /// The stored address is not valid.
    InvalidAddress,
    /// There is nobody to write to.
    NoAddress,
    /// The mail server refused it for good.
    Refused,
    /// The mail server could not be reached for days.
    TooManyTries,
    /// The address has letters before its `@` sign that the mail server cannot handle (RFC 6531).
    UnsupportedAddress,
}
