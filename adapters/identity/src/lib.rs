#![doc = include_str!("../README.md")]

pub mod accounts;
mod api_keys;
mod copyright_notices;
mod directory;
mod fields;
mod forget_patron;
mod hex;
#[cfg(feature = "http")]
mod http;
mod identifiers;
mod identity;
mod json;
mod one_time_setup;
mod patrons;
mod records;
mod shared_key;
pub mod signing_keys;
pub mod single_sign_on;
pub mod windows;

#[cfg(feature = "http")]
pub use crate::http::{
    GuessLimiter, KeyJson, ParticipantJson, administration, administration_openapi,
    administration_routes, limit_guesses, sent_key, sweep_expired,
};
pub use api_keys::{ApiKeys, Holder, StoredKey};
pub use copyright_notices::CopyrightNotice;
pub use directory::RegistryDirectory;
pub use fields::{MAX_LIBRARY_NAME_BYTES, check_copyright_notice, check_name};
pub use forget_patron::{ForgottenPatron, forget_patron};
pub use identity::Identity;
pub use one_time_setup::{OneTimeSetup, SetupClaim};
pub use patrons::{Patrons, StoredPatron};
pub use records::Records;
