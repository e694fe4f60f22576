#![doc = include_str!("../README.md")]

mod batch;
mod blocking;
mod engine;
mod error;
mod fs_blob_store;
mod linked;
#[cfg(target_os = "linux")]
mod linux;
mod pace;
mod portable;
mod receive;
mod source_file;
mod streaming;

pub use fs_blob_store::FsBlobStore;
pub use linked::Linked;
pub use source_file::SourceFile;
