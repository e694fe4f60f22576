use crate::model::delivery::Facts;
use crate::model::ids::AgencyId;
use crate::model::participant::{Contact, Participant};
use crate::ports::StoreError;
use async_trait::async_trait;
use std::fmt::Debug;

/// Looks up participants and patrons where the host keeps them.
///
/// It is asked each time a request is synced or a notice is sent; nothing that it says of a patron
/// is stored.
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
    /// Looks up an agency with its settings; `None` where it is unknown.
    ///
    /// # Errors
    /// [`StoreError`] where the host's records cannot be reached.
    async fn participant(&self, id: &AgencyId) -> Result<Option<Participant>, StoreError>;

    /// Looks up where the patron of a request gets mail; `None` if nothing is known. Text that may
    /// not be an address can be returned unchanged: see [`EmailAddresses`](crate::participants::EmailAddresses).
    ///
    /// # Errors
    /// [`StoreError`] where the host's records cannot be reached.
    async fn patron(&self, facts: &Facts) -> Result<Option<Contact>, StoreError>;
}
