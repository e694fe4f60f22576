//! Moves an installation from one kind of database and storage to another.
//!
//! An export is a folder in the form of a backup, whatever engines it was made from: SQLite and files,
//! which every tool reads. An import fills empty engines from such a folder.

mod checkpoint;
mod copy;
mod export;
mod fingerprint;
mod import;

pub use export::export;
pub use import::Import;
