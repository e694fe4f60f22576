use crate::options::{OidcOptions, OptionsError};
use desktop_delivery::error::ErrorChain;
use desktop_delivery_identity::single_sign_on::SignOnRefusal;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The maximum size of a provider's response, in bytes. Metadata and keys are a few KiB.
const MAX_BYTES: usize = 256 * 1024;
/// The maximum number of concurrent requests to a provider. Others wait for their turn.
const MAX_CONCURRENT: usize = 16;

/// An HTTP client for one provider, without redirects and without a proxy from the environment, and
/// with limits on time and size.
#[derive(Clone, Debug)]
pub(crate) struct ProviderHttp {
    client: reqwest::Client,
    allows_http: bool,
    turns: Arc<Semaphore>,
}

/// The reason why there is no usable response. Contains no part of the response.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("its address is not https")]
    NotHttps,
    #[error("its answer is longer than 256 KiB")]
    TooLong,
    #[error("it redirects to another address")]
    Redirect,
    #[error("it answers with status {0}")]
    Status(u16),
    #[error("it could not be reached")]
    Request(#[source] reqwest::Error),
    #[error("its answer is not HTTP")]
    Malformed,
}

impl HttpError {
    /// Logs why a provider cannot be reached.
    pub(crate) fn refusal(&self, issuer: &str) -> SignOnRefusal {
        tracing::warn!(issuer, error = %ErrorChain::of(self), "could not use the provider");
        SignOnRefusal::ProviderUnreachable
    }
}

impl ProviderHttp {
    pub(crate) fn new(options: &OidcOptions) -> Result<Self, OptionsError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for root in &options.roots {
            roots.add(root.clone()).map_err(|_| OptionsError::RootCertificate)?;
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the versions are those of the provider")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .timeout(options.timeout)
            .connect_timeout(options.timeout)
            .build()
            .expect("the TLS configuration is of the right type");
        let turns = Arc::new(Semaphore::new(MAX_CONCURRENT));
        Ok(Self { client, allows_http: options.allows_http, turns })
    }

    /// Returns whether requests may be sent to an address.
    pub(crate) fn allows(&self, url: &reqwest::Url) -> bool {
        let is_own_machine = || {
            url.host_str().is_some_and(|host| {
                let ip = host.trim_start_matches('[').trim_end_matches(']');
                host == "localhost" || ip.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
            })
        };
        match url.scheme() {
            "https" => true,
            "http" => self.allows_http || is_own_machine(),
            _ => false,
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(HttpError::Request)?;
        if !self.allows(request.url()) {
            return Err(HttpError::NotHttps);
        }
        let _turn = self.turns.acquire().await;
        let mut response = self.client.execute(request).await.map_err(without_url)?;
        let status = response.status();
        if status.is_redirection() {
            return Err(HttpError::Redirect);
        }
        if status.is_server_error() {
            return Err(HttpError::Status(status.as_u16()));
        }
        let mut answer = http::Response::builder().status(status);
        if let Some(kind) = response.headers().get(http::header::CONTENT_TYPE) {
            answer = answer.header(http::header::CONTENT_TYPE, kind);
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(without_url)? {
            if body.len() + piece.len() > MAX_BYTES {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        answer.body(body).map_err(|_| HttpError::Malformed)
    }
}

fn without_url(error: reqwest::Error) -> HttpError {
    HttpError::Request(error.without_url())
}

impl<'c> AsyncHttpClient<'c> for ProviderHttp {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_reaches_only_the_own_machine_unless_it_is_allowed() {
        let options = OidcOptions::new("https://login.example.org", "desk").unwrap();
        let strict = ProviderHttp::new(&options).unwrap();
        let lax = ProviderHttp::new(&options.danger_allow_http()).unwrap();
        let allows = |http: &ProviderHttp, url: &str| http.allows(&url.parse().unwrap());
        for url in [
            "https://login.example.org",
            "http://localhost:1",
            "http://127.0.0.1",
            "http://[::1]:80",
        ] {
            assert!(allows(&strict, url), "{url}");
        }
        for url in ["http://login.example.org", "http://localhost.example.org", "http://10.0.0.1"] {
            assert!(!allows(&strict, url), "{url}");
            assert!(allows(&lax, url), "{url}");
        }
        assert!(!allows(&lax, "ftp://127.0.0.1"));
    }
}
