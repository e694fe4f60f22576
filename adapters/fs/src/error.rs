use desktop_delivery::StoreError;
use desktop_delivery::error::StoreErrorKind;
use rustix::io::Errno;
use std::io;

/// Says what went wrong below the trait; never holds a path or a key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the bytes to store broke off")]
    Body(#[source] io::Error),
    #[error("the call to the file system failed")]
    Call(#[from] Errno),
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

    pub(crate) fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Body(_) => StoreErrorKind::Interrupted,
            Self::Call(errno) => kind_of(*errno),
            Self::NotAFile => StoreErrorKind::Corrupt,
            Self::RuntimeEnded => StoreErrorKind::Unavailable,
            Self::RuntimeMissing | Self::Taken => StoreErrorKind::Unexpected,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        // Every I/O error here comes from the system; the fallback stands for none.
        Self::Call(Errno::from_io_error(&error).unwrap_or(Errno::IO))
    }
}

fn kind_of(errno: Errno) -> StoreErrorKind {
    match errno {
        Errno::DQUOT | Errno::NOSPC => StoreErrorKind::Full,
        Errno::ACCESS | Errno::PERM | Errno::ROFS => StoreErrorKind::Denied,
        // A link or a file where a folder of ours was; a file system that fails its own checks.
        Errno::BADMSG | Errno::ISDIR | Errno::LOOP | Errno::NOTDIR | Errno::UCLEAN => {
            StoreErrorKind::Corrupt
        }
        Errno::AGAIN
        | Errno::BUSY
        | Errno::INTR
        | Errno::MFILE
        | Errno::NFILE
        | Errno::NOLCK
        | Errno::NOMEM
        | Errno::STALE
        | Errno::TIMEDOUT => StoreErrorKind::Unavailable,
        _ => StoreErrorKind::Unexpected,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error as _;

    #[test]
    fn every_failure_has_the_kind_that_tells_what_to_do() {
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
            assert_eq!(Error::Call(errno).kind(), kind, "{errno:?}");
            assert_eq!(Error::from(io::Error::from(errno)).kind(), kind, "{errno:?}");
        }
    }

    #[test]
    fn the_cause_stays_behind_the_error() {
        let error = Error::Body(io::ErrorKind::ConnectionReset.into()).at("put");
        assert_eq!(error.kind(), StoreErrorKind::Interrupted);
        let below = error.source().and_then(|error| error.source());
        assert_eq!(below.unwrap().to_string(), "connection reset");
    }
}
