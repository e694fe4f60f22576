use crate::assemble::Server;
use desktop_delivery::{Actor, AgencyId, Error, PatronId};

/// What was stored about an erased patron.
pub(crate) struct ForgottenPatron {
    /// Whether the patron had a record: an address, perhaps a tracking password.
    pub(crate) had_record: bool,
    /// Requests that named the patron.
    pub(crate) requests: usize,
}

/// Erases a patron: their requests no longer name them, their links are revoked, and their record
/// is deleted, which ends their sessions.
///
/// The record is deleted last, so that a call repeated after a failure finds what is left.
pub(crate) async fn forget_patron(
    server: &Server,
    agency: &AgencyId,
    patron: &PatronId,
) -> Result<ForgottenPatron, Error> {
    let requests = server.desk.forget_patron(&Actor::Host, agency, patron).await?;
    let had_record = server.directory.patrons().find(agency, patron).await?.is_some();
    server.directory.remove_patron(agency, patron).await?;
    Ok(ForgottenPatron { had_record, requests })
}
