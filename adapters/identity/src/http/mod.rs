//! What only HTTP servers need.

mod authorizer;
mod participant_json;

pub use participant_json::ParticipantJson;
