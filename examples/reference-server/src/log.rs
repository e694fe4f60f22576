use crate::problem::Problem;
use crate::settings::{LogFormat, LogSettings};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use desktop_delivery_http::redact_path;
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Starts logging to standard error.
pub(crate) fn start(settings: &LogSettings) -> Result<(), Problem> {
    let filter = EnvFilter::try_new(&settings.filter)
        .map_err(|error| Problem::new("log.filter cannot be taken", error))?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.format {
        LogFormat::Json => lines.json().try_init(),
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).try_init(),
    };
    started.map_err(|error| Problem::new("logs cannot be written", error))
}

/// Logs each request: what, how it ended, how long until the head of the answer; never a token.
pub(crate) async fn requests(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = shown(request.uri().path());
    let started = tokio::time::Instant::now();
    let response = next.run(request).await;
    let (status, elapsed) = (response.status().as_u16(), started.elapsed());
    let route = path.split('/').nth(1).unwrap_or_default();
    // Few values, whatever strangers ask for.
    let route = if matches!(route, "api" | "d" | "t") { route.to_owned() } else { "other".into() };
    metrics::histogram!("desktop_delivery_http_seconds", "route" => route)
        .record(elapsed.as_secs_f64());
    tracing::info!(%method, path, status, milliseconds = elapsed.as_millis(), "request");
    response
}

/// A path without tokens, and without what may name a person: a patron's id, a file's name.
fn shown(path: &str) -> String {
    let path = redact_path(path);
    for place in ["/patrons/", "/uploads/"] {
        if let Some((before, _)) = path.split_once(place) {
            return format!("{before}{place}…");
        }
    }
    path.into_owned()
}
