use super::draft::{Decision, Draft};
use super::end::end;
use super::part_with_patron::part_with_patron;
use super::{Context, cancel, notify, receive, ship};
use crate::model::delivery::{Delivery, DeliveryRecord, Status};
use crate::model::event::EventKind;
use crate::model::facts::Facts;
use crate::model::ids::PolicyName;
use crate::model::notice::NoticeKind;
use crate::model::participant::Participant;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;
use crate::model::zone::Zone;
use serde::Serialize;

/// The host's update of a request, with the settings of its requester.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestUpdate {
    /// The facts from the host.
    pub facts: Facts,
    /// The status from the host.
    pub status: Status,
    /// When the host changed the request. `None` if the host gave no date: the update then counts
    /// as current, and never as older than the stored one.
    pub as_of: Option<Timestamp>,
    /// The policy profile that applies.
    pub policy: PolicyName,
    /// The requester's time zone.
    pub zone: Zone,
    /// Whether to notify a partner without an account at Shipped.
    pub notify_partner: bool,
    /// Whether to notify the patron at Received.
    pub notify_patron: bool,
}

impl RequestUpdate {
    /// Creates an update from the host's data and the requester's settings.
    #[must_use]
    pub fn new(
        facts: Facts,
        status: Status,
        as_of: Option<Timestamp>,
        requester: Participant,
    ) -> Self {
        Self {
            notify_partner: requester.is_partner(),
            notify_patron: requester.is_notified_of(NoticeKind::Received),
            policy: requester.policy,
            zone: requester.zone,
            facts,
            status,
            as_of,
        }
    }
}

/// The maximum that an update's `as_of` may be ahead of the desk's clock, in seconds. Clocks of
/// machines that use NTP never differ that much.
pub const MAX_AHEAD_SECONDS: i64 = 300;

/// The outcome of an update of a request.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SyncOutcome {
    /// The request is new.
    Created,
    /// The stored request was changed.
    Updated,
    /// The update repeats the stored values.
    Unchanged,
    /// An update with a newer `as_of` is stored; this one changed nothing.
    OlderThanKnown,
    /// The request keeps its status, which cannot change to the one in the update. The rest of the
    /// update was applied.
    StatusCannotGoBack,
}

/// Applies an update from the host: creates the delivery if there is none, or else updates the
/// request.
///
/// An update that is older than the stored one, or that repeats it, changes nothing. The status
/// only moves forward: from Pending to Shipped and Received, and to an end. The only request that
/// can be reopened is an unfilled one, by Pending, as when it is sent on to the next supplier (ISO
/// 18626 Unfilled). Any other request that is over must be sent again under another reference. A
/// cancellation that arrives after Shipped becomes a cancellation request for the supplier to
/// answer (ISO 18626: CopyCompleted may arrive while Cancel is pending, and stands). The profile
/// and the time zone no longer change after Shipped. A link belongs to one patron only: if the
/// update names another patron, or none, or the first one, the patron links issued so far are
/// revoked, together with their tickets.
///
/// # Errors
/// [`Refusal::InFuture`] if `as_of` is more than [`MAX_AHEAD_SECONDS`] ahead of the clock;
/// [`Refusal::WrongStatus`] if the supplier changes after Shipped, or if the requester changes.
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
            // The host's clock may be ahead of this one within the tolerance. An undated update
            // still counts as newer than the stored one.
            let undated = if is_sound { known.max(context.now) } else { context.now };
            let as_of = news.as_of.unwrap_or(undated);
            if is_sound && as_of < known {
                return Ok(draft.finish(SyncOutcome::OlderThanKnown));
            }
            let update = update(&mut draft, news, as_of)?;
            // A status that repeats the last update was already applied, and perhaps declined.
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

/// The changes in an update.
#[derive(Clone, Copy, Debug)]
struct Update {
    /// Whether the host changed the status since its last update.
    moves: bool,
    /// Whether the facts, the policy profile or the time zone changed.
    changes: bool,
}

/// Returns whether the request has the host's status, or a cancellation request on the way to it.
fn is_followed(record: &DeliveryRecord, status: Status) -> bool {
    // A cancellation after Shipped becomes a request, which may have been declined.
    record.status == status || (record.status.is_visible() && status == Status::Cancelled)
}

/// Applies the host's facts, policy profile and time zone.
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
    // The terms under which a document was shipped do not change.
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

/// Removes the attachments of a supplier, which the next supplier must not ship.
fn hand_on(draft: &mut Draft<'_>) {
    let live: Vec<_> = draft.record().live_attachments().map(|a| a.no).collect();
    for no in live {
        super::remove::take_away(draft, no);
    }
    // The next supplier must not see them.
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

/// Moves the request toward the host's status, as far as possible.
fn follow(draft: &mut Draft<'_>, news: &RequestUpdate) {
    match (draft.record().status, news.status) {
        (Status::Pending, Status::Shipped) => ship::become_shipped(draft, news.notify_partner),
        (Status::Pending, Status::Received) => {
            ship::become_shipped(draft, news.notify_partner);
            receive::become_received(draft, news.notify_patron);
        }
        (Status::Shipped, Status::Received) => receive::become_received(draft, news.notify_patron),
        (Status::Pending, Status::Cancelled) => cancel::become_cancelled(draft),
        (Status::Shipped | Status::Received, Status::Cancelled) => cancel::wish(draft),
        (Status::Pending, Status::Unfilled) => end(draft, Status::Unfilled, EventKind::Unfilled),
        (Status::Shipped | Status::Received, Status::Withdrawn) => {
            end(draft, Status::Withdrawn, EventKind::Withdrawn { why: String::new() });
        }
        _ => {}
    }
}
