use crate::allowed_networks::is_public;
use crate::{AllowedNetworks, FailureReason, Resolver};
use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tower::Service;

/// How long resolving and connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens connections to receivers, only to addresses that are allowed.
///
/// Each connection checks the address to which it then connects, so that a name that resolves
/// differently a moment later cannot bypass the check.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) resolver: Arc<dyn Resolver>,
    pub(crate) networks: AllowedNetworks,
    pub(crate) tls: TlsConnector,
}

/// The error of a connection that was not opened.
#[derive(Clone, Copy, Debug, Error)]
#[error("could not connect: {0}")]
pub(crate) struct ConnectError(pub(crate) FailureReason);

impl Connector {
    /// Returns whether a connection to an address is allowed. Plain HTTP is allowed only inside the
    /// networks that the operator named.
    pub(crate) fn allow(networks: &AllowedNetworks, address: IpAddr, is_https: bool) -> bool {
        networks.contain(address) || (is_https && is_public(address))
    }

    async fn connect(&self, uri: Uri) -> Result<Stream, ConnectError> {
        let is_https = uri.scheme_str() == Some("https");
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        let opened = tokio::time::timeout(CONNECT_TIMEOUT, self.open(&host, port, is_https));
        let tcp = opened.await.map_err(|_| ConnectError(FailureReason::TimedOut))??;
        if !is_https {
            return Ok(Stream(Box::new(tcp)));
        }
        let failed = |_| ConnectError(FailureReason::TlsFailed);
        let name =
            ServerName::try_from(host).map_err(|_| ConnectError(FailureReason::NameNotResolved))?;
        let tls = self.tls.connect(name, tcp).await.map_err(failed)?;
        Ok(Stream(Box::new(tls)))
    }

    async fn open(&self, host: &str, port: u16, is_https: bool) -> Result<TcpStream, ConnectError> {
        let addresses = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => {
                let found = self.resolver.resolve(host).await;
                found.map_err(|_| ConnectError(FailureReason::NameNotResolved))?
            }
        };
        if addresses.is_empty() {
            return Err(ConnectError(FailureReason::NameNotResolved));
        }
        let is_allowed = |address: &IpAddr| Self::allow(&self.networks, *address, is_https);
        let allowed: Vec<_> = addresses.into_iter().filter(is_allowed).collect();
        let mut reason = FailureReason::AddressNotAllowed;
        for address in &allowed {
            // An address that does not answer leaves time for the others.
            let limit = CONNECT_TIMEOUT / u32::try_from(allowed.len()).unwrap_or(u32::MAX);
            let opening = TcpStream::connect(SocketAddr::new(*address, port));
            match tokio::time::timeout(limit, opening).await {
                Ok(Ok(stream)) => {
                    // The head and the body of a request are written separately.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Ok(Err(_)) => reason = FailureReason::Unreachable,
                Err(_) => reason = FailureReason::TimedOut,
            }
        }
        Err(ConnectError(reason))
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Stream>;
    type Error = ConnectError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ConnectError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move { connector.connect(uri).await.map(TokioIo::new) })
    }
}

/// The stream of a connection: TCP, or TLS over TCP.
trait Transport: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transport for T {}

/// A connection to a receiver.
pub(crate) struct Stream(Box<dyn Transport>);

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
