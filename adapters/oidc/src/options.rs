use openidconnect::{ClientId, ClientSecret, IssuerUrl};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::fmt;
use std::time::Duration;

/// The client of a provider.
#[derive(Clone)]
pub struct OidcOptions {
    pub(crate) issuer: IssuerUrl,
    pub(crate) client_id: ClientId,
    pub(crate) secret: Option<ClientSecret>,
    pub(crate) scopes: Vec<String>,
    pub(crate) roots: Vec<CertificateDer<'static>>,
    pub(crate) allows_http: bool,
    pub(crate) timeout: Duration,
}

/// The error of options that cannot be used. Its text begins with the option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// The issuer is not an address.
    #[error("issuer is not an address such as https://login.example.org")]
    Issuer,
    /// The issuer does not use HTTPS.
    #[error("issuer must begin with https://, unless it is on this machine")]
    IssuerHttp,
    /// The client id is empty.
    #[error("client_id is empty")]
    ClientId,
    /// The root certificate cannot be read.
    #[error("root_certificate is not a PEM certificate")]
    RootCertificate,
}

impl OidcOptions {
    /// Creates the options for a client without a secret.
    ///
    /// The issuer must be written exactly as the provider writes it, with or without a final slash.
    ///
    /// # Errors
    /// [`OptionsError`] if the issuer is not an address or the client id is empty.
    pub fn new(issuer: &str, client_id: &str) -> Result<Self, OptionsError> {
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| OptionsError::Issuer)?;
        if client_id.is_empty() {
            return Err(OptionsError::ClientId);
        }
        Ok(Self {
            issuer,
            client_id: ClientId::new(client_id.to_owned()),
            secret: None,
            scopes: Vec::new(),
            roots: Vec::new(),
            allows_http: false,
            timeout: Duration::from_secs(10),
        })
    }

    /// Sets the secret of the client.
    #[must_use]
    pub fn with_secret(mut self, secret: String) -> Self {
        self.secret = Some(ClientSecret::new(secret));
        self
    }

    /// Sets the scopes to request in addition to `openid`. Default: none.
    #[must_use]
    pub fn with_scopes<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a root certificate (PEM) to trust in addition to the public ones.
    ///
    /// # Errors
    /// [`OptionsError::RootCertificate`] if there is no certificate in it.
    pub fn with_root_certificate(mut self, pem: &[u8]) -> Result<Self, OptionsError> {
        let before = self.roots.len();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            self.roots.push(certificate.map_err(|_| OptionsError::RootCertificate)?);
        }
        if self.roots.len() == before { Err(OptionsError::RootCertificate) } else { Ok(self) }
    }

    /// Allows addresses with `http`. Whoever can change the traffic to the provider can then sign in
    /// as anyone. Not needed for a provider on this machine.
    #[must_use]
    pub const fn danger_allow_http(mut self) -> Self {
        self.allows_http = true;
        self
    }

    /// Sets the time that a request to the provider may take. Default: 10 seconds.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }
}

/// Omits the secret.
impl fmt::Debug for OidcOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("OidcOptions");
        shown.field("issuer", &self.issuer.as_str()).field("client_id", &self.client_id.as_str());
        shown.finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unusable_options_are_named_and_the_secret_is_not_printed() {
        let new = |issuer, client| OidcOptions::new(issuer, client);
        assert_eq!(new("login.example.org", "desk").err(), Some(OptionsError::Issuer));
        assert_eq!(new("https://login.example.org", "").err(), Some(OptionsError::ClientId));
        let options = new("https://login.example.org", "desk").unwrap();
        let options = options.with_secret("hush-hush".to_owned());
        assert!(!format!("{options:?}").contains("hush"));
        let wrong = options.with_root_certificate(b"nonsense").err();
        assert_eq!(wrong, Some(OptionsError::RootCertificate));
    }
}
