use desktop_delivery::StoreError;
use desktop_delivery::error::StoreErrorKind;
use std::error::Error as StdError;
use std::{fmt, io};

/// Says what went wrong below the trait; never holds an address, a key or a credential.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("nobody waits for the upload any more")]
    Abandoned,
    #[error("the bytes to store broke off")]
    Body(#[source] io::Error),
    #[error("the store did not do it")]
    Call(#[source] Call),
    #[error("the store holds something else than was sent")]
    Different,
    #[error("the store gave an address that no browser can take")]
    NoAddress,
    #[error("no random bytes can be had")]
    NoEntropy,
    #[error("the store overwrites what it was told to keep: it ignores If-None-Match")]
    Overwrites,
    #[error("the runtime ended before the work did")]
    RuntimeEnded,
    #[error("no tokio runtime is running here")]
    RuntimeMissing,
    #[error("the key is taken")]
    Taken,
    #[error("this service {0}")]
    Unfit(&'static str),
}

impl Error {
    /// Crosses the boundary.
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

/// What may be told of opendal's error. The whole of it has addresses, which for some services hold
/// credentials, and headers.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) kind: StoreErrorKind,
    what: &'static str,
    /// The service's own word for it, such as `SignatureDoesNotMatch`.
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
        // An answer says by its status whether to come again; opendal's own mark does not, since
        // its retries put the same one on all that they let through.
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

/// The status of the answer that an error comes from, which opendal gives as text alone.
fn status_of(error: &opendal::Error) -> Option<u16> {
    let text = error.to_string();
    let (_, rest) = text.split_once("response: Parts { status: ")?;
    rest.get(..3)?.parse().ok()
}

/// Finds the service's own code in opendal's message, which is the parsed answer in Rust's notation.
fn code_in(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("code: \"")?;
    let (code, _) = rest.split_once('"')?;
    let is_code = (1..=64).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    is_code.then(|| code.to_owned())
}

/// What the system said, if it was the system.
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
    fn every_failure_has_the_kind_that_tells_what_to_do() {
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
            // With the retries' mark and without.
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
    fn an_error_tells_the_services_word_and_no_address() {
        let message =
            r#"S3Error { code: "SignatureDoesNotMatch", message: "key AKIA", resource: "/07f3" }"#;
        let error = Error::from(answered(ErrorKind::PermissionDenied, 403, message)).at("put");
        let mut told = format!("{error:?} {error}");
        let mut cause = error.source();
        while let Some(error) = cause {
            told += &format!(": {error}");
            cause = error.source();
        }
        assert!(told.contains("PermissionDenied, SignatureDoesNotMatch"), "{told}");
        for secret in ["c0ffee", "07f3", "AKIA", "example.org"] {
            assert!(!told.contains(secret), "{told}");
        }
    }

    #[test]
    fn what_the_system_said_stays_behind_the_error() {
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
