use crate::model::ids::LinkNo;
use crate::model::timestamp::Timestamp;
use serde::{Deserialize, Serialize};

/// Names for whom a link or a session acts.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// A requesting library without an account here.
    Partner,
    /// The person who asked for the document.
    Patron,
    /// Staff of the requester, signed in.
    RequesterStaff,
    /// Staff of the supplier, signed in.
    SupplierStaff,
}

/// Lets one audience see and claim the attachments of one request, until it is revoked.
///
/// A link for [`Audience::Patron`] belongs to the patron whom the request names when it is issued. It
/// is revoked in the commit in which the request stops naming that patron, and nobody gets it again:
/// the next patron, or the same one named again, gets a link with another number.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its number within the request.
    pub no: LinkNo,
    /// For whom.
    pub audience: Audience,
    /// Since when.
    pub issued_at: Timestamp,
    /// The end of every token of it, exclusive: 400 days after issue, whatever the terms say.
    pub hard_expires_at: Timestamp,
    /// Since when it opens nothing any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

/// How long a link's tokens verify, days: longer than any terms, so that a mailed link can be
/// extended.
pub const HARD_EXPIRY_DAYS: i64 = 400;

impl Link {
    /// A link issued now.
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

    /// Whether it opens anything at `now`.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && now < self.hard_expires_at
    }
}
