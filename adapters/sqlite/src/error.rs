use desktop_delivery::StoreError;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::hook::HookError;
use rusqlite::ErrorCode;
use std::io;
use std::sync::Arc;

/// The errors of this adapter. They never contain stored data.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("could not access a database file")]
    File(#[from] io::Error),
    #[error("the database belongs to another program")]
    Foreign,
    #[error("the commit hook failed")]
    Hook(#[source] HookError),
    #[error("the commit hook exceeded its deadline")]
    HookLate,
    #[error("the commit hook panicked")]
    HookPanicked,
    #[error("a statement of the commit hook rolled the transaction back")]
    HookRolledBack,
    #[error("a new delivery needs a record and a usage")]
    Incomplete,
    #[error("could not read a row ({0})")]
    Row(&'static str),
    #[error(
        "the database has version {found}, but this program supports versions up to {known}; upgrade the program"
    )]
    Newer { found: i64, known: i64 },
    #[error("the host has a table whose name begins with ddlv_")]
    NameTaken,
    #[error("the transaction that contained this change failed")]
    Shared(#[source] Arc<Self>),
    #[error("SQLite reported an error")]
    Sqlite(#[from] rusqlite::Error),
    #[error("the reference of a delivery snapshot belongs to another delivery")]
    TakenReference,
    #[error("the database thread has ended")]
    ThreadEnded,
    #[error(
        "the database has version {found}, from before the first release, and cannot be migrated; start with an \
         empty data folder"
    )]
    Unreleased { found: i64 },
    #[error("could not write a value as JSON")]
    Unwritable,
}

impl Error {
    /// Converts to the public error type.
    pub(crate) fn at(self, operation: &'static str) -> StoreError {
        StoreError::new(self.kind(), "sqlite", operation).with_source(self)
    }

    pub(crate) fn kind(&self) -> StoreErrorKind {
        match self {
            Self::File(error) => kind_of_file_error(error),
            Self::Foreign | Self::NameTaken | Self::Newer { .. } | Self::Unreleased { .. } => {
                StoreErrorKind::Denied
            }
            Self::Hook(_) | Self::HookLate | Self::HookPanicked | Self::HookRolledBack => {
                StoreErrorKind::Hook
            }
            Self::Incomplete | Self::TakenReference | Self::ThreadEnded | Self::Unwritable => {
                StoreErrorKind::Unexpected
            }
            Self::Row(_) => StoreErrorKind::Corrupt,
            Self::Shared(error) => error.kind(),
            Self::Sqlite(error) => kind_of(error),
        }
    }
}

fn kind_of_file_error(error: &io::Error) -> StoreErrorKind {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreErrorKind::Full,
        io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::NotFound
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::IsADirectory => StoreErrorKind::Denied,
        _ => StoreErrorKind::Unexpected,
    }
}

fn kind_of(error: &rusqlite::Error) -> StoreErrorKind {
    let Some(failure) = error.sqlite_error() else {
        // What remains: a column with a type or range this adapter never writes, or a broken
        // statement.
        return match error {
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..) => StoreErrorKind::Corrupt,
            _ => StoreErrorKind::Unexpected,
        };
    };
    match failure.code {
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreErrorKind::Corrupt,
        ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly => {
            StoreErrorKind::Denied
        }
        ErrorCode::DiskFull => StoreErrorKind::Full,
        // The index of the write-ahead log (`-shm`) is also a file and reports a full disk in its
        // own way.
        ErrorCode::SystemIoFailure
            if failure.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE =>
        {
            StoreErrorKind::Full
        }
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::FileLockingProtocolFailed
        | ErrorCode::OperationInterrupted
        | ErrorCode::OutOfMemory
        | ErrorCode::SchemaChanged => StoreErrorKind::Unavailable,
        _ => StoreErrorKind::Unexpected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    fn sqlite(code: i32) -> Error {
        Error::Sqlite(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None))
    }

    #[test]
    fn sqlite_errors_map_to_store_error_kinds() {
        use rusqlite::ffi;
        let cases = [
            (ffi::SQLITE_FULL, StoreErrorKind::Full),
            (ffi::SQLITE_IOERR_SHMSIZE, StoreErrorKind::Full),
            (ffi::SQLITE_READONLY, StoreErrorKind::Denied),
            (ffi::SQLITE_PERM, StoreErrorKind::Denied),
            (ffi::SQLITE_CANTOPEN, StoreErrorKind::Denied),
            (ffi::SQLITE_BUSY, StoreErrorKind::Unavailable),
            (ffi::SQLITE_BUSY_SNAPSHOT, StoreErrorKind::Unavailable),
            (ffi::SQLITE_LOCKED, StoreErrorKind::Unavailable),
            (ffi::SQLITE_CORRUPT, StoreErrorKind::Corrupt),
            (ffi::SQLITE_NOTADB, StoreErrorKind::Corrupt),
            (ffi::SQLITE_CONSTRAINT_UNIQUE, StoreErrorKind::Unexpected),
            (ffi::SQLITE_IOERR_FSYNC, StoreErrorKind::Unexpected),
        ];
        for (code, kind) in cases {
            assert_eq!(sqlite(code).kind(), kind, "code {code}");
            assert_eq!(Error::Shared(Arc::new(sqlite(code))).kind(), kind, "code {code}");
        }
        assert_eq!(Error::Row("usage").kind(), StoreErrorKind::Corrupt);
    }

    #[test]
    fn errors_keep_their_cause_as_source() {
        let error = Error::Shared(Arc::new(sqlite(rusqlite::ffi::SQLITE_FULL))).at("commit");
        assert_eq!(error.kind(), StoreErrorKind::Full);
        let mut depth = 0;
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            assert!(!text.ends_with('.'), "{text}");
            depth += 1;
            source = cause.source();
        }
        assert!(depth >= 3, "the cause is {depth} deep");
    }
}
