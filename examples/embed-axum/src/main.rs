//! An existing application with desktop delivery added; see `delivery.rs`.
//!
//! `embed-axum [FOLDER [ADDRESS]]` stores its data in FOLDER and listens on ADDRESS.

mod app;
mod delivery;
mod pages;
mod problem;
mod secret;
mod session;
mod site;

use app::App;
use desktop_delivery_preview::draw_if_asked;
use problem::Failure;
use site::Site;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> ExitCode {
    // Page images are drawn by this program in processes of their own.
    if let Some(code) = draw_if_asked() {
        return code;
    }
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "data-embed-axum".to_owned());
    let listen = arguments.next().unwrap_or_else(|| "127.0.0.1:8081".to_owned());
    match run(Path::new(&folder), &listen).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("embed-axum: {}", desktop_delivery::error::ErrorChain::of(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(folder: &Path, listen: &str) -> Result<(), Failure> {
    let listener = TcpListener::bind(listen).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let (app, accounts) = App::open(folder)?;
    let app = Arc::new(app);

    let desk = delivery::open(&app, &address)?;
    tokio::spawn(delivery::work(desk.clone()));
    let delivery_routes = delivery::routes(&app, &desk)?;

    let routes = pages::routes().with_state(Site { app, desk }).merge(delivery_routes);
    let routes = routes.layer(axum::middleware::from_fn(desktop_delivery_http::guard));
    let mut out = std::io::stdout();
    for (account, password) in accounts {
        let role = if account.is_staff { "staff" } else { "patron" };
        let (id, library) = (&account.id, &account.library);
        writeln!(out, "Sign in as {id} ({role}, {library}), password shown once: {password}")?;
    }
    writeln!(out, "Open {address}")?;
    axum::serve(listener, routes)
        .with_graceful_shutdown(async {
            // Without this signal, the program ends by other signals.
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    Ok(())
}
