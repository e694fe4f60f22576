//! The rules: pure functions from state, command, time and policy to a [`Decision`] or a
//! [`Refusal`], one file per use case.
//!
//! The rules read no clock, generate no random values and do no I/O. Random values (blob keys) are
//! passed in with the command. Effects outside the model (bytes deleted, mail sent) are passed in
//! as a command after they happened.
//!
//! In the errors of the rules, a *stranger* is any actor except the host, this system, and the
//! staff of the request's two libraries.

mod answer_problem;
mod ask;
mod attach;
mod availability;
mod backoff;
mod begin_upload;
mod cancel;
mod change_terms;
mod check_content;
mod claim;
mod describe;
mod draft;
mod end;
mod event_view;
mod expire;
mod feed_view;
mod finish;
mod give_up_upload;
mod grant;
mod issue_link;
mod kept_versions;
mod list_view;
mod notice;
mod notify;
mod open_ticket;
mod openings;
mod outgoing;
mod part_with_patron;
mod patron_view;
mod preview;
mod purge;
mod receive;
mod refund;
mod remove;
mod reorder;
mod replace;
mod report_problem;
mod resend;
mod revoke_link;
mod ship;
mod staff_read;
mod staff_view;
mod sync;
mod tidy;
mod upload_room;
mod view;
mod withdraw;

pub use answer_problem::answer_problem;
pub use ask::ask;
pub use attach::{StoredUpload, attach};
pub use availability::{Availability, BudgetUsage};
pub use backoff::backoff;
pub use begin_upload::{BeginUpload, begin_upload, may_upload};
pub use cancel::{answer_cancel, request_cancel};
pub use change_terms::{TermsChange, change_terms};
pub use claim::{ClaimCommand, Claimed, claim, claim_as_staff};
pub use describe::describe;
pub use draft::{Charged, Decision, Quota, patron_quota};
pub use event_view::event_view;
pub use expire::expire;
pub(crate) use feed_view::note_of;
pub use feed_view::{FeedEntry, feed_needs_delivery, feed_view};
pub use give_up_upload::give_up_upload;
pub use grant::{Grant, grant};
pub use issue_link::{handed_out_link, issue_link, issue_link_to_hand_out};
pub use kept_versions::kept_versions;
pub use list_view::list_view;
pub use notice::{NoticeTry, RecordedTry, notice_still_holds, record_notice};
pub use open_ticket::{OpenTicket, Transfer, open_ticket, still_open};
pub use outgoing::{
    Libraries, first_address, notice_to_send, outgoing_notice, state_after, state_of_copies,
};
pub use part_with_patron::forget_patron;
pub use patron_view::{PatronView, is_patron_of, issue_own_link, patron_view};
pub use preview::preview;
pub use purge::{blobs_to_delete, record_deleted};
pub use receive::receive;
pub use refund::refund;
pub use remove::remove;
pub use reorder::reorder;
pub use report_problem::report_problem;
pub use resend::{Resend, Resent, resend};
pub use revoke_link::revoke_link;
pub use ship::{Ship, Shipment, ship};
pub use staff_read::staff_read;
pub use staff_view::{StaffFile, StaffView, staff_view};
pub use sync::{MAX_AHEAD_SECONDS, RequestUpdate, SyncOutcome, sync};
pub(crate) use upload_room::{UploadRoom, never_fits, quota_in_doubt, rest_of_quota};
pub use view::{DeliveryView, FileView, requester_view, resume, view};
pub use withdraw::withdraw;

use crate::model::delivery::{Delivery, DeliveryRecord};
use crate::model::event::Actor;
use crate::model::ids::StaffId;
use crate::model::policy::Policy;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// The input of every rule besides the state and the command.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Context<'a> {
    /// The current instant.
    pub now: Timestamp,
    /// The policy profile of the request.
    pub policy: &'a Policy,
    /// The actor who issues the command.
    pub actor: &'a Actor,
    /// The downloads that were counted today against the [quota of the request's
    /// patron](patron_quota), if the caller has read them. Views refuse what would exceed the
    /// quota; a claim is checked by the ledger when it is committed.
    pub patron_downloads: Option<u64>,
}

impl<'a> Context<'a> {
    /// Creates a context in which no quota has been read.
    #[must_use]
    pub const fn new(now: Timestamp, policy: &'a Policy, actor: &'a Actor) -> Self {
        Self { now, policy, actor, patron_downloads: None }
    }

    /// Sets the downloads that were counted today against the quota of the request's patron.
    #[must_use]
    pub const fn with_patron_downloads(self, patron_downloads: Option<u64>) -> Self {
        Self { patron_downloads, ..self }
    }
}

/// The side of a request on which an actor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// The host or this system, which may act for either library.
    Both,
    Requester,
    Supplier,
    /// Neither library: for this actor, the request does not exist.
    Stranger,
}

impl Side {
    fn of(actor: &Actor, record: &DeliveryRecord) -> Self {
        match actor {
            Actor::Host | Actor::System => Self::Both,
            Actor::LinkHolder { .. } | Actor::Patron { .. } => Self::Stranger,
            Actor::Staff { agency, .. } => {
                let (supplier, requester) =
                    (*agency == record.facts.supplier, *agency == record.facts.requester);
                match (supplier, requester) {
                    (true, true) => Self::Both,
                    (true, false) => Self::Supplier,
                    (false, true) => Self::Requester,
                    (false, false) => Self::Stranger,
                }
            }
        }
    }
}

impl Context<'_> {
    /// Returns the acting member of staff, if the actor is one.
    const fn staff(&self) -> Option<&StaffId> {
        match self.actor {
            Actor::Staff { id, .. } => Some(id),
            Actor::Host | Actor::LinkHolder { .. } | Actor::Patron { .. } | Actor::System => None,
        }
    }

    fn side(&self, record: &DeliveryRecord) -> Side {
        Side::of(self.actor, record)
    }

    /// Checks that the actor is the host, this system or the supplier's staff.
    fn supplier(&self, record: &DeliveryRecord) -> Result<(), Refusal> {
        match self.side(record) {
            Side::Both | Side::Supplier => Ok(()),
            Side::Requester => Err(Refusal::Forbidden),
            Side::Stranger => Err(Refusal::Unknown),
        }
    }

    /// Checks that the actor is the host, this system or the requester's staff.
    fn requester(&self, record: &DeliveryRecord) -> Result<(), Refusal> {
        match self.side(record) {
            Side::Both | Side::Requester => Ok(()),
            Side::Supplier => Err(Refusal::Forbidden),
            Side::Stranger => Err(Refusal::Unknown),
        }
    }

    /// Checks that the actor is the host, this system or staff of either library.
    fn either_side(&self, record: &DeliveryRecord) -> Result<(), Refusal> {
        match self.side(record) {
            Side::Stranger => Err(Refusal::Unknown),
            Side::Both | Side::Requester | Side::Supplier => Ok(()),
        }
    }
}

/// Checks that the actor may see the request: the host and the staff of both libraries may.
///
/// # Errors
/// [`Refusal::Unknown`] for strangers.
pub fn may_see(delivery: &Delivery, context: &Context<'_>) -> Result<(), Refusal> {
    context.either_side(&delivery.record)
}

/// Refuses a request that is over: cancelled, unfilled or withdrawn.
fn over(record: &DeliveryRecord) -> Result<(), Refusal> {
    use crate::model::delivery::Status;
    let since = record.status_since;
    match record.status {
        Status::Cancelled => Err(Refusal::Cancelled { since }),
        Status::Unfilled => Err(Refusal::WrongStatus { status: record.status }),
        Status::Withdrawn => Err(Refusal::Withdrawn { since }),
        Status::Pending | Status::Received | Status::Shipped => Ok(()),
    }
}
