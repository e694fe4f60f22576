use crate::error::SettingsError;
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

/// The port of submission with STARTTLS (RFC 6409).
const SUBMISSION: u16 = 587;
/// The port of submission over implicit TLS (RFC 8314).
const SUBMISSIONS: u16 = 465;
/// The port for relaying between servers (RFC 5321).
const SMTP: u16 = 25;

/// A password. `Debug` prints a placeholder, and the memory is wiped on drop.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Wraps a password.
    #[must_use]
    pub fn new(password: String) -> Self {
        Self(Zeroizing::new(password))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// The protection of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    ImplicitTls,
    Plain,
    StartTls,
}

/// The mail server that sends the notices, with connection settings.
#[derive(Clone)]
pub struct SmtpServer {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) credentials: Option<(String, Password)>,
    pub(crate) hello_name: Option<String>,
    pub(crate) roots: Vec<Vec<u8>>,
    pub(crate) connect_timeout: Duration,
    pub(crate) command_timeout: Duration,
    pub(crate) max_connections: usize,
    pub(crate) idle_timeout: Duration,
}

impl SmtpServer {
    fn new(host: impl Into<String>, port: u16, security: Security) -> Self {
        Self {
            host: host.into(),
            port,
            security,
            credentials: None,
            hello_name: None,
            roots: Vec::new(),
            connect_timeout: Duration::from_secs(15),
            command_timeout: Duration::from_secs(60),
            max_connections: 4,
            idle_timeout: Duration::from_secs(60),
        }
    }

    /// A server on port 587 with mandatory STARTTLS (RFC 3207).
    #[must_use]
    pub fn starttls(host: impl Into<String>) -> Self {
        Self::new(host, SUBMISSION, Security::StartTls)
    }

    /// A server on port 465 with implicit TLS (RFC 8314).
    #[must_use]
    pub fn implicit_tls(host: impl Into<String>) -> Self {
        Self::new(host, SUBMISSIONS, Security::ImplicitTls)
    }

    /// The mail server of this machine, on port 25 of `127.0.0.1`, without TLS.
    #[must_use]
    pub fn loopback() -> Self {
        Self::new("127.0.0.1", SMTP, Security::Plain)
    }

    /// A server on port 25 without TLS. Anyone who can read the traffic can use the links in the
    /// mails.
    #[must_use]
    pub fn danger_without_tls(host: impl Into<String>) -> Self {
        Self::new(host, SMTP, Security::Plain)
    }

    /// Sets the port.
    #[must_use]
    pub const fn with_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the credentials for PLAIN (RFC 4616) or LOGIN. Without TLS, they are accepted only for
    /// a server on this machine.
    #[must_use]
    pub fn with_credentials(mut self, user: impl Into<String>, password: Password) -> Self {
        self.credentials = Some((user.into(), password));
        self
    }

    /// Sets the name for the greeting (RFC 5321 §4.1.1.1). Default: the domain of the sender's
    /// address.
    #[must_use]
    pub fn with_hello_name(mut self, name: impl Into<String>) -> Self {
        self.hello_name = Some(name.into());
        self
    }

    /// Trusts root certificates (PEM, one or several) in addition to the public ones, for a mail
    /// server whose certificate was issued by the institution's own authority.
    ///
    /// # Errors
    /// [`SettingsError`] if the text contains no certificate.
    pub fn with_root_certificate(mut self, pem: &[u8]) -> Result<Self, SettingsError> {
        use rustls::pki_types::{CertificateDer, pem::PemObject};
        let wrong = || SettingsError::new("the root certificate is not a valid PEM certificate");
        let found = self.roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            self.roots.push(certificate.map_err(|_| wrong())?.to_vec());
        }
        if self.roots.len() == found { Err(wrong()) } else { Ok(self) }
    }

    /// Sets the timeout for connecting. Default: 15 seconds.
    #[must_use]
    pub const fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets the timeout for the reply to each command. Default: 60 seconds.
    ///
    /// RFC 5321 §4.5.3.2 allows minutes; for a relay that needs them, the notice is retried.
    #[must_use]
    pub const fn with_command_timeout(mut self, timeout: Duration) -> Self {
        self.command_timeout = timeout;
        self
    }

    /// Sets the maximum number of concurrent connections; 0 counts as 1. Default: 4.
    #[must_use]
    pub const fn with_max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// Sets how long an idle connection is kept open. Default: 60 seconds.
    #[must_use]
    pub const fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }
}

/// Omits the user name and the password.
impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpServer")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("signs_in", &self.credentials.is_some())
            .finish_non_exhaustive()
    }
}
