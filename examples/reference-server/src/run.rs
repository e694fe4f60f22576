use crate::assemble::Server;
use crate::settings::Settings;
use crate::startup_error::StartupError;
use crate::{first_start, log, recorder, routes};
use desktop_delivery::time::SystemClock;
use desktop_delivery_http::serve;
use desktop_delivery_identity::{signing_keys, sweep_expired};
use desktop_delivery_preview::Previews;
use desktop_delivery_webhook::deliver_webhooks;
use desktop_delivery_worker::Background;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How often events for webhooks are looked for.
const WEBHOOK_PAUSE: Duration = Duration::from_secs(1);

/// Runs the server until SIGTERM or SIGINT, or Ctrl+C on systems without these signals.
///
/// # Errors
/// [`StartupError`] if it cannot start.
pub async fn run(settings: Settings) -> Result<(), StartupError> {
    log::start(&settings.log)?;
    let metrics = recorder::install()?;
    // Checked before anything is opened.
    settings.public_address(settings.listen)?;
    let origins = settings.origins()?;
    let providers = settings.sign_in.providers()?;
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        StartupError::new(format!("could not listen on {}", settings.listen), error)
            .with_remedy("set DESKTOP_DELIVERY_LISTEN to a free address, such as 127.0.0.1:0")
    })?;
    let listening = listener
        .local_addr()
        .map_err(|error| StartupError::new("could not determine the listening address", error))?;
    let address = settings.public_address(listening)?;
    if let Some(doubt) = Settings::address_warning(&address, listening) {
        tracing::warn!(address = address.as_str(), %listening, "{doubt}");
    }
    let server = Server::assemble(&settings, address).await?.with_providers(providers);

    if !Previews::ARE_BUILT {
        tracing::info!("documents have no page previews: this build lacks the feature preview");
    }
    server.message_texts.load(&server.composer).await?;
    first_start::print_greeting(&server, settings.sample_data).await?;

    let mut background = Background::start(
        &server.desk,
        Arc::clone(&server.registry),
        Duration::from_secs(settings.worker_seconds.get()),
        settings.scrub.options().with_shared(server.engines.is_shared()),
    )
    .await
    .map_err(|error| StartupError::new("could not start the heartbeat of uploads", error))?;
    let stopping = background.stopping();
    background.add(sweep_expired(
        server.identity.clone(),
        Arc::clone(&server.registry),
        Arc::clone(&server.projections),
        Arc::new(SystemClock),
        stopping.clone(),
    ));
    background.add(signing_keys::watch(
        Arc::clone(&server.desk),
        server.signing_keys.clone(),
        stopping.clone(),
    ));
    background.add(server.message_texts.clone().follow(
        Arc::clone(&server.composer),
        Arc::new(SystemClock),
        stopping.clone(),
    ));
    background.add(deliver_webhooks(server.webhooks.clone(), WEBHOOK_PAUSE, stopping.clone()));
    background.add(recorder::add_up(metrics.clone(), stopping.clone()));
    let limits = settings.limits.server();
    let proxies = server.proxies.clone();
    let app = routes::app(&server, metrics, &settings, origins);
    background.add(serve(listener, app, limits, proxies, stopping));
    stop_signal().await?;
    tracing::info!("stopping; unfinished transfers may complete");
    background.stop().await;
    // Only now may another server open the data folder.
    drop(server);
    tracing::info!("stopped");
    Ok(())
}

#[cfg(unix)]
async fn stop_signal() -> Result<(), StartupError> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| {
        signal(kind)
            .map_err(|error| StartupError::new("could not install the signal handlers", error))
    };
    let (mut terminate, mut interrupt) =
        (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn stop_signal() -> Result<(), StartupError> {
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| StartupError::new("could not install the signal handlers", error))
}
