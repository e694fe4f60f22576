use crate::connector::{ConnectError, Connector};
use crate::signed::Signed;
use crate::webhook_url::URL;
use crate::{AllowedNetworks, Attempt, FailureReason, Resolver, SystemResolver, WebhookUrl};
use bytes::Bytes;
use desktop_delivery::input::{InputFault, InputField};
use desktop_delivery::{InvalidInput, Timestamp};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;

/// The longest timeout of an attempt, and the default, in seconds.
pub(crate) const ATTEMPT_SECONDS: u64 = 15;

/// How long the rest of a response is read after its head, so that the connection can be reused.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(1);

/// The maximum number of bytes read from a response's body.
const MAX_RESPONSE_BYTES: usize = 65_536;

/// The maximum size of a response's head, in bytes.
const MAX_HEAD_BYTES: usize = 32_768;

/// How long an unused connection stays open.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

const USER_AGENT: &str = concat!("desktop-delivery/", env!("CARGO_PKG_VERSION"));

const NOT_HTTPS: InputFault = InputFault::new(
    "not-https",
    "does not begin with https://",
    "enter an address that begins with https://; plain HTTP needs a network that the operator allows",
);
const NOT_PUBLIC: InputFault = InputFault::new(
    "not-public",
    "is a private or reserved address",
    "enter the receiver's public address, or have the operator allow its network",
);
const ROOTS: InputField = InputField::new("root-certificate", "root certificate");
const NOT_A_CERTIFICATE: InputFault = InputFault::new(
    "not-a-certificate",
    "is not a valid PEM certificate",
    "enter the certificate of the authority that issued the receiver's",
);

/// Sends deliveries to receivers over HTTP/1.1.
///
/// Certificates are checked against the roots of Mozilla. Redirects are not followed, and no proxy
/// is used. Connections are opened only to public addresses, and for the host's webhooks also to
/// the [`AllowedNetworks`].
#[derive(Clone)]
pub struct Sender {
    parts: Parts,
    clients: Arc<Clients>,
}

#[derive(Clone)]
struct Parts {
    resolver: Arc<dyn Resolver>,
    networks: AllowedNetworks,
    roots: Vec<CertificateDer<'static>>,
    timeout: Duration,
}

/// Clients with separate connections, so that a library's webhook cannot use one that was opened to
/// a private address for the host.
struct Clients {
    host: Client<Connector, Full<Bytes>>,
    library: Client<Connector, Full<Bytes>>,
}

impl Default for Sender {
    fn default() -> Self {
        Self::of(Parts {
            resolver: Arc::new(SystemResolver),
            networks: AllowedNetworks::default(),
            roots: Vec::new(),
            timeout: Duration::from_secs(ATTEMPT_SECONDS),
        })
    }
}

impl Sender {
    /// Creates a sender that connects only to public addresses.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets the webhooks of the host connect to these networks, with plain HTTP as well. Webhooks
    /// of libraries always need public addresses and HTTPS.
    #[must_use]
    pub fn with_allowed_networks(self, networks: AllowedNetworks) -> Self {
        Self::of(Parts { networks, ..self.parts })
    }

    /// Trusts root certificates (PEM, one or several) in addition to the public ones.
    ///
    /// # Errors
    /// [`InvalidInput`] if the text contains no certificate.
    pub fn with_root_certificate(self, pem: &[u8]) -> Result<Self, InvalidInput> {
        let wrong = || InvalidInput::new(ROOTS, NOT_A_CERTIFICATE);
        let mut roots = self.parts.roots.clone();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| wrong())?;
            RootCertStore::empty().add(certificate.clone()).map_err(|_| wrong())?;
            roots.push(certificate);
        }
        if roots.len() == self.parts.roots.len() {
            return Err(wrong());
        }
        Ok(Self::of(Parts { roots, ..self.parts }))
    }

    /// Resolves names with `resolver`. Default: [`SystemResolver`].
    #[must_use]
    pub fn with_resolver(self, resolver: Arc<dyn Resolver>) -> Self {
        Self::of(Parts { resolver, ..self.parts })
    }

    /// Sets how long a receiver may take to answer, at most 15 seconds. Default: 15 seconds.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        let timeout = timeout.min(Duration::from_secs(ATTEMPT_SECONDS));
        Self { parts: Parts { timeout, ..self.parts }, ..self }
    }

    fn of(parts: Parts) -> Self {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        roots.add_parsable_certificates(parts.roots.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring has the default protocol versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tls = TlsConnector::from(Arc::new(tls));
        let client = |networks: &AllowedNetworks| {
            let (resolver, networks) = (Arc::clone(&parts.resolver), networks.clone());
            Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE_TIMEOUT)
                .pool_max_idle_per_host(8)
                .http1_max_buf_size(MAX_HEAD_BYTES)
                .build(Connector { resolver, networks, tls: tls.clone() })
        };
        let (host, library) = (client(&parts.networks), client(&AllowedNetworks::default()));
        Self { parts, clients: Arc::new(Clients { host, library }) }
    }

    /// Rejects a URL to which no delivery could be made: a literal address that is not allowed, or
    /// plain HTTP if no networks are allowed.
    pub(crate) fn check(&self, url: &WebhookUrl, is_hosts: bool) -> Result<(), InvalidInput> {
        let none = AllowedNetworks::default();
        let networks = if is_hosts { &self.parts.networks } else { &none };
        if !url.is_https() && networks.is_empty() {
            return Err(InvalidInput::new(URL, NOT_HTTPS));
        }
        match url.literal_address() {
            Some(address) if !Connector::allow(networks, address, url.is_https()) => {
                Err(InvalidInput::new(URL, NOT_PUBLIC))
            }
            _ => Ok(()),
        }
    }

    /// Makes one attempt to deliver. `is_hosts` is whether the webhook may use the allowed networks.
    pub(crate) async fn send(
        &self,
        url: &WebhookUrl,
        is_hosts: bool,
        signed: Signed,
        now: Timestamp,
    ) -> Attempt {
        let client = if is_hosts { &self.clients.host } else { &self.clients.library };
        let began = Instant::now();
        let failed = |failure| (None, Some(failure), None);
        let answered = match request(url, signed) {
            None => failed(FailureReason::BadResponse),
            Some(request) => match timeout(self.parts.timeout, client.request(request)).await {
                Err(_) => failed(FailureReason::TimedOut),
                Ok(Err(error)) => failed(reason(&error)),
                Ok(Ok(response)) => {
                    let status = response.status();
                    let failure = (!status.is_success()).then_some(FailureReason::Status);
                    let wait = retry_after(status, response.headers(), now);
                    tokio::spawn(drain(response.into_body()));
                    (Some(status.as_u16()), failure, wait)
                }
            },
        };
        let (status, failure, retry_after) = answered;
        Attempt { status, failure, duration: began.elapsed(), retry_after }
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender")
            .field("resolver", &self.parts.resolver)
            .field("networks", &self.parts.networks)
            .finish_non_exhaustive()
    }
}

/// Returns the request of a delivery. A parsed URL and signed headers always form one.
fn request(url: &WebhookUrl, signed: Signed) -> Option<Request<Full<Bytes>>> {
    Request::builder()
        .method(Method::POST)
        .uri(url.as_str())
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, USER_AGENT)
        .header("webhook-id", signed.id)
        .header("webhook-timestamp", signed.timestamp.to_string())
        .header("webhook-signature", signed.signature)
        .body(Full::new(signed.body))
        .ok()
}

/// Reads the rest of a short response, so that its connection can be reused. A longer one closes its
/// connection.
async fn drain(body: Incoming) {
    let _ = timeout(DRAIN_TIMEOUT, Limited::new(body, MAX_RESPONSE_BYTES).collect()).await;
}

fn reason(error: &(dyn StdError + 'static)) -> FailureReason {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(ConnectError(reason)) = error.downcast_ref() {
            return *reason;
        }
        cause = error.source();
    }
    FailureReason::BadResponse
}

/// Returns the wait in seconds that a receiver asks for (RFC 9110 section 10.2.3): a number, or the
/// time until a date.
fn retry_after(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    if !matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
        return None;
    }
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    text.parse().ok().filter(|seconds| *seconds >= 0).or_else(|| {
        let date = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
        let date = Timestamp::from_seconds(i64::try_from(date.as_secs()).ok()?);
        Some(date.seconds_since(now))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_a_number_or_a_date_with_two_statuses() {
        let now = Timestamp::from_seconds(1_795_466_792);
        let wait = |status: u16, text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, text.parse().unwrap());
            retry_after(StatusCode::from_u16(status).unwrap(), &headers, now)
        };
        assert_eq!(wait(429, "120"), Some(120));
        assert_eq!(wait(503, " 7 "), Some(7));
        assert_eq!(wait(503, "Mon, 23 Nov 2026 20:47:32 GMT"), Some(60));
        assert_eq!(wait(500, "120"), None);
        assert_eq!((wait(503, "soon"), wait(503, "-1")), (None, None));
    }

    #[test]
    fn urls_without_a_possible_delivery_are_rejected() {
        let fault = |sender: &Sender, text: &str, is_hosts| {
            let checked = sender.check(&WebhookUrl::new(text).unwrap(), is_hosts);
            checked.err().map(|error| error.fault().code())
        };
        let closed = Sender::new();
        assert_eq!(fault(&closed, "https://ill.example.org/", true), None);
        assert_eq!(fault(&closed, "http://ill.example.org/", true), Some("not-https"));
        assert_eq!(fault(&closed, "https://2130706433/", true), Some("not-public"));
        assert_eq!(fault(&closed, "https://[::ffff:10.0.0.1]/", true), Some("not-public"));
        let networks = AllowedNetworks::new(["10.0.0.0/8"]).unwrap();
        let open = Sender::new().with_allowed_networks(networks);
        assert_eq!(fault(&open, "http://10.0.0.1/", true), None);
        assert_eq!(fault(&open, "https://10.0.0.1/", true), None);
        assert_eq!(fault(&open, "http://8.8.8.8/", true), Some("not-public"));
        assert_eq!(fault(&open, "https://127.0.0.1/", true), Some("not-public"));
        assert_eq!(fault(&open, "https://10.0.0.1/", false), Some("not-public"));
        assert_eq!(fault(&open, "http://ill.example.org/", false), Some("not-https"));
    }
}
