use crate::tls::Encryption;
use desktop_delivery::InvalidInput;
use desktop_delivery::input::{InputFault, InputField};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

const ADDRESS: InputField = InputField::new("postgresql-address", "PostgreSQL address");
const NO_DATABASE: InputFault = InputFault::new(
    "no-database",
    "does not name a database",
    "end it with / and the name of the database",
);
const NO_SCHEME: InputFault = InputFault::new(
    "no-postgres-scheme",
    "does not begin with postgres://",
    "enter the complete address",
);
const UNKNOWN_SSLMODE: InputFault = InputFault::new(
    "unknown-sslmode",
    "has an unknown sslmode",
    "use disable, require, verify-ca or verify-full",
);
const UNREADABLE: InputFault = InputFault::new(
    "unreadable-address",
    "cannot be read",
    "write it like postgres://user@host:5432/database, and percent-encode special characters",
);

/// The location of the database and the options of its connections.
///
/// # Encryption
/// The `sslmode` parameter of the address has the meaning defined by libpq: `disable`; `require`
/// (encrypt, but trust any server); `verify-ca` (the certificate must be signed by a trusted root);
/// `verify-full` (the certificate must also match the host name). Default: `disable` for Unix
/// sockets and loopback addresses, `verify-full` for all other hosts. `sslrootcert` is the path of
/// a PEM file with the trusted roots. Default: the roots trusted by browsers.
#[derive(Clone)]
pub struct PostgresOptions {
    config: Config,
    encryption: Encryption,
    roots: Option<PathBuf>,
    connections: usize,
    timeout: Duration,
}

impl PostgresOptions {
    /// Parses an address such as `postgres://user:password@host:5432/database?sslmode=verify-full`.
    /// The address may list several hosts, separated by commas; the one that accepts writes is
    /// used.
    ///
    /// # Errors
    /// [`InvalidInput`] if the address is not valid. The error contains none of its text, because
    /// the text may include a password.
    pub fn parse(address: &str) -> Result<Self, InvalidInput> {
        let wrong = |fault| InvalidInput::new(ADDRESS, fault);
        if !["postgres://", "postgresql://"].iter().any(|scheme| address.starts_with(scheme)) {
            return Err(wrong(NO_SCHEME));
        }
        // The password may contain a question mark.
        let host = address.find('@').unwrap_or(0);
        let query = address[host..].find('?').map_or(address.len(), |query| host + query);
        let (base, parameters) = (&address[..query], address[query..].trim_start_matches('?'));
        let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => {
                    let known = Encryption::named(value);
                    mode = Some(known.ok_or(wrong(UNKNOWN_SSLMODE))?);
                }
                Some(("sslrootcert", value)) => roots = Some(PathBuf::from(value)),
                _ => rest.push(parameter),
            }
        }
        let plain = format!("{base}?{}", rest.join("&"));
        let mut config: Config = plain.parse().map_err(|_| wrong(UNREADABLE))?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(wrong(InputFault::NO_HOST));
        }
        if config.get_dbname().is_none() {
            return Err(wrong(NO_DATABASE));
        }
        let encryption = mode.unwrap_or_else(|| default_encryption(&config));
        config.ssl_mode(match encryption {
            Encryption::Disable => SslMode::Disable,
            _ => SslMode::Require,
        });
        if config.get_application_name().is_none() {
            config.application_name("desktop-delivery");
        }
        if config.get_target_session_attrs() == TargetSessionAttrs::Any {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        let timeout = Duration::from_secs(10);
        Ok(Self { config, encryption, roots, connections: 8, timeout })
    }

    /// Sets the password, replacing any in the address.
    #[must_use]
    pub fn with_password(mut self, password: impl AsRef<[u8]>) -> Self {
        self.config.password(password);
        self
    }

    /// Sets the number of connections for reading. Default: 8; at least 1. Five more connections
    /// commit, and load the deliveries to change.
    #[must_use]
    pub fn with_connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// Sets the timeout of each step: connecting, waiting for a free connection, running a
    /// statement. Default: 10 seconds; at least 1 second.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout.max(Duration::from_secs(1));
        self
    }

    pub(crate) const fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) const fn encryption(&self) -> Encryption {
        self.encryption
    }

    pub(crate) const fn roots(&self) -> Option<&PathBuf> {
        self.roots.as_ref()
    }

    pub(crate) const fn connections(&self) -> usize {
        self.connections
    }

    pub(crate) const fn timeout(&self) -> Duration {
        self.timeout
    }
}

/// Plain where the connection does not leave the machine.
fn default_encryption(config: &Config) -> Encryption {
    let is_here = |host: &Host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        Host::Unix(_) => true,
    };
    let all_here = config.get_hosts().iter().all(is_here)
        && config.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback);
    if all_here { Encryption::Disable } else { Encryption::VerifyFull }
}

/// Omits the password.
impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("hosts", &self.config.get_hosts())
            .field("ports", &self.config.get_ports())
            .field("database", &self.config.get_dbname())
            .field("user", &self.config.get_user())
            .field("encryption", &self.encryption)
            .field("connections", &self.connections)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encryption(address: &str) -> Encryption {
        PostgresOptions::parse(address).unwrap().encryption()
    }

    #[test]
    fn remote_connections_are_verified_by_default() {
        for here in ["localhost", "127.0.0.1:5433", "[::1]", "%2Frun%2Fpostgresql"] {
            let address = format!("postgres://desk@{here}/delivery");
            assert_eq!(encryption(&address), Encryption::Disable, "{address}");
        }
        for there in ["db.example.org", "192.0.2.7", "localhost,db.example.org", "localhost.org"] {
            let address = format!("postgresql://desk@{there}/delivery");
            assert_eq!(encryption(&address), Encryption::VerifyFull, "{address}");
            let address_with_mode = format!("{address}?connect_timeout=3&sslmode=disable");
            assert_eq!(encryption(&address_with_mode), Encryption::Disable);
        }
        let address_with_mode = "postgres://desk@localhost/delivery?sslmode=require";
        assert_eq!(encryption(address_with_mode), Encryption::Require);
    }

    #[test]
    fn an_invalid_address_is_refused_without_quoting_it() {
        let wrong = [
            "",
            "host=localhost dbname=delivery",
            "postgres://desk:se?cret@localhost/delivery?sslmode=nothing",
            "postgres://desk:secret@localhost:port/delivery",
            "postgres://desk:secret@localhost/delivery?sslmode=prefer",
            "postgres://desk:secret@localhost/delivery?secret=1",
            "postgres:///delivery",
            "postgres://desk:secret@localhost",
        ];
        for address in wrong {
            let error = PostgresOptions::parse(address).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("cret"), "{error:?}");
        }
    }

    #[test]
    fn a_password_may_contain_a_question_mark() {
        let options = "postgres://desk:se?cret=1@localhost/delivery?sslmode=verify-ca";
        let options = PostgresOptions::parse(options).unwrap();
        assert_eq!(options.encryption(), Encryption::VerifyCa);
        assert_eq!(options.config().get_password(), Some(&b"se?cret=1"[..]));
    }

    #[test]
    fn the_password_is_not_shown() {
        let options = PostgresOptions::parse("postgres://desk:secret@localhost/delivery").unwrap();
        assert!(!format!("{:?}", options.with_password("secret 2")).contains("secret"));
    }
}
