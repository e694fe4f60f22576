//! Moves an installation between kinds of databases and stores.
//!
//! An export is a folder in the format of a backup, regardless of the stores it was made from:
//! SQLite and files, which standard tools can read. An import fills empty stores from such a
//! folder.

mod checkpoint;
mod copy;
mod export;
mod fingerprint;
mod import;

pub use export::export;
pub use import::Import;
