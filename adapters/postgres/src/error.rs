use deadpool_postgres::{HookError, PoolError};
use desktop_delivery::StoreError;
use desktop_delivery::error::StoreErrorKind;
use std::io;
use std::sync::Arc;
use tokio_postgres::error::SqlState;

/// Says what went wrong below the traits; never holds what a row says, nor a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("the connection failed")]
    Connection(#[source] io::Error),
    #[error("the encoding of the database is {0}, not UTF8")]
    Encoding(String),
    #[error("the schema desktop_delivery belongs to another program")]
    Foreign,
    #[error("a new delivery lacks a part")]
    Incomplete,
    #[error("the connection was lost")]
    Lost,
    #[error("the schema is of version {found}, which this program, of version {known}, cannot use")]
    Newer { found: i32, known: i32 },
    #[error("no answer in time")]
    NoAnswer,
    #[error(
        "a connection pooler, such as PgBouncer, gives this program another session for each \
         transaction or statement; it must be in session mode (pool_mode = session)"
    )]
    Pooler,
    #[error("{0}")]
    Refused(&'static str),
    #[error("the roots of certificates (sslrootcert) cannot be read")]
    Roots,
    #[error("a row cannot be read ({0})")]
    Row(&'static str),
    #[error("the server says {}: {what}", code.code())]
    Server { code: SqlState, what: String },
    #[error("the commit that it was part of failed")]
    Shared(#[source] Arc<Self>),
    #[error("the task that does it has ended")]
    TaskEnded,
    #[error("no encrypted connection")]
    Tls(#[source] rustls::Error),
    #[error("the driver failed")]
    Unexpected,
    #[error(
        "the schema is of version {found}, from before the first release, and cannot be migrated; start with an \
         empty database"
    )]
    Unreleased { found: i32 },
    #[error("a value cannot be written as JSON")]
    Unwritable,
}

impl Error {
    /// Crosses the boundary.
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
            Self::Incomplete | Self::TaskEnded | Self::Unexpected | Self::Unwritable => {
                StoreErrorKind::Unexpected
            }
            Self::Row(_) => StoreErrorKind::Corrupt,
            Self::Server { code, .. } => kind_of(code),
            Self::Shared(error) => error.kind(),
        }
    }

    /// Whether another transaction was in the way, so that the same one may succeed right now: a
    /// deadlock, or a row that somebody else made at the same time.
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
        // Disk full. The rest of its class passes: memory, connections.
        "53100" => StoreErrorKind::Full,
        // No rights, no such database, no such schema.
        "42501" | "3D000" | "3F000" => StoreErrorKind::Denied,
        // Data or an index is damaged; a file is not there.
        "XX001" | "XX002" | "58P01" => StoreErrorKind::Corrupt,
        // A read-only server, as an old primary is; timeouts of a lock and of an idle transaction.
        "25006" | "25P03" | "55P03" => StoreErrorKind::Unavailable,
        code => match code.get(..2) {
            Some("28") => StoreErrorKind::Denied,
            // Connections, rollbacks for others' sake, resources, an operator's intervention.
            Some("08" | "40" | "53" | "57") => StoreErrorKind::Unavailable,
            _ => StoreErrorKind::Unexpected,
        },
    }
}

/// Whether the server's words name nothing but parts of the database: those about rows quote them.
fn is_about_the_server(code: &SqlState) -> bool {
    let class = code.code().get(..2).unwrap_or_default();
    ["08", "25", "28", "3D", "3F", "40", "42", "53", "55", "57", "58"].contains(&class)
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        if let Some(said) = error.as_db_error() {
            // Of those that this program prepared, each for one connection.
            let (unknown, twice) =
                (SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::DUPLICATE_PSTATEMENT);
            if [unknown, twice].contains(said.code()) {
                return Self::Pooler;
            }
            let what = if is_about_the_server(said.code()) {
                said.message().to_owned()
            } else {
                said.constraint().unwrap_or("no more may be told").to_owned()
            };
            return Self::Server { code: said.code().clone(), what };
        }
        if error.is_closed() {
            return Self::Lost;
        }
        let said = error.to_string();
        let Some(cause) = error.into_source() else { return Self::of_words(&said) };
        match cause.downcast::<io::Error>() {
            Ok(cause) => match cause.get_ref().and_then(|inner| inner.downcast_ref()) {
                Some(tls) => Self::Tls(rustls::Error::clone(tls)),
                None => Self::Connection(*cause),
            },
            Err(cause) => match cause.downcast_ref::<rustls::Error>() {
                Some(tls) => Self::Tls(tls.clone()),
                None => Self::of_words(&said),
            },
        }
    }
}

impl Error {
    /// The driver keeps its kinds to itself but for its words.
    fn of_words(said: &str) -> Self {
        match said {
            "authentication error" | "invalid configuration" => {
                Self::Refused("the password is missing, or of a sort that is not known")
            }
            "error performing TLS handshake" => Self::Refused("the server does not speak TLS"),
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

/// Walks to the last cause, for tests.
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
    fn every_failure_of_the_server_has_the_kind_that_tells_what_to_do() {
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
    fn the_cause_stays_behind_the_error() {
        let error = Error::Shared(Arc::new(server("53100"))).at("commit");
        assert_eq!(error.kind(), StoreErrorKind::Full);
        assert_eq!(root(&error), "the server says 53100: ");
    }
}
