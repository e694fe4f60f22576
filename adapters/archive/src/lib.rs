#![doc = include_str!("../README.md")]

mod backup;
mod engines;
mod error;
mod folder;
mod holdings;
mod links;
mod lock;
mod progress;
mod transfer;

pub use backup::{
    BackupOptions, Copied, Fault, KeySource, Manifest, Place, RestoreOptions, Verified, back_up,
    restore, verify,
};
pub use engines::{BLOBS, DATABASE, Engines, Installation};
pub use error::{ArchiveError, ArchiveErrorKind};
pub use folder::{create_private_folder, is_new_data_folder};
pub use links::count_working_links;
pub use lock::Lock;
pub use progress::Progress;
pub use transfer::{Import, export};
