use crate::model::delivery::Delivery;
use crate::model::ids::RequestHandle;
use crate::model::refusal::Refusal;

/// A request to change, optionally only if it is still at the revision that the caller read.
///
/// # Example
/// ```
/// # use desktop_delivery::{Actor, Desk, Error, RequestHandle, Shipment};
/// # use desktop_delivery::desk::RequestAt;
/// async fn ship(desk: &Desk, request: RequestHandle, actor: &Actor) -> Result<(), Error> {
///     let seen = desk.staff_view(request, actor).await?;
///     // Refused with `Refusal::Stale` if the request was changed after it was read.
///     let request = RequestAt::revision(request, seen.revision);
///     desk.ship(request, actor, Shipment::WithFiles).await
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestAt {
    /// The request.
    pub handle: RequestHandle,
    /// The only revision at which the request may be changed; `None` for any.
    pub revision: Option<u64>,
}

impl RequestAt {
    /// Returns a request that may be changed only at this revision.
    #[must_use]
    pub const fn revision(handle: RequestHandle, revision: u64) -> Self {
        Self { handle, revision: Some(revision) }
    }

    /// Checks that a delivery is at the expected revision.
    pub(super) fn check(self, delivery: &Delivery) -> Result<(), Refusal> {
        match self.revision {
            Some(expected) if expected != delivery.revision => Err(Refusal::Stale),
            _ => Ok(()),
        }
    }
}

impl From<RequestHandle> for RequestAt {
    fn from(handle: RequestHandle) -> Self {
        Self { handle, revision: None }
    }
}
