#![doc = include_str!("../README.md")]

#[cfg(not(target_os = "linux"))]
compile_error!("desktop-delivery-fs relies on system calls that Linux alone has");

mod batch;
mod blocking;
mod error;
mod folder;
mod fs_blob_store;
mod keys;
mod link;
mod pace;
mod publish;
mod receive;
mod staged;
mod streaming;
mod sweep;

pub use fs_blob_store::FsBlobStore;
pub use link::Linked;
