use crate::hook::PostgresHook;
use crate::hook_options::HookOptions;
use crate::location::{Location, check, encryption_of};
use crate::schema_name::SchemaName;
use crate::tls::Encryption;
use deadpool_postgres::{Manager, ManagerConfig};
use desktop_delivery::InvalidInput;
use desktop_delivery::events::EventName;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Config, Socket};

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
    schema: SchemaName,
    connector: Option<Connector>,
    hook: Option<HookOptions>,
}

/// Creates the connections of a pool with a TLS connector of the host.
type Connector = Arc<dyn Fn(Config, ManagerConfig) -> Manager + Send + Sync>;

/// The shortest deadline of a hook.
const MIN_DEADLINE: Duration = Duration::from_millis(10);

impl PostgresOptions {
    /// Parses an address such as `postgres://user:password@host:5432/database?sslmode=verify-full`.
    /// The address may list several hosts, separated by commas; the one that accepts writes is
    /// used.
    ///
    /// # Errors
    /// [`InvalidInput`] if the address is not valid. The error contains none of its text, because
    /// the text may include a password.
    pub fn parse(address: &str) -> Result<Self, InvalidInput> {
        let Location { config, encryption, roots } = Location::parse(address)?;
        Self::of(config, encryption, roots)
    }

    /// Uses the connection configuration of the host. The store opens connections of its own with
    /// it, and its session settings do not affect the host's connections.
    ///
    /// `ssl_mode` determines the encryption: `Disable` uses none, `Require` verifies the certificate
    /// and the host name with the roots trusted by browsers, and `Prefer`, the default, does so
    /// except for Unix sockets and loopback addresses. [`with_tls`](Self::with_tls) replaces this by
    /// the host's own connector.
    ///
    /// # Errors
    /// [`InvalidInput`] if the configuration names no host or no database.
    pub fn from_config(config: Config) -> Result<Self, InvalidInput> {
        let encryption = encryption_of(&config);
        Self::of(config, encryption, None)
    }

    fn of(
        mut config: Config,
        encryption: Encryption,
        roots: Option<PathBuf>,
    ) -> Result<Self, InvalidInput> {
        check(&config)?;
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
        Ok(Self {
            config,
            encryption,
            roots,
            connections: 8,
            timeout,
            schema: SchemaName::default(),
            connector: None,
            hook: None,
        })
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

    /// Encrypts every connection with the host's TLS connector, which verifies the certificate.
    #[must_use]
    pub fn with_tls<T>(mut self, connector: T) -> Self
    where
        T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static,
        T::Stream: Sync + Send,
        T::TlsConnect: Sync + Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        self.config.ssl_mode(SslMode::Require);
        self.connector = Some(Arc::new(move |config, recycling| {
            Manager::from_config(config, connector.clone(), recycling)
        }));
        self
    }

    /// Sets the schema that contains all tables. Default: `desktop_delivery`. Several stores with
    /// different schemas may use one database.
    ///
    /// # Errors
    /// [`InvalidInput`] unless the name has 1 to 63 lower-case letters, digits and underscores, and
    /// begins with a letter, but not with `pg_`.
    pub fn with_schema(mut self, name: &str) -> Result<Self, InvalidInput> {
        self.schema = SchemaName::new(name)?;
        Ok(self)
    }

    /// Runs `hook` in the transaction of every commit that has an event of one of these kinds. Such
    /// commits use two more connections. Other commits are written together as before. One hook can
    /// be set.
    #[must_use]
    pub fn with_hook(
        mut self,
        kinds: impl IntoIterator<Item = EventName>,
        hook: impl PostgresHook + 'static,
    ) -> Self {
        self.hook = Some(HookOptions::new(Arc::new(hook), kinds.into_iter().collect()));
        self
    }

    /// Sets how long the hook may take, including the wait for rows that other transactions have
    /// locked. Default: 5 seconds; at least 10 milliseconds. Has no effect before a hook is set.
    #[must_use]
    pub fn with_hook_deadline(mut self, deadline: Duration) -> Self {
        if let Some(hook) = &mut self.hook {
            hook.deadline = deadline.max(MIN_DEADLINE);
        }
        self
    }

    pub(crate) const fn schema(&self) -> &SchemaName {
        &self.schema
    }

    pub(crate) fn connector(&self) -> Option<&Connector> {
        self.connector.as_ref()
    }

    pub(crate) const fn hook(&self) -> Option<&HookOptions> {
        self.hook.as_ref()
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
            .field("schema", &self.schema.as_str())
            .field("hook", &self.hook)
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
