//! `Idempotency-Key` on the routes of the API, as draft-ietf-httpapi-idempotency-key-header-06
//! describes it.

mod entry;
mod handling;
mod kept;
mod key;
mod layer;

pub(crate) use handling::{Handling, api_path};
pub use kept::{Kept, Repeated};
pub use layer::{IdempotencyKeys, honor_idempotency_keys};
