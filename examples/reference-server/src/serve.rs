use crate::assemble::Server;
use crate::limiter::{Limiter, limit};
use crate::settings::LimitSettings;
use crate::{admin, health, log, pages, web};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::middleware::{from_fn, from_fn_with_state, map_response_with_state};
use axum::routing::get;
use desktop_delivery_http::{HttpParts, guard, linger, router};
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use metrics_exporter_prometheus::PrometheusHandle;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// What a connection may have waiting in memory, bytes: room for a request's head, and no more than
/// one piece of a file.
const MAX_BUFFER: usize = 16_384;

/// What the system takes from us beyond what is on its way to a reader, bytes.
const MAX_UNSENT: u32 = 16_384;

/// Accepts connections until the server stops, and then lets those end that are under way.
pub(crate) async fn serve(
    listener: TcpListener,
    server: Arc<Server>,
    metrics: PrometheusHandle,
    limits: LimitSettings,
    mut stopping: watch::Receiver<bool>,
) {
    let app = app(server, metrics, &limits);
    let connections = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    loop {
        let slot = tokio::select! {
            _ = stopping.changed() => break,
            slot = Arc::clone(&connections).acquire_owned() => slot,
        };
        let accepted = tokio::select! {
            _ = stopping.changed() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely: others must close first.
                tracing::error!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let connection = connection(stream, peer, app.clone(), &limits);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off is nothing to log.
            let _ = connection.await;
            drop(slot);
        });
    }
    drop(listener);
    let patience = Duration::from_secs(limits.stop_seconds);
    if tokio::time::timeout(patience, graceful.shutdown()).await.is_err() {
        tracing::warn!("some transfers were cut: they took too long");
    }
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    app: Router,
    limits: &LimitSettings,
) -> impl GracefulConnection<Error = hyper::Error> + Send + use<> {
    // Small answers must not wait for more to send with them.
    let _ = stream.set_nodelay(true);
    // Without this the system takes megabytes from us at once, and every reader looks fast at first.
    let _ = socket2::SockRef::from(&stream).set_tcp_notsent_lowat(MAX_UNSENT);
    let mut stream = TimeoutStream::new(stream);
    // A reader that stands still gives its place up. How long a sender may is the body's matter,
    // since a connection that sends has nothing to read.
    stream.set_write_timeout(Some(Duration::from_secs(limits.idle_seconds)));
    let service = hyper::service::service_fn(move |mut request: http::Request<Incoming>| {
        let app = app.clone();
        request.extensions_mut().insert(ConnectInfo(peer));
        hyper::service::Service::call(
            &hyper_util::service::TowerToHyperService::new(app),
            request.map(axum::body::Body::new),
        )
    });
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(limits.head_seconds))
        .max_buf_size(MAX_BUFFER)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}

/// All routes.
fn app(server: Arc<Server>, metrics: PrometheusHandle, limits: &LimitSettings) -> Router {
    let mut limiter = Limiter::new(limits.misses_per_minute, server.proxies.clone());
    if server.engines.is_shared() {
        limiter = limiter.with_shared(Arc::clone(&server.registry));
    }
    let mut parts = HttpParts::new(Arc::clone(&server.desk), Arc::clone(&server.api_keys) as _)
        .with_home(format!("{}/", server.base));
    parts.redirects.clone_from(&server.redirects);
    let forms_to = server.redirects.as_ref().map(|redirects| redirects.origin().into());
    let mut own = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(move || std::future::ready(metrics.render())))
        .merge(admin::routes())
        .merge(pages::routes())
        .merge(web::assets())
        .fallback(pages::nowhere)
        .layer(from_fn(linger))
        .with_state(server);
    if let Some(origin) = forms_to {
        own = own.layer(map_response_with_state(origin, web::allow_forms_to));
    }
    router(parts)
        .merge(own)
        .layer(RequestBodyTimeoutLayer::new(Duration::from_secs(limits.idle_seconds)))
        .layer(from_fn_with_state(limiter, limit))
        .layer(from_fn(guard))
        .layer(from_fn(log::requests))
}
