use desktop_delivery::StoreError;
use desktop_delivery::error::StoreErrorKind;
use std::error::Error as StdError;
use std::{fmt, io};

/// The errors of this adapter. They never contain an address, a key or a credential.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the upload was abandoned by its caller")]
    Abandoned,
    #[error("the upload was interrupted")]
    Body(#[source] io::Error),
    #[error("the object store returned an error")]
    Call(#[source] Call),
    #[error("the stored object differs from the bytes that were sent")]
    Different,
    #[error("the store returned an address that browsers cannot follow")]
    NoAddress,
    #[error("could not get random bytes")]
    NoEntropy,
    #[error("the store overwrites existing objects: it ignores If-None-Match")]
    Overwrites,
    #[error("the tokio runtime shut down during the operation")]
    RuntimeEnded,
    #[error("not called within a tokio runtime")]
    RuntimeMissing,
    #[error("the key is already in use")]
    Taken,
    #[error("this service {0}")]
    Unfit(&'static str),
}

impl Error {
    /// Converts to the public error type.
    pub(crate) fn at(self, operation: &'static str) -> StoreError {
        StoreError::new(self.kind(), "opendal", operation).with_source(self)
    }

    fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Body(_) => StoreErrorKind::Interrupted,
            Self::Call(call) => call.kind,
            Self::Different => StoreErrorKind::Corrupt,
            Self::RuntimeEnded => StoreErrorKind::Unavailable,
            Self::Abandoned
            | Self::NoAddress
            | Self::NoEntropy
            | Self::Overwrites
            | Self::RuntimeMissing
            | Self::Taken
            | Self::Unfit(_) => StoreErrorKind::Unexpected,
        }
    }
}

impl From<opendal::Error> for Error {
    fn from(error: opendal::Error) -> Self {
        Self::Call(Call::of(&error))
    }
}

/// The parts of opendal's error that may be shown. The full error contains headers and addresses,
/// which for some services include credentials.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) kind: StoreErrorKind,
    what: &'static str,
    /// The error code of the service, such as `SignatureDoesNotMatch`.
    code: Option<String>,
    cause: Option<io::Error>,
}

impl Call {
    fn of(error: &opendal::Error) -> Self {
        let code = code_in(error.message());
        Self {
            kind: kind_of(error, code.as_deref()),
            what: error.kind().into_static(),
            cause: cause_of(error).map(io::Error::from),
            code,
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        self.code.as_ref().map_or(Ok(()), |code| write!(f, ", {code}"))
    }
}

impl StdError for Call {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

fn kind_of(error: &opendal::Error, code: Option<&str>) -> StoreErrorKind {
    use opendal::ErrorKind;
    // Opendal has no kind for these.
    const FULL: [&str; 4] =
        ["InsufficientStorage", "QuotaExceeded", "StorageFull", "XMinioStorageFull"];
    if code.is_some_and(|code| FULL.contains(&code)) {
        return StoreErrorKind::Full;
    }
    match error.kind() {
        ErrorKind::PermissionDenied => StoreErrorKind::Denied,
        ErrorKind::IsADirectory | ErrorKind::NotADirectory => StoreErrorKind::Corrupt,
        ErrorKind::RateLimited => StoreErrorKind::Unavailable,
        // The status of a response determines whether a retry may help. Opendal's own flag does
        // not: its retry layer sets the same flag on every error that it lets through.
        ErrorKind::Conflict | ErrorKind::Unexpected => match status_of(error) {
            Some(401 | 403) => StoreErrorKind::Denied,
            Some(507) => StoreErrorKind::Full,
            Some(408 | 409 | 425 | 429 | 499..) => StoreErrorKind::Unavailable,
            Some(_) => StoreErrorKind::Unexpected,
            None if error.is_permanent() => StoreErrorKind::Unexpected,
            None => StoreErrorKind::Unavailable,
        },
        _ => StoreErrorKind::Unexpected,
    }
}

/// Returns the HTTP status that caused an error, which opendal exposes as text only.
fn status_of(error: &opendal::Error) -> Option<u16> {
    let text = error.to_string();
    let (_, rest) = text.split_once("response: Parts { status: ")?;
    rest.get(..3)?.parse().ok()
}

/// Finds the service's error code in opendal's message, which shows the parsed response in Rust's
/// debug format.
fn code_in(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("code: \"")?;
    let (code, _) = rest.split_once('"')?;
    let is_code = (1..=64).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    is_code.then(|| code.to_owned())
}

/// Returns the kind of the underlying I/O error, if there is one.
fn cause_of(error: &opendal::Error) -> Option<io::ErrorKind> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return Some(error.kind());
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use opendal::ErrorKind;

    fn answered(kind: ErrorKind, status: u16, message: &str) -> opendal::Error {
        let uri = "https://scans.example.org/07f3?sig=c0ffee";
        opendal::Error::new(kind, message)
            .with_context("uri", uri)
            .with_context("response", format!("Parts {{ status: {status}, headers: {{}} }}"))
    }

    #[test]
    fn errors_map_to_store_error_kinds() {
        let full = r#"S3Error { code: "XMinioStorageFull", message: "", resource: "" }"#;
        for (kind, status, message, expected) in [
            (ErrorKind::PermissionDenied, 403, "", StoreErrorKind::Denied),
            (ErrorKind::Unexpected, 401, "", StoreErrorKind::Denied),
            (ErrorKind::Unexpected, 400, "", StoreErrorKind::Unexpected),
            (ErrorKind::Unexpected, 500, "", StoreErrorKind::Unavailable),
            (ErrorKind::Unexpected, 503, "", StoreErrorKind::Unavailable),
            (ErrorKind::RateLimited, 429, "", StoreErrorKind::Unavailable),
            (ErrorKind::Conflict, 409, "", StoreErrorKind::Unavailable),
            (ErrorKind::Unexpected, 507, "", StoreErrorKind::Full),
            (ErrorKind::Unexpected, 500, full, StoreErrorKind::Full),
            (ErrorKind::ConfigInvalid, 404, "", StoreErrorKind::Unexpected),
        ] {
            // With and without the flag set by retries.
            for error in
                [answered(kind, status, message), answered(kind, status, message).set_persistent()]
            {
                assert_eq!(Error::from(error).kind(), expected, "{kind} {status} {message}");
            }
        }
        let timeout = opendal::Error::new(ErrorKind::Unexpected, "io operation timeout reached");
        assert_eq!(Error::from(timeout.set_persistent()).kind(), StoreErrorKind::Unavailable);
    }

    #[test]
    fn an_error_shows_the_service_code_and_no_address() {
        let message =
            r#"S3Error { code: "SignatureDoesNotMatch", message: "key AKIA", resource: "/07f3" }"#;
        let error = Error::from(answered(ErrorKind::PermissionDenied, 403, message)).at("put");
        let mut outcome_sender = format!("{error:?} {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            outcome_sender += &format!(": {error}");
            cause = error.source();
        }
        assert!(
            outcome_sender.contains("PermissionDenied, SignatureDoesNotMatch"),
            "{outcome_sender}"
        );
        for secret in ["c0ffee", "07f3", "AKIA", "example.org"] {
            assert!(!outcome_sender.contains(secret), "{outcome_sender}");
        }
    }

    #[test]
    fn errors_keep_the_io_error_as_source() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let error = opendal::Error::new(ErrorKind::Unexpected, "send http request")
            .set_temporary()
            .set_source(refused);
        let error = Error::from(error);
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        let below = error.source().and_then(|error| error.source()).unwrap();
        assert_eq!(below.to_string(), "connection refused");
    }
}
