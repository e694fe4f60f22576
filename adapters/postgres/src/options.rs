use crate::tls::Encryption;
use desktop_delivery::InvalidInput;
use desktop_delivery::input::{InputFault, InputField};
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

const ADDRESS: InputField = InputField::new("postgresql-address", "PostgreSQL address");
const NO_DATABASE: InputFault =
    InputFault::new("no-database", "names no database", "end it with / and the database's name");
const NO_SCHEME: InputFault = InputFault::new(
    "no-postgres-scheme",
    "does not begin with postgres://",
    "enter the whole address",
);
const UNKNOWN_SSLMODE: InputFault = InputFault::new(
    "unknown-sslmode",
    "has an sslmode other than disable, require, verify-ca and verify-full",
    "use one of these four",
);
const UNREADABLE: InputFault = InputFault::new(
    "unreadable-address",
    "cannot be read",
    "write it as postgres://user@host:5432/database, with percent signs for special characters",
);

/// Says where the database is and how to talk to it.
///
/// # Encryption
/// `sslmode` in the address says it, as for PostgreSQL's own programs: `disable`, `require` (encrypts,
/// and trusts any server), `verify-ca` (a certificate that the roots vouch for), `verify-full` (and
/// that is the host's). Where it is left out, a Unix socket and a loopback address are plain, and any
/// other host is `verify-full`. `sslrootcert` names a PEM file with the roots; without it they are
/// those that browsers trust.
#[derive(Clone)]
pub struct PostgresOptions {
    config: Config,
    encryption: Encryption,
    roots: Option<PathBuf>,
    connections: usize,
    patience: Duration,
}

impl PostgresOptions {
    /// Reads an address: `postgres://user:password@host:5432/database?sslmode=verify-full`, several
    /// hosts apart by commas, of which the one that takes writes is used.
    ///
    /// # Errors
    /// [`InvalidInput`] where it is not one; never with any of its text, which may be a password.
    pub fn parse(address: &str) -> Result<Self, InvalidInput> {
        let wrong = |fault| InvalidInput::new(ADDRESS, fault);
        if !["postgres://", "postgresql://"].iter().any(|scheme| address.starts_with(scheme)) {
            return Err(wrong(NO_SCHEME));
        }
        // A password may have a question mark in it.
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
        let patience = Duration::from_secs(10);
        Ok(Self { config, encryption, roots, connections: 8, patience })
    }

    /// Takes the password from elsewhere than the address.
    #[must_use]
    pub fn with_password(mut self, password: impl AsRef<[u8]>) -> Self {
        self.config.password(password);
        self
    }

    /// Sets how many connections read, 1 and more; 8 unless set. Five more commit and
    /// load what is committed.
    #[must_use]
    pub fn with_connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// Sets how long one step may take before it is given up: to connect, to wait for a connection, to
    /// run a statement. 10 seconds unless set; at least 1 second.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience.max(Duration::from_secs(1));
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

    pub(crate) const fn patience(&self) -> Duration {
        self.patience
    }
}

/// Plain where no wire leaves the machine.
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

/// Shows nothing of the password.
impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("hosts", &self.config.get_hosts())
            .field("ports", &self.config.get_ports())
            .field("database", &self.config.get_dbname())
            .field("user", &self.config.get_user())
            .field("encryption", &self.encryption)
            .field("connections", &self.connections)
            .field("patience", &self.patience)
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
    fn what_leaves_the_machine_is_encrypted_and_verified_unless_told_otherwise() {
        for here in ["localhost", "127.0.0.1:5433", "[::1]", "%2Frun%2Fpostgresql"] {
            let address = format!("postgres://desk@{here}/delivery");
            assert_eq!(encryption(&address), Encryption::Disable, "{address}");
        }
        for there in ["db.example.org", "192.0.2.7", "localhost,db.example.org", "localhost.org"] {
            let address = format!("postgresql://desk@{there}/delivery");
            assert_eq!(encryption(&address), Encryption::VerifyFull, "{address}");
            let told = format!("{address}?connect_timeout=3&sslmode=disable");
            assert_eq!(encryption(&told), Encryption::Disable);
        }
        let told = "postgres://desk@localhost/delivery?sslmode=require";
        assert_eq!(encryption(told), Encryption::Require);
    }

    #[test]
    fn an_address_that_cannot_be_read_is_refused_and_not_repeated() {
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
    fn a_password_may_have_a_question_mark() {
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
