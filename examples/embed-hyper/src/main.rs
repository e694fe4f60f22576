//! A small service on plain hyper with desktop delivery added.
//!
//! `embed-hyper [ADDRESS]` listens on ADDRESS and keeps everything in memory.

mod app;
mod delivery;

use app::{App, Request as PatronRequest};
use axum::middleware::from_fn_with_state;
use bytes::Bytes;
use desktop_delivery::Desk;
use desktop_delivery_http::{BodyPace, HttpParts, pace_bodies, router};
use http::{Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Either, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::error::Error;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tower::{Service, ServiceExt as _};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8082".to_owned());
    let listener = TcpListener::bind(listen).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let app = Arc::new(App::new()?);
    let desk = delivery::open(&app, &address)?;
    tokio::spawn(delivery::work(desk.clone()));
    let delivery_routes = router(HttpParts::new(desk.clone(), app.clone()))
        .layer(from_fn_with_state(BodyPace::default(), pace_bodies));

    let mut out = std::io::stdout();
    for person in &app.people {
        let role = if person.is_staff { "staff" } else { "patron" };
        writeln!(out, "Key of {} ({role}, {}): {}", person.id, person.library, person.key)?;
    }
    writeln!(out, "Requests are at {address}/requests")?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (app, desk, delivery_routes) = (app.clone(), desk.clone(), delivery_routes.clone());
        let service = service_fn(move |request| {
            answer(app.clone(), desk.clone(), delivery_routes.clone(), request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(20))
            .serve_connection(TokioIo::new(stream), service);
        // A client that disconnects is not worth reporting.
        tokio::spawn(async { connection.await.unwrap_or(()) });
    }
}

/// Handles the service's own route and passes other requests to desktop delivery, whose router is a
/// tower service for requests with any body.
async fn answer<S, B>(
    app: Arc<App>,
    desk: Arc<Desk>,
    delivery_routes: S,
    request: Request<Incoming>,
) -> Result<Response<Either<B, Full<Bytes>>>, Infallible>
where
    S: Service<Request<Incoming>, Response = Response<B>, Error = Infallible>,
{
    if request.uri().path() != "/requests" {
        return Ok(delivery_routes.oneshot(request).await?.map(Either::Left));
    }
    let (status, text) = requests(&app, &desk, request).await.unwrap_or_else(|error| {
        eprintln!("embed-hyper: {error}");
        (StatusCode::INTERNAL_SERVER_ERROR, "something went wrong on our side\n".to_owned())
    });
    let mut response = Response::new(Either::Right(Full::from(text)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    // The list contains links, which are secrets.
    for (name, value) in [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    Ok(response)
}

/// `GET /requests` lists the caller's requests; `POST /requests` requests the article whose title
/// is the body from the other library.
async fn requests(
    app: &App,
    desk: &Desk,
    request: Request<Incoming>,
) -> Result<(StatusCode, String), Box<dyn Error + Send + Sync>> {
    let (head, body) = request.into_parts();
    let Some(caller) = app.caller(&head.headers) else {
        return Ok((StatusCode::UNAUTHORIZED, "send your key as a bearer token\n".to_owned()));
    };
    if head.method == Method::GET {
        let mut text = String::new();
        for request in app.requests_of(caller) {
            text.push_str(&delivery::line(desk, &request, caller).await?);
        }
        return Ok((StatusCode::OK, text));
    }
    if head.method != Method::POST || caller.is_staff {
        return Ok((StatusCode::FORBIDDEN, "only patrons can POST requests\n".to_owned()));
    }
    let title = Limited::new(body, 500).collect().await.map(|body| body.to_bytes().to_vec());
    let title = title.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(title) = title.filter(|title| !title.chars().any(char::is_control)) else {
        return Ok((StatusCode::BAD_REQUEST, "the title must be one short line\n".to_owned()));
    };
    let number = app.next_number();
    let lender = "CA-OTU";
    let handle = delivery::sync(desk, &number, caller, lender, &title).await?;
    let (patron, borrower) = (caller.id, caller.library);
    app.add(PatronRequest { patron, borrower, lender, title, handle });
    Ok((StatusCode::CREATED, format!("{number}\n")))
}
