//! The folder, accessed with the standard library only.

mod folder;
mod staged;

pub(crate) use folder::Folder;
pub(crate) use staged::{Published, Staged};
