use desktop_delivery::StoreError;
use desktop_delivery::error::StoreErrorKind;
use std::io::{self, ErrorKind};

/// Says what went wrong below the trait; never holds a path or a key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the bytes to store broke off")]
    Body(#[source] io::Error),
    #[error("the call to the file system failed")]
    Call(#[from] io::Error),
    #[error("what should be a file is something else")]
    NotAFile,
    #[error("the runtime ended before the work did")]
    RuntimeEnded,
    #[error("no tokio runtime is running here")]
    RuntimeMissing,
    #[error("the key is taken")]
    Taken,
}

impl Error {
    /// Crosses the boundary.
    pub(crate) fn at(self, operation: &'static str) -> StoreError {
        StoreError::new(self.kind(), "fs", operation).with_source(self)
    }

    /// Whether the call would have to wait for the disk, and was told not to.
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
        // A file where a folder of ours was, or the other way round.
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

/// The kind of an error that std has no kind for.
#[cfg(target_os = "linux")]
fn kind_by_number(error: &io::Error) -> StoreErrorKind {
    use rustix::io::Errno;
    match Errno::from_io_error(error) {
        // A link where a folder of ours was; a file system that fails its own checks.
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
    fn every_failure_has_the_kind_that_tells_what_to_do() {
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
    fn the_cause_stays_behind_the_error() {
        let error = Error::Body(ErrorKind::ConnectionReset.into()).at("put");
        assert_eq!(error.kind(), StoreErrorKind::Interrupted);
        let below = error.source().and_then(|error| error.source());
        assert_eq!(below.unwrap().to_string(), "connection reset");
    }
}
