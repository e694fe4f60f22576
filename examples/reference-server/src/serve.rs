use crate::assemble::Server;
use crate::settings::LimitSettings;
use crate::{health, log};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use desktop_delivery_http::{
    Activity, Bodies, Connections, HttpParts, api_problems, guard, limit_bodies, linger,
    pace_bodies, router,
};
use desktop_delivery_identity::{GuessLimiter, administration, limit_guesses};
use desktop_delivery_pages::{AccountParts, LibraryParts, site};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use hyper_util::service::TowerToHyperService;
use metrics_exporter_prometheus::PrometheusHandle;
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

/// Accepts connections until the server stops, and then lets the existing ones finish.
pub(crate) async fn serve(
    listener: TcpListener,
    server: Arc<Server>,
    metrics: PrometheusHandle,
    limits: LimitSettings,
    mut stopping: watch::Receiver<bool>,
) {
    #[cfg(unix)]
    allow_open_files();
    let proxies = server.proxies.clone();
    let app = app(server, metrics, &limits);
    let slots = Arc::new(Semaphore::new(limits.connections.max(1)));
    let connections =
        Connections::new(limits.connections_per_client(), limits.body_bytes_per_second);
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
                    "a client address has more connections than limits.connections_per_client; \
                     if it is a proxy's, add it to limits.trusted_proxies"
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
    let timeout = Duration::from_secs(limits.stop_seconds);
    if tokio::time::timeout(timeout, graceful.shutdown()).await.is_err() {
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
    limits: &LimitSettings,
    activity: &Arc<Activity>,
) -> impl GracefulConnection<Error = hyper::Error> + Send + use<> {
    // Small responses must not wait for more data to send.
    let _ = stream.set_nodelay(true);
    // Otherwise the system buffers megabytes at once, and every reader looks fast at first.
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(&stream).set_tcp_notsent_lowat(MAX_UNSENT);
    let mut stream = TimeoutStream::new(stream);
    // A stalled reader gives up its slot. Senders are limited by the body, since the server has
    // nothing to write to them meanwhile.
    stream.set_write_timeout(Some(Duration::from_secs(limits.idle_seconds)));
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
        .header_read_timeout(Duration::from_secs(limits.head_seconds))
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}

/// Returns the router with all routes.
fn app(server: Arc<Server>, metrics: PrometheusHandle, limits: &LimitSettings) -> Router {
    let bodies = Bodies::new(limits.bodies_per_client(), server.proxies.clone())
        .with_pages(server.link_pages.clone());
    let mut limiter = GuessLimiter::new(limits.misses_per_minute, server.proxies.clone())
        .with_pages(server.link_pages.clone());
    if server.engines.is_shared() {
        limiter = limiter.with_shared(Arc::clone(&server.registry));
    }
    let authorizer = Arc::new(server.identity.api_keys.clone());
    let mut parts = HttpParts::new(Arc::clone(&server.desk), authorizer)
        .with_pages(server.link_pages.clone())
        .with_home(format!("{}/", server.desk.address().path()));
    parts.redirects.clone_from(&server.redirects);
    let pages = server.pages();
    let library = LibraryParts::new(
        pages.clone(),
        server.identity.directory.clone(),
        server.message_texts.clone(),
        Arc::clone(&server.composer),
    );
    let accounts = AccountParts::new(pages, server.identity.clone(), server.proxies.clone());
    let own = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(move || std::future::ready(metrics.render())))
        .with_state(Arc::clone(&server))
        .merge(administration(Arc::clone(&server.desk), server.identity.clone()))
        .layer(from_fn(linger));
    router(parts)
        .merge(site(library, accounts))
        .merge(own)
        .layer(from_fn_with_state(limits.body_pace(), pace_bodies))
        .layer(from_fn_with_state(bodies, limit_bodies))
        .layer(from_fn_with_state(limiter, limit_guesses))
        .layer(from_fn(api_problems))
        .layer(from_fn(guard))
        .layer(from_fn(log::requests))
}
