#![doc = include_str!("../README.md")]

mod discovery;
mod http_client;
mod options;
mod provider;
mod verification;

pub use options::{OidcOptions, OptionsError};
pub use provider::OidcProvider;
