use crate::error::{Failure, SettingsError, Step};
use crate::line_stream::LineStream;
use crate::smtp_server::{Security, SmtpServer};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, AsyncTokioStream, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::extension::ClientId;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Opens connections, secures them and signs in.
pub(crate) struct Connector {
    server: SmtpServer,
    hello: ClientId,
    securing: Securing,
}

/// The parameters for securing a connection.
enum Securing {
    ImplicitTls { connector: TlsConnector, name: ServerName<'static> },
    Plain,
    StartTls(TlsParameters),
}

impl Connector {
    pub(crate) fn new(server: SmtpServer, domain: &str) -> Result<Self, SettingsError> {
        if server.host.is_empty() || server.host.chars().any(|c| c.is_control() || c == ' ') {
            return Err(SettingsError::new("the mail server's host is not a valid host name"));
        }
        if server.security == Security::Plain
            && server.credentials.is_some()
            && !is_loopback(&server.host)
        {
            return Err(SettingsError::new("sending a password requires TLS"));
        }
        let securing = match server.security {
            Security::Plain => Securing::Plain,
            Security::StartTls => Securing::StartTls(starttls_parameters(&server)?),
            Security::ImplicitTls => implicit_tls(&server)?,
        };
        let hello = server.hello_name.clone().unwrap_or_else(|| domain.to_owned());
        if hello.is_empty() || !hello.chars().all(|c| c.is_ascii_graphic()) {
            return Err(SettingsError::new("the greeting name is not a valid host name"));
        }
        Ok(Self { server, hello: ClientId::Domain(hello), securing })
    }

    pub(crate) const fn server(&self) -> &SmtpServer {
        &self.server
    }

    /// Connects, secures the connection and signs in.
    pub(crate) async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let stream = self.open().await?;
        let greeted = AsyncSmtpConnection::connect_with_transport(stream, &self.hello);
        let mut connection = self.within(Step::Greeting, greeted).await?;
        if let Securing::StartTls(parameters) = &self.securing {
            if !connection.can_starttls() {
                return Err(Failure::NoStartTls);
            }
            let secured = connection.starttls(parameters.clone(), &self.hello);
            self.within(Step::Tls, secured).await?;
        }
        if let Some((user, password)) = &self.server.credentials {
            let credentials = Credentials::new(user.clone(), password.expose().to_owned());
            let ways = [Mechanism::Plain, Mechanism::Login];
            if connection.server_info().get_auth_mechanism(&ways).is_none() {
                return Err(Failure::NoSignIn);
            }
            self.within(Step::SignIn, connection.auth(&ways, &credentials)).await?;
        }
        Ok(connection)
    }

    /// Limits an exchange with the server to the command timeout.
    pub(crate) async fn within<T>(
        &self,
        step: Step,
        answer: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, Failure> {
        match tokio::time::timeout(self.server.command_timeout, answer).await {
            Ok(answer) => answer.map_err(|error| failure(step, &error)),
            Err(_) => Err(Failure::TimedOut { step }),
        }
    }

    async fn open(&self) -> Result<Box<dyn AsyncTokioStream>, Failure> {
        let limit = self.server.connect_timeout;
        let stream = timed(limit, Step::Connect, self.reach()).await?;
        Ok(match &self.securing {
            Securing::ImplicitTls { connector, name } => {
                let secured = connector.connect(name.clone(), stream);
                Box::new(TlsTcp(timed(limit, Step::Tls, secured).await?))
            }
            Securing::Plain | Securing::StartTls(_) => Box::new(LineStream::new(stream)),
        })
    }

    async fn reach(&self) -> io::Result<TcpStream> {
        let host = self.server.host.trim_matches(['[', ']']);
        let stream = TcpStream::connect((host, self.server.port)).await?;
        // The client writes the body and the final dot separately. With Nagle's algorithm, the dot
        // would wait for the acknowledgment of the body, which the peer delays by some 40 ms.
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").field("server", &self.server).finish_non_exhaustive()
    }
}

async fn timed<T>(
    limit: Duration,
    step: Step,
    work: impl Future<Output = io::Result<T>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(io_failure(step, &error)),
        Err(_) => Err(Failure::TimedOut { step }),
    }
}

fn io_failure(step: Step, error: &io::Error) -> Failure {
    let is_tls = error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>());
    if is_tls { Failure::NotSecured } else { Failure::Network { step, kind: error.kind() } }
}

/// Classifies an error of the SMTP client. Its text is dropped because it quotes the server's.
pub(crate) fn failure(step: Step, error: &lettre::transport::smtp::Error) -> Failure {
    if let Some(code) = error.status() {
        let enhanced = error.source().and_then(|said| enhanced_code(&said.to_string()));
        return Failure::Answered { step, code: code.into(), enhanced };
    }
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(cause) = cause.downcast_ref::<io::Error>() {
            return io_failure(step, cause);
        }
        source = cause.source();
    }
    if error.is_tls() { Failure::NotSecured } else { Failure::Broken { step } }
}

/// Parses the enhanced status code at the beginning of a reply's text (RFC 3463), such as 5.1.1.
fn enhanced_code(said: &str) -> Option<(u8, u16, u16)> {
    let mut parts = said.split_ascii_whitespace().next()?.splitn(3, '.');
    let class = parts.next()?.parse().ok().filter(|class| matches!(class, 2 | 4 | 5))?;
    let mut below_1000 = || parts.next()?.parse().ok().filter(|number| *number < 1_000);
    Some((class, below_1000()?, below_1000()?))
}

fn is_loopback(host: &str) -> bool {
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

fn starttls_parameters(server: &SmtpServer) -> Result<TlsParameters, SettingsError> {
    let wrong =
        |error| SettingsError::new("could not set up TLS for the mail server").with_source(error);
    let mut builder = TlsParameters::builder(server.host.clone())
        .certificate_store(CertificateStore::WebpkiRoots);
    for root in &server.roots {
        builder = builder.add_root_certificate(Certificate::from_der(root.clone()).map_err(wrong)?);
    }
    builder.build().map_err(wrong)
}

fn implicit_tls(server: &SmtpServer) -> Result<Securing, SettingsError> {
    let problem = "could not set up TLS for the mail server";
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in &server.roots {
        roots
            .add(CertificateDer::from(root.clone()))
            .map_err(|error| SettingsError::new(problem).with_source(error))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SettingsError::new(problem).with_source(error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(server.host.clone())
        .map_err(|error| SettingsError::new(problem).with_source(error))?;
    Ok(Securing::ImplicitTls { connector: TlsConnector::from(Arc::new(config)), name })
}

/// TLS over TCP, for the SMTP client.
#[derive(Debug)]
struct TlsTcp(TlsStream<TcpStream>);

impl AsyncRead for TlsTcp {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_read(cx, buf)
    }
}

impl AsyncWrite for TlsTcp {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for TlsTcp {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().0.peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Password;

    #[test]
    fn only_enhanced_codes_are_parsed() {
        assert_eq!(enhanced_code("5.1.1 <carla@example.org>: unknown"), Some((5, 1, 1)));
        for text in ["", "5.1", "carla@example.org", "5.1.1000 x", "3.1.1 x", "5.1.x"] {
            assert_eq!(enhanced_code(text), None, "{text}");
        }
    }

    #[test]
    fn passwords_are_sent_without_tls_only_to_loopback() {
        let signed_in = |server: SmtpServer| {
            let server = server.with_credentials("ill", Password::new("s3cret".to_owned()));
            Connector::new(server, "example.org").map(|_| ())
        };
        assert!(signed_in(SmtpServer::danger_without_tls("smtp.example.org")).is_err());
        assert!(signed_in(SmtpServer::danger_without_tls("::1")).is_ok());
        assert!(signed_in(SmtpServer::loopback()).is_ok());
        assert!(signed_in(SmtpServer::starttls("smtp.example.org")).is_ok());
    }

    #[test]
    fn passwords_are_not_printed() {
        let server = SmtpServer::starttls("smtp.example.org")
            .with_credentials("carla", Password::new("s3cret".to_owned()));
        let printed = format!("{server:?} {:?}", server.credentials);
        assert!(!printed.contains("s3cret"), "{printed}");
        assert!(!format!("{server:?}").contains("carla"));
    }

    #[test]
    fn invalid_settings_are_refused() {
        let refused = |server| Connector::new(server, "example.org").is_err();
        assert!(refused(SmtpServer::starttls("")));
        assert!(refused(SmtpServer::starttls("smtp.example.org\r\nX")));
        assert!(refused(SmtpServer::implicit_tls("not a name")));
        assert!(refused(SmtpServer::loopback().with_hello_name("a\r\nMAIL FROM:<>")));
        assert!(SmtpServer::loopback().with_root_certificate(b"nonsense").is_err());
    }
}
