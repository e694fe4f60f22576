#![doc = include_str!("../README.md")]

mod error;
mod layers;
mod object;
mod opendal_blob_store;
mod part;
mod placed;
mod reading;
mod receive;
mod upload;

pub use layers::Limits;
pub use opendal_blob_store::OpendalBlobStore;

/// The version of opendal used by this crate. Operators must be built with it.
pub use opendal;
