use super::secret::secret_in;
use crate::startup_error::StartupError;
use desktop_delivery_mail::{Password, SmtpServer};
use serde::Deserialize;
use std::fmt;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The mail server.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SmtpSettings {
    /// The host name.
    pub host: String,
    /// The port. Default: 587 for `starttls`, 465 for `tls`, 25 for `none`.
    pub port: Option<u16>,
    /// `starttls` (the default), `tls`, or `none`, which exposes links to anyone who can read the
    /// traffic.
    #[serde(default)]
    pub security: Security,
    /// The user name.
    pub user: Option<String>,
    /// The password. Prefer `password_file`.
    pub password: Option<Zeroizing<String>>,
    /// A file with the password.
    pub password_file: Option<PathBuf>,
    /// A root certificate (PEM) to trust in addition to the public ones.
    pub root_certificate: Option<PathBuf>,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings").field("host", &self.host).finish_non_exhaustive()
    }
}

/// The protection of the connection to the mail server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Security {
    /// None.
    None,
    /// Mandatory STARTTLS.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
}

impl SmtpSettings {
    pub(crate) fn server(&self) -> Result<SmtpServer, StartupError> {
        let host = self.host.clone();
        let is_own_machine = matches!(host.as_str(), "127.0.0.1" | "localhost");
        let mut server = match self.security {
            Security::Starttls => SmtpServer::starttls(host),
            Security::Tls => SmtpServer::implicit_tls(host),
            Security::None if is_own_machine => SmtpServer::loopback(),
            Security::None => SmtpServer::danger_without_tls(host),
        };
        if let Some(port) = self.port {
            server = server.with_port(port);
        }
        if let Some(path) = &self.root_certificate {
            let unreadable =
                |error| StartupError::new("could not read smtp.root_certificate", error);
            let pem = std::fs::read(path).map_err(unreadable)?;
            server = server
                .with_root_certificate(&pem)
                .map_err(|error| StartupError::new("smtp.root_certificate is not valid", error))?;
        }
        let Some(user) = &self.user else { return Ok(server) };
        let password = match (&self.password, &self.password_file) {
            (Some(password), None) => password.clone(),
            (None, Some(path)) => secret_in(path, "smtp.password_file")?,
            _ => {
                return Err(StartupError::settings(
                    "smtp.user needs either smtp.password or smtp.password_file",
                ));
            }
        };
        Ok(server.with_credentials(user, Password::new(password.to_string())))
    }
}
