//! The folder by the calls of std alone.

mod folder;
mod staged;

pub(crate) use folder::Folder;
pub(crate) use staged::{Published, Staged};
