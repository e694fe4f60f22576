use super::Context;
use super::draft::Decision;
use super::issue_link::issue_link;
use super::view::{FileView, view_as, view_of};
use crate::model::delivery::{Delivery, Status};
use crate::model::event::Actor;
use crate::model::facts::Facts;
use crate::model::ids::LinkNo;
use crate::model::link::Audience;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// A request as shown to its patron, who signed in at their library.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatronView {
    /// The facts about the request.
    pub facts: Facts,
    /// The status of the request.
    pub status: Status,
    /// When the status last changed.
    pub status_since: Timestamp,
    /// When the delivery of the request was created.
    pub created_at: Timestamp,
    /// The files, as the patron's link shows them; empty before Shipped and once the request is
    /// over.
    pub files: Vec<FileView>,
}

/// Returns a request as shown to its patron; nothing is counted.
///
/// # Errors
/// [`Refusal::Unknown`] for anyone but the request's patron.
pub fn patron_view(delivery: &Delivery, context: &Context<'_>) -> Result<PatronView, Refusal> {
    its_patron(delivery, context)?;
    let record = &delivery.record;
    let files = if record.status.is_visible() {
        match record.active_link(Audience::Patron, context.now) {
            Some(link) => view_of(delivery, link, context),
            None => view_as(delivery, Audience::Patron, context),
        }
        .files
    } else {
        Vec::new()
    };
    Ok(PatronView {
        facts: record.facts.clone(),
        status: record.status,
        status_since: record.status_since,
        created_at: record.created_at,
        files,
    })
}

/// Returns the number of the active link for a request's own patron; issues a link if there is
/// none.
///
/// # Errors
/// [`Refusal::Unknown`] for anyone but the request's patron; the refusals of [`issue_link`].
pub fn issue_own_link(
    delivery: &Delivery,
    context: &Context<'_>,
) -> Result<Decision<LinkNo>, Refusal> {
    its_patron(delivery, context)?;
    // The rules for links only recognize the two libraries, so the patron acts as the system.
    issue_link(delivery, Audience::Patron, &Context { actor: &Actor::System, ..*context })
}

/// Returns whether the actor is the patron named in the request.
#[must_use]
pub fn is_patron_of(facts: &Facts, actor: &Actor) -> bool {
    matches!(actor, Actor::Patron { agency, id }
        if facts.requester == *agency && facts.patron.as_ref() == Some(id))
}

fn its_patron(delivery: &Delivery, context: &Context<'_>) -> Result<(), Refusal> {
    let is_patron = is_patron_of(&delivery.record.facts, context.actor);
    if is_patron { Ok(()) } else { Err(Refusal::Unknown) }
}
