//! Parts for HTTP servers.

mod administration;
mod authorizer;
mod guess_limiter;
mod key_json;
mod new_key;
mod participant_json;
mod stored_participant;
mod sweep;

pub use administration::{administration, administration_openapi, administration_routes};
pub use authorizer::sent_key;
pub use guess_limiter::{GuessLimiter, limit_guesses};
pub use key_json::KeyJson;
pub use participant_json::ParticipantJson;
pub use sweep::sweep_expired;
