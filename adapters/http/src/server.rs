use crate::activity::Activity;
use crate::connections::Connections;
use crate::per_client::PerClient;
use crate::proxies::Proxies;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;
use tokio_io_timeout::TimeoutStream;

/// The wait before retrying to accept a connection or to free one.
const RETRY: Duration = Duration::from_millis(100);

/// The maximum of unread bytes buffered for a connection: room for a request's head, and no more
/// than one piece of a file.
const MAX_BUFFER: usize = 16_384;

/// The bytes that the system buffers beyond those on their way to a reader.
#[cfg(target_os = "linux")]
const MAX_UNSENT: u32 = 16_384;

/// The minimum interval between warnings about clients with too many connections.
const WARNING: Duration = Duration::from_secs(60);

/// The response to a client with too many connections.
const TOO_MANY: &[u8] = b"HTTP/1.1 429 Too Many Requests\r\n\
    Content-Type: application/problem+json\r\nCache-Control: no-store\r\n\
    Retry-After: 5\r\nConnection: close\r\n\r\n\
    {\"type\":\"urn:desktop-delivery:problem:too-many-connections\",\
    \"title\":\"too many connections from this client address\",\"status\":429,\
    \"code\":\"too-many-connections\",\"remedy\":\"close some of them, and try again\"}\n";

/// Limits on the connections of [`serve`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ServerLimits {
    /// The maximum number of connections, at least 1. At the limit, idle and slow connections are
    /// closed to admit new ones. Default: 8,192.
    pub connections: usize,
    /// The maximum number of connections from one client address. Default: 512, except for loopback
    /// addresses.
    pub per_client: PerClient,
    /// The rate in bytes per second below which a transfer counts as slow. Default: 1,000.
    pub slow_bytes_per_second: u32,
    /// The timeout for the head of a request. Default: 20 seconds.
    pub head: Duration,
    /// How long a reader may stall. Default: 60 seconds.
    pub idle: Duration,
    /// How long unfinished transfers may continue when the server stops. Default: 30 seconds.
    pub stop: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            connections: 8_192,
            per_client: PerClient::of(None, 512),
            slow_bytes_per_second: 1_000,
            head: Duration::from_secs(20),
            idle: Duration::from_secs(60),
            stop: Duration::from_secs(30),
        }
    }
}

/// Serves a router over HTTP/1.1 until `stopping` changes, and then lets the existing connections
/// finish their requests.
///
/// Requests carry the [`ConnectInfo`] of their peer. On Unix, the process's limit of open files is
/// raised to the maximum that the system permits.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    limits: ServerLimits,
    proxies: Proxies,
    mut stopping: watch::Receiver<bool>,
) {
    #[cfg(unix)]
    allow_open_files();
    let slots = Arc::new(Semaphore::new(limits.connections.max(1)));
    let connections = Connections::new(limits.per_client, limits.slow_bytes_per_second);
    let graceful = GracefulShutdown::new();
    let mut warned: Option<Instant> = None;
    loop {
        let accepted = tokio::select! {
            _ = stopping.changed() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Probably out of file descriptors: other connections must close first.
                connections.make_room();
                tracing::error!(%error, "could not accept a connection");
                tokio::time::sleep(RETRY).await;
                continue;
            }
        };
        let Some(place) = connections.admit(proxies.connecting(peer.ip())) else {
            // The server does not wait for a client that does not read even this.
            let _ = socket2::SockRef::from(&stream).send(TOO_MANY);
            if warned.is_none_or(|at| at.elapsed() >= WARNING) {
                warned = Some(Instant::now());
                tracing::warn!(
                    "a client address has reached its limit of connections; if it is a proxy's, \
                     add it to the trusted proxies"
                );
            }
            continue;
        };
        let slot = tokio::select! {
            _ = stopping.changed() => break,
            slot = free(&slots, &connections) => slot,
        };
        let activity = Arc::clone(place.activity());
        let connection = connection(stream, peer, app.clone(), &limits, &activity);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            tokio::select! {
                // A client that disconnects is not worth logging.
                _ = connection => {}
                () = activity.until_cut_off() => {}
            }
            drop((place, slot));
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.stop, graceful.shutdown()).await.is_err() {
        tracing::warn!("some transfers were interrupted because they took too long");
    }
}

/// Waits for a connection slot, closing an idle or slow connection if all are taken.
async fn free(slots: &Arc<Semaphore>, connections: &Connections) -> Option<OwnedSemaphorePermit> {
    loop {
        if let Ok(slot) = Arc::clone(slots).try_acquire_owned() {
            return Some(slot);
        }
        connections.make_room();
        let slot = tokio::time::timeout(RETRY, Arc::clone(slots).acquire_owned()).await;
        if let Ok(slot) = slot {
            return slot.ok();
        }
    }
}

/// Raises the limit of open files and connections to the maximum permitted by the system; the
/// default is often 1,024.
#[cfg(unix)]
fn allow_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "could not raise the limit of open files");
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    limits: &ServerLimits,
    activity: &Arc<Activity>,
) -> impl GracefulConnection<Error = hyper::Error> + Send + use<> {
    // Small responses must not wait for more data to send.
    let _ = stream.set_nodelay(true);
    // Otherwise the system buffers megabytes at once, and every reader looks fast at first.
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(&stream).set_tcp_notsent_lowat(MAX_UNSENT);
    let mut stream = TimeoutStream::new(stream);
    // A stalled reader gives up its slot. Senders are limited by `pace_bodies`, since the server
    // has nothing to write to them meanwhile.
    stream.set_write_timeout(Some(limits.idle));
    let activity = Arc::clone(activity);
    let service = hyper::service::service_fn(move |request: http::Request<Incoming>| {
        let (app, activity) = (TowerToHyperService::new(app.clone()), Arc::clone(&activity));
        async move {
            let mut request = request.map(|body| activity.watch_request(Body::new(body)));
            request.extensions_mut().insert(ConnectInfo(peer));
            let response = hyper::service::Service::call(&app, request).await;
            response.map(|response| response.map(|body| activity.watch_response(body)))
        }
    });
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    async fn response(stream: &mut TcpStream) -> String {
        let mut bytes = vec![0; 4_096];
        let length = stream.read(&mut bytes).await.unwrap();
        String::from_utf8_lossy(&bytes[..length]).into_owned()
    }

    /// Starts a server and returns its address, the switch that stops it, and its task.
    async fn started(
        app: Router,
        limits: ServerLimits,
    ) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopping) = watch::channel(false);
        let serving = serve(listener, app, limits, Proxies::new(Vec::new()), stopping);
        (address, stop, tokio::spawn(serving))
    }

    #[tokio::test]
    async fn a_client_with_busy_connections_at_its_limit_is_refused() {
        let app = Router::new().route("/", get(std::future::pending::<()>));
        let limits = ServerLimits { per_client: PerClient::of(Some(1), 1), ..Default::default() };
        let (address, _stop, _serving) = started(app, limits).await;
        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(REQUEST).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        let mut second = TcpStream::connect(address).await.unwrap();
        let refused = response(&mut second).await;
        assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
        assert!(refused.contains("\"code\":\"too-many-connections\""), "{refused}");
    }

    #[tokio::test]
    async fn stopping_lets_a_request_finish_and_closes_the_listener() {
        let slow = || async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "done"
        };
        let app = Router::new().route("/", get(slow));
        let (address, stop, serving) = started(app, ServerLimits::default()).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(REQUEST).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.send(true).unwrap();
        let finished = response(&mut stream).await;
        assert!(
            finished.starts_with("HTTP/1.1 200 OK") && finished.ends_with("done"),
            "{finished}"
        );
        serving.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
