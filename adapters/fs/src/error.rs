use desktop_delivery::StoreError;
use desktop_delivery::error::StoreErrorKind;
use std::io::{self, ErrorKind};

/// The errors of this adapter. They never contain a path or a key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the upload was interrupted")]
    Body(#[source] io::Error),
    #[error("a file system call failed")]
    Call(#[from] io::Error),
    #[error("a blob is not a regular file")]
    NotAFile,
    #[error("the tokio runtime shut down during the operation")]
    RuntimeEnded,
    #[error("not called within a tokio runtime")]
    RuntimeMissing,
    #[error("the key is already in use")]
    Taken,
}

impl Error {
    /// Converts to the public error type.
    pub(crate) fn at(self, operation: &'static str) -> StoreError {
        StoreError::new(self.kind(), "fs", operation).with_source(self)
    }

    /// Returns whether a call that must not wait would have had to wait for the disk.
    #[cfg(target_os = "linux")]
    pub(crate) fn is_wait(&self) -> bool {
        matches!(self, Self::Call(error) if error.kind() == ErrorKind::WouldBlock)
    }

    pub(crate) fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Body(_) => StoreErrorKind::Interrupted,
            Self::Call(error) => kind_of(error),
            Self::NotAFile => StoreErrorKind::Corrupt,
            Self::RuntimeEnded => StoreErrorKind::Unavailable,
            Self::RuntimeMissing | Self::Taken => StoreErrorKind::Unexpected,
        }
    }
}

#[cfg(target_os = "linux")]
impl From<rustix::io::Errno> for Error {
    fn from(errno: rustix::io::Errno) -> Self {
        Self::Call(errno.into())
    }
}

fn kind_of(error: &io::Error) -> StoreErrorKind {
    match error.kind() {
        ErrorKind::QuotaExceeded | ErrorKind::StorageFull => StoreErrorKind::Full,
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreErrorKind::Denied,
        // A file in place of one of our folders, or the reverse.
        ErrorKind::IsADirectory | ErrorKind::NotADirectory => StoreErrorKind::Corrupt,
        ErrorKind::Interrupted
        | ErrorKind::OutOfMemory
        | ErrorKind::ResourceBusy
        | ErrorKind::StaleNetworkFileHandle
        | ErrorKind::TimedOut
        | ErrorKind::WouldBlock => StoreErrorKind::Unavailable,
        _ => kind_by_number(error),
    }
}

/// Returns the kind of an error that has no `ErrorKind` in std.
#[cfg(target_os = "linux")]
fn kind_by_number(error: &io::Error) -> StoreErrorKind {
    use rustix::io::Errno;
    match Errno::from_io_error(error) {
        // A link in place of one of our folders, or a file system that fails its own checks.
        Some(Errno::BADMSG | Errno::LOOP | Errno::UCLEAN) => StoreErrorKind::Corrupt,
        Some(Errno::MFILE | Errno::NFILE | Errno::NOLCK) => StoreErrorKind::Unavailable,
        _ => StoreErrorKind::Unexpected,
    }
}

#[cfg(not(target_os = "linux"))]
const fn kind_by_number(_error: &io::Error) -> StoreErrorKind {
    StoreErrorKind::Unexpected
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[cfg(target_os = "linux")]
    #[test]
    fn errors_map_to_store_error_kinds() {
        use rustix::io::Errno;
        let cases = [
            (Errno::NOSPC, StoreErrorKind::Full),
            (Errno::DQUOT, StoreErrorKind::Full),
            (Errno::ROFS, StoreErrorKind::Denied),
            (Errno::ACCESS, StoreErrorKind::Denied),
            (Errno::PERM, StoreErrorKind::Denied),
            (Errno::LOOP, StoreErrorKind::Corrupt),
            (Errno::NOTDIR, StoreErrorKind::Corrupt),
            (Errno::UCLEAN, StoreErrorKind::Corrupt),
            (Errno::MFILE, StoreErrorKind::Unavailable),
            (Errno::STALE, StoreErrorKind::Unavailable),
            (Errno::IO, StoreErrorKind::Unexpected),
        ];
        for (errno, kind) in cases {
            assert_eq!(Error::from(errno).kind(), kind, "{errno:?}");
        }
    }

    #[test]
    fn errors_keep_their_cause_as_source() {
        let error = Error::Body(ErrorKind::ConnectionReset.into()).at("put");
        assert_eq!(error.kind(), StoreErrorKind::Interrupted);
        let below = error.source().and_then(|error| error.source());
        assert_eq!(below.unwrap().to_string(), "connection reset");
    }
}
