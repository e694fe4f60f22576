use crate::assemble::Server;
use crate::health;
use crate::settings::Settings;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use desktop_delivery::time::SystemClock;
use desktop_delivery_http::{
    Bodies, CallLimiter, HttpParts, Origins, allow_origins, api_problems, guard, limit_bodies,
    limit_calls, linger, log_requests, merge_openapi, pace_bodies, router, trace_requests,
};
use desktop_delivery_identity::{
    GuessLimiter, administration, administration_openapi, limit_guesses,
};
use desktop_delivery_pages::{
    AccountParts, LibraryParts, WindowParts, site, window_api, window_openapi, windows,
};
use desktop_delivery_webhook::{webhook_api, webhook_openapi};
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;

/// Returns the router with all routes.
pub(crate) fn app(
    server: &Server,
    metrics: PrometheusHandle,
    settings: &Settings,
    origins: Origins,
) -> Router {
    let limits = &settings.limits;
    let bodies = Bodies::new(limits.bodies_per_client(), server.proxies.clone())
        .with_pages(server.link_pages.clone());
    let mut limiter = GuessLimiter::new(limits.misses_per_minute, server.proxies.clone())
        .with_pages(server.link_pages.clone());
    if server.engines.is_shared() {
        limiter = limiter.with_shared(Arc::clone(&server.registry));
    }
    let authorizer = Arc::new(server.identity.api_keys.clone());
    let mut parts = HttpParts::new(Arc::clone(&server.desk), Arc::clone(&authorizer) as _)
        .with_projections(Arc::clone(&server.projections))
        .with_openapi(own_operations())
        .with_pages(server.link_pages.clone())
        .with_home(format!("{}/", server.desk.address().path()));
    parts.redirects.clone_from(&server.redirects);
    let pages = server.pages();
    let keys = server.identity.api_keys.clone();
    let projections = Some(Arc::clone(&server.projections));
    let in_windows = WindowParts::new(pages.clone(), server.identity.windows.clone());
    let library = LibraryParts::new(
        pages.clone(),
        server.identity.directory.clone(),
        server.message_texts.clone(),
        Arc::clone(&server.composer),
    );
    let mut accounts = AccountParts::new(pages, server.identity.clone(), server.proxies.clone());
    accounts.single_sign_on.clone_from(&server.single_sign_on);
    accounts.has_staff_passwords = settings.sign_in.staff_passwords;
    let own = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(move || std::future::ready(metrics.render())))
        .with_state((Arc::clone(&server.desk), Arc::clone(&server.engines.blobs)))
        .merge(administration(
            Arc::clone(&server.desk),
            server.identity.clone(),
            Some(Arc::clone(&server.projections)),
        ))
        .merge(webhook_api(
            server.webhooks.clone(),
            Arc::clone(&authorizer) as _,
            projections.clone(),
        ))
        .layer(from_fn(linger));
    let mut app = router(parts)
        .merge(site(library, accounts))
        .merge(windows(in_windows.clone()))
        .merge(window_api(in_windows, keys, projections))
        .merge(own);
    if let Some(most) = limits.api_calls_per_minute {
        let clock = Arc::new(SystemClock);
        let calls = CallLimiter::new(most, authorizer, clock, server.proxies.clone());
        app = app.layer(from_fn_with_state(calls, limit_calls));
    }
    app.layer(from_fn_with_state(limits.body_pace(), pace_bodies))
        .layer(from_fn_with_state(bodies, limit_bodies))
        .layer(from_fn_with_state(limiter, limit_guesses))
        .layer(from_fn(api_problems))
        .layer(from_fn_with_state(origins, allow_origins))
        .layer(from_fn(guard))
        .layer(from_fn(log_requests))
        .layer(from_fn_with_state(Arc::clone(&server.desk), trace_requests))
}

/// Returns the OpenAPI document of the routes that are not those of the JSON API.
fn own_operations() -> serde_json::Value {
    let mut document = administration_openapi();
    merge_openapi(&mut document, window_openapi());
    merge_openapi(&mut document, webhook_openapi());
    document
}
