use crate::model::facts::Facts;
use crate::model::ids::AgencyId;
use crate::model::participant::{Contact, Participant};
use crate::ports::StoreError;
use async_trait::async_trait;
use std::fmt::Debug;

/// Looks up participants and patrons in the host's records.
///
/// The directory is queried whenever a request is synced or a notice is sent. Its data about
/// patrons is not stored.
///
/// # Example
/// ```
/// # use desktop_delivery::{AgencyId, Contact, Directory, Facts, Participant, StoreError, Zone};
/// /// A host that serves one city.
/// #[derive(Debug)]
/// struct City;
///
/// #[async_trait::async_trait]
/// impl Directory for City {
///     async fn participant(&self, id: &AgencyId) -> Result<Option<Participant>, StoreError> {
///         let name = match id.as_str() {
///             "CA-EAST" => "East Side Library",
///             "CA-WEST" => "West Side Library",
///             _ => return Ok(None),
///         };
///         let zone = Zone::new("America/Vancouver").unwrap_or(Zone::utc());
///         Ok(Some(Participant::new(id.clone(), name).with_zone(zone)))
///     }
///
///     async fn patron(&self, facts: &Facts) -> Result<Option<Contact>, StoreError> {
///         let Some(card) = &facts.patron else { return Ok(None) };
///         Ok(Some(Contact::new("", format!("{}@readers.example.org", card.as_str()))))
///     }
/// }
/// ```
#[async_trait]
pub trait Directory: Debug + Send + Sync {
    /// Returns an agency with its settings, or `None` if it is unknown.
    ///
    /// # Errors
    /// [`StoreError`] if the host's records cannot be reached.
    async fn participant(&self, id: &AgencyId) -> Result<Option<Participant>, StoreError>;

    /// Returns the contact of a request's patron, or `None` if none is known. The text of the
    /// address may be returned without validation: see
    /// [`EmailAddresses`](crate::participants::EmailAddresses).
    ///
    /// # Errors
    /// [`StoreError`] if the host's records cannot be reached.
    async fn patron(&self, facts: &Facts) -> Result<Option<Contact>, StoreError>;
}
