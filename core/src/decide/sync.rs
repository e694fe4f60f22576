use super::draft::{Decision, Draft};
use super::{Context, cancel, receive, ship};
use crate::calendar::Zone;
use crate::delivery::{Body, Delivery, Facts, Status};
use crate::event::What;
use crate::ids::PolicyName;
use crate::refusal::Refusal;
use crate::timestamp::Timestamp;

/// The host's news of a request, with what its participants' settings make of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "whoever calls the rule makes it")]
pub struct News {
    /// What the host knows.
    pub facts: Facts,
    /// Where the request stands.
    pub status: Status,
    /// How new the news is.
    pub as_of: Timestamp,
    /// The policy profile that applies.
    pub policy: PolicyName,
    /// The requester's zone.
    pub zone: Zone,
    /// Whether a partner without an account is told at Shipped.
    pub tell_partner: bool,
    /// Whether the patron is told at Received.
    pub tell_patron: bool,
}

/// Takes the host's news: makes the delivery where there is none, and else follows the request.
///
/// News older than what is known changes nothing, and the same news twice changes nothing. The
/// status only goes forward: to Shipped, Received or an end. A cancel that crossed with Shipped is
/// kept as a wish for the supplier to answer (ISO 18626: CopyCompleted may arrive while Cancel is
/// pending, and stands).
///
/// # Errors
/// [`Refusal::WrongStatus`] where the supplier changes after Shipped, or the requester changes.
pub fn sync(
    delivery: Option<&Delivery>,
    news: &News,
    context: &Context<'_>,
) -> Result<Decision<()>, Refusal> {
    let mut draft = match delivery {
        None => {
            let mut draft = Draft::new(
                Body::new(
                    context.now,
                    news.facts.clone(),
                    news.as_of,
                    news.policy.clone(),
                    news.zone.clone(),
                ),
                context,
            );
            draft.record(What::Created);
            draft
        }
        Some(delivery) => {
            let mut draft = Draft::of(delivery, context);
            if news.as_of < delivery.body.as_of {
                return Ok(draft.finish(()));
            }
            update(&mut draft, news)?;
            draft
        }
    };
    follow(&mut draft, news);
    Ok(draft.finish(()))
}

/// Takes what the host tells about the request itself.
fn update(draft: &mut Draft<'_>, news: &News) -> Result<(), Refusal> {
    let body = draft.body();
    let status = body.status;
    if body.facts.requester != news.facts.requester {
        return Err(Refusal::WrongStatus { status });
    }
    let moved = body.facts.supplier != news.facts.supplier;
    if moved && status != Status::Pending {
        return Err(Refusal::WrongStatus { status });
    }
    if body.facts == news.facts
        && body.policy == news.policy
        && body.zone == news.zone
        && body.as_of == news.as_of
    {
        return Ok(());
    }
    if moved {
        // What one library attached is not the next one's to ship.
        let live: Vec<_> = draft.body().live_attachments().map(|a| a.no).collect();
        for no in live {
            super::remove::take_away(draft, no);
        }
        let uploads: Vec<_> = draft.body().uploads.iter().map(|upload| upload.no).collect();
        for no in uploads {
            super::give_up_upload::drop_upload(draft, no);
        }
    }
    let body = draft.body_mut();
    body.facts = news.facts.clone();
    body.policy = news.policy.clone();
    body.zone = news.zone.clone();
    body.as_of = news.as_of;
    draft.record(What::Synced);
    Ok(())
}

/// Goes where the host says that the request stands, as far as there is a way.
fn follow(draft: &mut Draft<'_>, news: &News) {
    match (draft.body().status, news.status) {
        (Status::Pending, Status::Shipped) => ship::become_shipped(draft, news.tell_partner),
        (Status::Pending, Status::Received) => {
            ship::become_shipped(draft, news.tell_partner);
            receive::become_received(draft, news.tell_patron);
        }
        (Status::Shipped, Status::Received) => receive::become_received(draft, news.tell_patron),
        (Status::Pending, Status::Cancelled) => cancel::become_cancelled(draft),
        (Status::Shipped | Status::Received, Status::Cancelled) => cancel::wish(draft),
        (Status::Pending, Status::Unfilled) => end(draft, Status::Unfilled, What::Unfilled),
        (Status::Shipped | Status::Received, Status::Withdrawn) => {
            end(draft, Status::Withdrawn, What::Withdrawn { why: String::new() });
        }
        _ => {}
    }
}

fn end(draft: &mut Draft<'_>, status: Status, what: What) {
    let now = draft.now();
    let body = draft.body_mut();
    body.status = status;
    body.status_since = now;
    draft.record(what);
}
