use crate::directory::RegistryDirectory;
use desktop_delivery::{Actor, AgencyId, Desk, Error, PatronId};

/// The result of erasing a patron.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForgottenPatron {
    /// Whether the patron had a record: a contact and perhaps a tracking password.
    pub had_record: bool,
    /// The number of requests that referred to the patron.
    pub requests: usize,
}

/// Erases a patron: their requests no longer refer to them, their links are revoked, and their
/// record is deleted, which ends their sessions.
///
/// The record is deleted last, so that repeating the call after a failure completes it.
///
/// # Errors
/// [`Error`] of [`Desk::forget_patron`], and [`Error::Store`] if the registry fails.
pub async fn forget_patron(
    desk: &Desk,
    directory: &RegistryDirectory,
    agency: &AgencyId,
    patron: &PatronId,
) -> Result<ForgottenPatron, Error> {
    let requests = desk.forget_patron(&Actor::Host, agency, patron).await?;
    let had_record = directory.patrons().find(agency, patron).await?.is_some();
    directory.remove_patron(agency, patron).await?;
    Ok(ForgottenPatron { had_record, requests })
}
