use crate::tls::Encryption;
use desktop_delivery::InvalidInput;
use desktop_delivery::input::{InputFault, InputField};
use std::path::PathBuf;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

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

/// The location of a database, and the encryption of connections to it.
pub(crate) struct Location {
    pub(crate) config: Config,
    pub(crate) encryption: Encryption,
    pub(crate) roots: Option<PathBuf>,
}

impl Location {
    /// Parses an address with the parameters `sslmode` and `sslrootcert`, which the driver lacks.
    pub(crate) fn parse(address: &str) -> Result<Self, InvalidInput> {
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
        let config: Config = plain.parse().map_err(|_| wrong(UNREADABLE))?;
        let encryption = mode.unwrap_or_else(|| default_encryption(&config));
        Ok(Self { config, encryption, roots })
    }
}

/// Checks that a configuration names a host and a database.
pub(crate) fn check(config: &Config) -> Result<(), InvalidInput> {
    let wrong = |fault| InvalidInput::new(ADDRESS, fault);
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(wrong(InputFault::NO_HOST));
    }
    if config.get_dbname().is_none() {
        return Err(wrong(NO_DATABASE));
    }
    Ok(())
}

/// Returns the encryption that a configuration of the host demands.
pub(crate) fn encryption_of(config: &Config) -> Encryption {
    match config.get_ssl_mode() {
        SslMode::Disable => Encryption::Disable,
        SslMode::Require => Encryption::VerifyFull,
        _ => default_encryption(config),
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
