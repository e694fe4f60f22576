use super::draft::{Decision, Draft};
use super::end::end;
use super::part_with_patron::part_with_patron;
use super::{Context, cancel, notify, receive, ship};
use crate::model::delivery::{Delivery, DeliveryRecord, Facts, Status};
use crate::model::event::EventKind;
use crate::model::ids::PolicyName;
use crate::model::notice::NoticeKind;
use crate::model::participant::Participant;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;
use crate::model::zone::Zone;
use serde::Serialize;

/// The host's news of a request, with what its participants' settings make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct RequestUpdate {
    /// What the host knows.
    pub facts: Facts,
    /// Where the request stands.
    pub status: Status,
    /// When the host changed the request. `None` where the host did not say: the update is then as
    /// new as now, and never older than what is known.
    pub as_of: Option<Timestamp>,
    /// The policy profile that applies.
    pub policy: PolicyName,
    /// The requester's zone.
    pub zone: Zone,
    /// Whether a partner without an account is told at Shipped.
    pub tell_partner: bool,
    /// Whether the patron is told at Received.
    pub tell_patron: bool,
}

impl RequestUpdate {
    /// The host's update of a request, with what its requester chose.
    #[must_use]
    pub fn new(
        facts: Facts,
        status: Status,
        as_of: Option<Timestamp>,
        requester: Participant,
    ) -> Self {
        Self {
            tell_partner: requester.is_partner(),
            tell_patron: requester.is_told(NoticeKind::Received),
            policy: requester.policy,
            zone: requester.zone,
            facts,
            status,
            as_of,
        }
    }
}

/// How far an update's `as_of` may be ahead of the desk's clock, in seconds: more than the clocks
/// of two machines with NTP ever differ.
pub const MAX_AHEAD_SECONDS: i64 = 300;

/// The outcome of an update of a request.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SyncOutcome {
    /// The request is new.
    Created,
    /// Something of the request changed.
    Updated,
    /// The update repeats what is stored.
    Unchanged,
    /// An update with a newer `as_of` is stored; this one changed nothing.
    OlderThanKnown,
    /// The request keeps its status, which cannot change to the one that was sent. The rest of the
    /// update was applied.
    StatusCannotGoBack,
}

/// Takes the host's news: makes the delivery where there is none, and else follows the request.
///
/// News older than what is known changes nothing, and the same news twice changes nothing. The
/// status only moves forward: from Pending to Shipped and Received, and to an end. An unfilled
/// request alone is reopened, by Pending, as when it goes to the next supplier (ISO 18626:
/// Unfilled, and the request is sent on); any other request that is over is sent again under
/// another reference. A cancellation that crossed with Shipped becomes a cancellation request for
/// the supplier to answer (ISO 18626: CopyCompleted may arrive while Cancel is pending, and
/// stands). Profile and zone stay from Shipped on. A link is its patron's alone: if the update
/// names another patron, or none, or the first one, the patron links made so far are revoked,
/// together with their tickets.
///
/// # Errors
/// [`Refusal::InFuture`] where `as_of` is more than [`MAX_AHEAD_SECONDS`] ahead of the clock;
/// [`Refusal::WrongStatus`] where the supplier changes after Shipped, or the requester changes.
pub fn sync(
    delivery: Option<&Delivery>,
    news: &RequestUpdate,
    context: &Context<'_>,
) -> Result<Decision<SyncOutcome>, Refusal> {
    let latest = context.now.plus_seconds(MAX_AHEAD_SECONDS);
    if let Some(as_of) = news.as_of.filter(|as_of| *as_of > latest) {
        return Err(Refusal::InFuture { as_of, now: context.now });
    }
    let (draft, outcome) = match delivery {
        None => {
            let mut draft = Draft::new(
                DeliveryRecord::new(
                    context.now,
                    news.facts.clone(),
                    news.as_of.unwrap_or(context.now),
                    news.policy.clone(),
                    news.zone.clone(),
                ),
                context,
            );
            draft.record_mut().host_status = news.status;
            draft.add_event(EventKind::Created);
            follow(&mut draft, news);
            (draft, SyncOutcome::Created)
        }
        Some(delivery) => {
            let mut draft = Draft::of(delivery, context);
            // An update that was accepted while the clock was wrong must not block all later ones.
            let is_sound = delivery.record.as_of <= latest;
            let known = delivery.record.as_of;
            // The host's clock may be ahead of this one by as much as is tolerated. An undated
            // update comes after what was sent before all the same.
            let undated = if is_sound { known.max(context.now) } else { context.now };
            let as_of = news.as_of.unwrap_or(undated);
            if is_sound && as_of < known {
                return Ok(draft.finish(SyncOutcome::OlderThanKnown));
            }
            let update = update(&mut draft, news, as_of)?;
            // What the host told before was answered then, perhaps with no.
            if update.moves {
                follow(&mut draft, news);
            }
            let (before, after) = (&delivery.record, draft.record());
            let is_kept = !is_followed(after, news.status);
            let stands = |record: &DeliveryRecord| (record.status, record.cancel_requested_at);
            let outcome = if is_kept && (update.moves || !update.changes) {
                SyncOutcome::StatusCannotGoBack
            } else if update.changes || stands(before) != stands(after) {
                SyncOutcome::Updated
            } else {
                SyncOutcome::Unchanged
            };
            (draft, outcome)
        }
    };
    Ok(draft.finish(outcome))
}

/// What is new in an update.
#[derive(Clone, Copy, Debug)]
struct Update {
    /// Whether the host moved the request since its last update.
    moves: bool,
    /// Whether anything but the status is new.
    changes: bool,
}

/// Whether a request with this record stands where the host says, or waits for an answer on the way there.
fn is_followed(record: &DeliveryRecord, status: Status) -> bool {
    // A cancel after Shipped is a wish, which may have been declined.
    record.status == status || (record.status.is_visible() && status == Status::Cancelled)
}

/// Takes what the host tells about the request itself.
fn update(
    draft: &mut Draft<'_>,
    news: &RequestUpdate,
    as_of: Timestamp,
) -> Result<Update, Refusal> {
    let record = draft.record();
    let status = record.status;
    if record.facts.requester != news.facts.requester {
        return Err(Refusal::WrongStatus { status });
    }
    let reopens = status == Status::Unfilled && !news.status.is_over();
    // The terms under which a document was shipped stay as they were.
    let is_pending = status == Status::Pending || reopens;
    let moved = record.facts.supplier != news.facts.supplier;
    if moved && !is_pending {
        return Err(Refusal::WrongStatus { status });
    }
    let mut facts = news.facts.clone();
    if record.forgotten_at.is_some() && !reopens {
        facts.patron = None;
    }
    let (policy, zone) = match is_pending {
        true => (news.policy.clone(), news.zone.clone()),
        false => (record.policy.clone(), record.zone.clone()),
    };
    let moves = record.host_status != news.status;
    let changes = (&record.facts, &record.policy, &record.zone) != (&facts, &policy, &zone);
    let update = Update { moves, changes };
    if !moves && !changes && record.as_of == as_of {
        return Ok(update);
    }
    if moved {
        hand_on(draft);
    }
    if draft.record().facts.patron != facts.patron {
        part_with_patron(draft);
    }
    let now = draft.now();
    let record = draft.record_mut();
    (record.facts, record.policy, record.zone) = (facts, policy, zone);
    (record.as_of, record.host_status) = (as_of, news.status);
    if reopens {
        (record.status, record.status_since) = (Status::Pending, now);
        record.forgotten_at = None;
        draft.add_event(EventKind::Reopened);
    } else {
        draft.add_event(EventKind::Synced);
    }
    notify::notify_pending_patron(draft);
    Ok(update)
}

/// Takes away what one library attached: it is not the next one's to ship.
fn hand_on(draft: &mut Draft<'_>) {
    let live: Vec<_> = draft.record().live_attachments().map(|a| a.no).collect();
    for no in live {
        super::remove::take_away(draft, no);
    }
    // They are none of the next library's business.
    draft.record_mut().removed.clear();
    let uploads: Vec<_> = draft.record().uploads.iter().map(|upload| upload.no).collect();
    for no in uploads {
        super::give_up_upload::abandon_upload(draft, no);
    }
    let record = draft.record_mut();
    for deletion in
        record.pending_deletions.iter_mut().filter(|deletion| deletion.supplier.is_none())
    {
        deletion.supplier = Some(record.facts.supplier.clone());
    }
}

/// Goes where the host says that the request stands, as far as there is a way.
fn follow(draft: &mut Draft<'_>, news: &RequestUpdate) {
    match (draft.record().status, news.status) {
        (Status::Pending, Status::Shipped) => ship::become_shipped(draft, news.tell_partner),
        (Status::Pending, Status::Received) => {
            ship::become_shipped(draft, news.tell_partner);
            receive::become_received(draft, news.tell_patron);
        }
        (Status::Shipped, Status::Received) => receive::become_received(draft, news.tell_patron),
        (Status::Pending, Status::Cancelled) => cancel::become_cancelled(draft),
        (Status::Shipped | Status::Received, Status::Cancelled) => cancel::wish(draft),
        (Status::Pending, Status::Unfilled) => end(draft, Status::Unfilled, EventKind::Unfilled),
        (Status::Shipped | Status::Received, Status::Withdrawn) => {
            end(draft, Status::Withdrawn, EventKind::Withdrawn { why: String::new() });
        }
        _ => {}
    }
}
