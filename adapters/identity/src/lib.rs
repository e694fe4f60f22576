#![doc = include_str!("../README.md")]

#[cfg(not(unix))]
compile_error!("desktop-delivery-identity relies on files and locks as Unix has them");

pub mod json;
mod records;
pub mod signing_keys;

pub use records::Records;
