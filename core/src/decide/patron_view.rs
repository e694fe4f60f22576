use super::Context;
use super::view::{FileView, view_as, view_of};
use crate::model::delivery::{Delivery, Facts, Status};
use crate::model::ids::{AgencyId, PatronId};
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

/// Shows a request to its patron, whom the caller has proven; reading it counts nothing.
///
/// # Errors
/// [`Refusal::Unknown`] to anybody else.
pub fn patron_view(
    delivery: &Delivery,
    (agency, patron): (&AgencyId, &PatronId),
    context: &Context<'_>,
) -> Result<PatronView, Refusal> {
    let record = &delivery.record;
    if record.facts.requester != *agency || record.facts.patron.as_ref() != Some(patron) {
        return Err(Refusal::Unknown);
    }
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
