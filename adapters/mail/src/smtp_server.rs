use crate::error::SettingsError;
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

/// Port of submission with STARTTLS (RFC 6409).
const SUBMISSION: u16 = 587;
/// Port of submission over TLS from the first byte (RFC 8314).
const SUBMISSIONS: u16 = 465;
/// Port of mail servers among themselves (RFC 5321).
const SMTP: u16 = 25;

/// Holds a password; prints as a placeholder and is wiped after use.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes the password.
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

/// How a connection is kept from being read or changed on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    ImplicitTls,
    Plain,
    StartTls,
}

/// Says which mail server takes the notices, and how to talk to it.
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

    /// A server on port 587 that is asked for STARTTLS, without which nothing is said to it
    /// (RFC 3207).
    #[must_use]
    pub fn starttls(host: impl Into<String>) -> Self {
        Self::new(host, SUBMISSION, Security::StartTls)
    }

    /// A server on port 465 that talks TLS from the first byte (RFC 8314).
    #[must_use]
    pub fn implicit_tls(host: impl Into<String>) -> Self {
        Self::new(host, SUBMISSIONS, Security::ImplicitTls)
    }

    /// The mail server of this machine, on port 25 of `127.0.0.1`, without TLS.
    #[must_use]
    pub fn loopback() -> Self {
        Self::new("127.0.0.1", SMTP, Security::Plain)
    }

    /// A server on port 25 that is talked to without TLS: whoever listens on the way reads the
    /// links, and can use them.
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

    /// Signs in, with PLAIN (RFC 4616) or else LOGIN; a server without TLS is signed in to only
    /// where it is this machine.
    #[must_use]
    pub fn with_credentials(mut self, user: impl Into<String>, password: Password) -> Self {
        self.credentials = Some((user.into(), password));
        self
    }

    /// Sets the name that we greet with (RFC 5321 section 4.1.1.1); by default the domain of the
    /// sender's address.
    #[must_use]
    pub fn with_hello_name(mut self, name: impl Into<String>) -> Self {
        self.hello_name = Some(name.into());
        self
    }

    /// Trusts this root certificate (PEM, one or several) beside the public ones: for a mail server
    /// with a certificate of the institution's own authority.
    ///
    /// # Errors
    /// [`SettingsError`] where it holds no certificate.
    pub fn with_root_certificate(mut self, pem: &[u8]) -> Result<Self, SettingsError> {
        use rustls::pki_types::{CertificateDer, pem::PemObject};
        let wrong = || SettingsError::new("the root certificate is not a certificate in PEM");
        let found = self.roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            self.roots.push(certificate.map_err(|_| wrong())?.to_vec());
        }
        if self.roots.len() == found { Err(wrong()) } else { Ok(self) }
    }

    /// Sets how long connecting may take, 15 seconds by default.
    #[must_use]
    pub const fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long the server may take to answer one command, 60 seconds by default.
    ///
    /// RFC 5321 section 4.5.3.2 grants minutes; a relay that needs them is given another try.
    #[must_use]
    pub const fn with_command_timeout(mut self, timeout: Duration) -> Self {
        self.command_timeout = timeout;
        self
    }

    /// Sets how many connections there may be at once, 4 by default; 0 counts as 1.
    #[must_use]
    pub const fn with_max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// Sets how long a connection may wait for its next message, 60 seconds by default.
    #[must_use]
    pub const fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }
}

/// Neither user nor password.
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
