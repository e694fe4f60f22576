use super::Context;
use super::draft::Decision;
use super::issue_link::issue_link;
use super::view::{FileView, view_as, view_of};
use crate::model::delivery::{Delivery, Facts, Status};
use crate::model::event::Actor;
use crate::model::ids::LinkNo;
use crate::model::link::Audience;
use crate::model::refusal::Refusal;
use crate::model::timestamp::Timestamp;

/// What a patron who signed in at their library sees of a request of theirs.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatronView {
    /// What was asked for.
    pub facts: Facts,
    /// Where the request stands.
    pub status: Status,
    /// Since when.
    pub status_since: Timestamp,
    /// Since when the request is known here.
    pub created_at: Timestamp,
    /// The files, from Shipped on while the request is not over, as the patron's link shows them.
    pub files: Vec<FileView>,
}

/// Shows a request to its patron; reading it counts nothing.
///
/// # Errors
/// [`Refusal::Unknown`] to anybody else.
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

/// Returns the active link of a request to its patron; issues one if there is none. Answers its
/// number.
///
/// # Errors
/// [`Refusal::Unknown`] to anybody else; those of [`issue_link`].
pub fn issue_own_link(
    delivery: &Delivery,
    context: &Context<'_>,
) -> Result<Decision<LinkNo>, Refusal> {
    its_patron(delivery, context)?;
    // The rules for links know the two libraries alone.
    issue_link(delivery, Audience::Patron, &Context { actor: &Actor::System, ..*context })
}

/// Lets the patron whom the request names pass.
fn its_patron(delivery: &Delivery, context: &Context<'_>) -> Result<(), Refusal> {
    let facts = &delivery.record.facts;
    match context.actor {
        Actor::Patron { agency, id }
            if facts.requester == *agency && facts.patron.as_ref() == Some(id) =>
        {
            Ok(())
        }
        _ => Err(Refusal::Unknown),
    }
}
