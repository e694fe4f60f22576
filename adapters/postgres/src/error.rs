use deadpool_postgres::{HookError, PoolError};
use desktop_delivery::StoreError;
use desktop_delivery::error::StoreErrorKind;
use std::io;
use std::sync::Arc;
use tokio_postgres::error::SqlState;

/// The errors of this adapter. They never contain stored data or passwords.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the connection failed")]
    Connection(#[source] io::Error),
    #[error("the encoding of the database is {0}; it must be UTF8")]
    Encoding(String),
    #[error("the schema of this store belongs to another program")]
    Foreign,
    #[error("the commit hook failed")]
    Hook(#[source] desktop_delivery::hook::HookError),
    #[error("the commit hook exceeded its deadline")]
    HookLate,
    #[error("the commit hook panicked")]
    HookPanicked,
    #[error("a new delivery needs a record and a usage")]
    Incomplete,
    #[error("the connection was lost")]
    Lost,
    #[error(
        "the schema has version {found}, but this program supports versions up to {known}; upgrade the program"
    )]
    Newer { found: i32, known: i32 },
    #[error("the server did not answer in time")]
    NoAnswer,
    #[error(
        "a connection pooler, such as PgBouncer, assigns a different session to each \
         transaction or statement; it must be in session mode (pool_mode = session)"
    )]
    Pooler,
    #[error("{0}")]
    Refused(&'static str),
    #[error("could not read the root certificates (sslrootcert)")]
    Roots,
    #[error("could not read a row ({0})")]
    Row(&'static str),
    #[error("the server reported {}: {what}", code.code())]
    Server { code: SqlState, what: String },
    #[error("the transaction that contained this change failed")]
    Shared(#[source] Arc<Self>),
    #[error("the database task has ended")]
    TaskEnded,
    #[error("could not encrypt the connection")]
    Tls(#[source] rustls::Error),
    #[error("the driver failed")]
    Unexpected,
    #[error(
        "the schema has version {found}, from before the first release, and cannot be migrated; start with an \
         empty database"
    )]
    Unreleased { found: i32 },
    #[error("could not write a value as JSON")]
    Unwritable,
}

impl Error {
    /// Converts to the public error type.
    pub(crate) fn at(self, operation: &'static str) -> StoreError {
        StoreError::new(self.kind(), "postgres", operation).with_source(self)
    }

    pub(crate) fn kind(&self) -> StoreErrorKind {
        match self {
            Self::Connection(_) | Self::Lost | Self::NoAnswer => StoreErrorKind::Unavailable,
            Self::Encoding(_)
            | Self::Foreign
            | Self::Newer { .. }
            | Self::Unreleased { .. }
            | Self::Pooler
            | Self::Refused(_)
            | Self::Roots
            | Self::Tls(_) => StoreErrorKind::Denied,
            Self::Hook(_) | Self::HookLate | Self::HookPanicked => StoreErrorKind::Hook,
            Self::Incomplete | Self::TaskEnded | Self::Unexpected | Self::Unwritable => {
                StoreErrorKind::Unexpected
            }
            Self::Row(_) => StoreErrorKind::Corrupt,
            Self::Server { code, .. } => kind_of(code),
            Self::Shared(error) => error.kind(),
        }
    }

    /// Returns whether another transaction caused the failure, so that a retry may succeed
    /// immediately: a deadlock, or a row that was inserted concurrently.
    pub(crate) fn is_conflict(&self) -> bool {
        let Self::Server { code, .. } = self else { return false };
        [
            SqlState::UNIQUE_VIOLATION,
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
        ]
        .contains(code)
    }
}

fn kind_of(code: &SqlState) -> StoreErrorKind {
    match code.code() {
        // Disk full. The other errors of this class are temporary: memory, connections.
        "53100" => StoreErrorKind::Full,
        // No access rights, no such database, no such schema.
        "42501" | "3D000" | "3F000" => StoreErrorKind::Denied,
        // Damaged data or index, missing file.
        "XX001" | "XX002" | "58P01" => StoreErrorKind::Corrupt,
        // A read-only server, such as a former primary; timeouts of locks and of idle transactions.
        "25006" | "25P03" | "55P03" => StoreErrorKind::Unavailable,
        code => match code.get(..2) {
            Some("28") => StoreErrorKind::Denied,
            // Connection failures, rollbacks caused by other transactions, exhausted resources,
            // operator intervention.
            Some("08" | "40" | "53" | "57") => StoreErrorKind::Unavailable,
            _ => StoreErrorKind::Unexpected,
        },
    }
}

/// Returns whether the server's message mentions only database objects. Messages about rows quote
/// them.
fn is_about_the_server(code: &SqlState) -> bool {
    let class = code.code().get(..2).unwrap_or_default();
    ["08", "25", "28", "3D", "3F", "40", "42", "53", "55", "57", "58"].contains(&class)
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(reported) = error.as_db_error() {
            // Concerns statements prepared by this program on its own connection.
            let (unknown, twice) =
                (SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::DUPLICATE_PSTATEMENT);
            if [unknown, twice].contains(reported.code()) {
                return Self::Pooler;
            }
            let what = if is_about_the_server(reported.code()) {
                reported.message().to_owned()
            } else {
                reported.constraint().unwrap_or("details withheld").to_owned()
            };
            return Self::Server { code: reported.code().clone(), what };
        }
        if error.is_closed() {
            return Self::Lost;
        }
        let reported = error.to_string();
        let Some(cause) = error.into_source() else { return Self::of_message(&reported) };
        match cause.downcast::<io::Error>() {
            Ok(cause) => match cause.get_ref().and_then(|inner| inner.downcast_ref()) {
                Some(tls) => Self::Tls(rustls::Error::clone(tls)),
                None => Self::Connection(*cause),
            },
            Err(cause) => match cause.downcast_ref::<rustls::Error>() {
                Some(tls) => Self::Tls(tls.clone()),
                None => Self::of_message(&reported),
            },
        }
    }
}

impl Error {
    /// Classifies the driver's error by its text, because the driver does not publish its kinds.
    fn of_message(reported: &str) -> Self {
        match reported {
            "authentication error" | "invalid configuration" => Self::Refused(
                "the password is missing, or the server requires an unsupported authentication method",
            ),
            "error performing TLS handshake" => Self::Refused("the server does not support TLS"),
            "timeout waiting for server" => Self::NoAnswer,
            _ => Self::Unexpected,
        }
    }
}

impl From<PoolError> for Error {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                error.into()
            }
            PoolError::Timeout(_) => Self::NoAnswer,
            PoolError::PostCreateHook(HookError::Message(encoding)) => {
                Self::Encoding(encoding.into_owned())
            }
            PoolError::Closed | PoolError::NoRuntimeSpecified => Self::TaskEnded,
        }
    }
}

/// Returns the text of the innermost cause.
#[cfg(test)]
pub(crate) fn root(error: &(dyn std::error::Error + 'static)) -> String {
    error.source().map_or_else(|| error.to_string(), root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(code: &str) -> Error {
        Error::Server { code: SqlState::from_code(code), what: String::new() }
    }

    #[test]
    fn server_errors_map_to_store_error_kinds() {
        let cases = [
            ("53100", StoreErrorKind::Full),
            ("53200", StoreErrorKind::Unavailable),
            ("53300", StoreErrorKind::Unavailable),
            ("28P01", StoreErrorKind::Denied),
            ("28000", StoreErrorKind::Denied),
            ("3D000", StoreErrorKind::Denied),
            ("42501", StoreErrorKind::Denied),
            ("25006", StoreErrorKind::Unavailable),
            ("40001", StoreErrorKind::Unavailable),
            ("40P01", StoreErrorKind::Unavailable),
            ("55P03", StoreErrorKind::Unavailable),
            ("57014", StoreErrorKind::Unavailable),
            ("57P01", StoreErrorKind::Unavailable),
            ("57P03", StoreErrorKind::Unavailable),
            ("XX001", StoreErrorKind::Corrupt),
            ("XX002", StoreErrorKind::Corrupt),
            ("23505", StoreErrorKind::Unexpected),
            ("42P01", StoreErrorKind::Unexpected),
            ("22021", StoreErrorKind::Unexpected),
        ];
        for (code, kind) in cases {
            assert_eq!(server(code).kind(), kind, "{code}");
            assert_eq!(Error::Shared(Arc::new(server(code))).kind(), kind, "{code}");
        }
        assert_eq!(Error::Row("usage").kind(), StoreErrorKind::Corrupt);
        assert!(Error::Lost.at("commit").is_transient());
    }

    #[test]
    fn errors_keep_their_cause_as_source() {
        let error = Error::Shared(Arc::new(server("53100"))).at("commit");
        assert_eq!(error.kind(), StoreErrorKind::Full);
        assert_eq!(root(&error), "the server reported 53100: ");
    }
}
