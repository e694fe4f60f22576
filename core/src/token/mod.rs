//! Signed bearer tokens. They identify a record, but contain no permissions.

mod key_ring;
mod link_token;
mod repair;
mod secret_key;
mod ticket_token;
mod token_error;
mod wire;

pub use crate::ports::entropy::{CountingEntropy, Entropy, SystemEntropy};
pub use key_ring::{KeyRing, SigningKey};
pub use link_token::{LinkToken, VerifiedLink};
pub use secret_key::SecretKey;
pub use ticket_token::{TicketToken, VerifiedTicket};
pub use token_error::TokenError;
