use desktop_delivery::StoreError;
use std::io;

/// The error of loading or storing signing keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// The entry of the registry is damaged. Restore the database from a backup.
    #[error("the signing keys in the database are damaged")]
    EntryDamaged,
    /// The registry contains no keys. Restore the database from a backup.
    #[error("the database contains no signing keys")]
    EntryMissing,
    /// The file is damaged. Restore it from a backup.
    #[error("the signing keys ({name}) are damaged")]
    FileDamaged {
        /// The name of the file, without its folder.
        name: String,
    },
    /// The file is missing or cannot be read. If it is missing, restore it from a backup.
    #[error("could not read the signing keys ({name})")]
    FileUnreadable {
        /// The name of the file, without its folder.
        name: String,
        /// The cause.
        source: io::Error,
    },
    /// The file cannot be written, locked or removed.
    #[error("{action}")]
    FileUnwritable {
        /// What failed.
        action: &'static str,
        /// The cause.
        source: io::Error,
    },
    /// The registry or the source of randomness failed.
    #[error("a store failed")]
    Store(#[from] StoreError),
}
