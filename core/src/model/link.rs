use crate::model::ids::LinkNo;
use crate::model::named::named_enum;
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

named_enum! {
    /// The group of people that a link or a session serves.
    #[non_exhaustive]
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Audience {
        /// A requesting library without an account.
        Partner = "partner",
        /// The person for whom the document was requested.
        Patron = "patron",
        /// Signed-in staff of the requester.
        RequesterStaff = "requester-staff",
        /// Signed-in staff of the supplier.
        SupplierStaff = "supplier-staff",
    }
}

impl Audience {
    /// Returns whether this audience contacts the requester with questions, and not the supplier:
    /// patrons ask their own library, and libraries ask each other.
    pub(crate) const fn asks_requester(self) -> bool {
        matches!(self, Self::Patron | Self::SupplierStaff)
    }
}

/// A link with which one audience can see and claim the attachments of one request, until it is
/// revoked.
///
/// A link for [`Audience::Patron`] belongs to the patron recorded in the request when it is issued.
/// It is revoked in the same commit in which the request no longer refers to that patron, and is
/// never reissued: the next patron, even the same one, gets a link with another number.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its number within the request.
    pub no: LinkNo,
    /// Its audience.
    pub audience: Audience,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The expiry of all its tokens, exclusive: 400 days after issue, regardless of the terms.
    pub hard_expires_at: Timestamp,
    /// When it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// The lifetime of a link's tokens in days: longer than any terms, so that a link that was mailed
/// can be extended.
pub const HARD_EXPIRY_DAYS: i64 = 400;

impl Link {
    /// Creates a link issued at `now`.
    #[must_use]
    pub const fn issued(no: LinkNo, audience: Audience, now: Timestamp) -> Self {
        Self {
            no,
            audience,
            issued_at: now,
            hard_expires_at: now.plus_days(HARD_EXPIRY_DAYS),
            revoked_at: None,
        }
    }

    /// Returns whether the link is valid at `now`.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.hard_expires_at
    }
}
