use super::bodies::{
    From, MadeWebhook, NewWebhookJson, Nothing, ReplayJson, ResumeJson, SecretJson, WebhookEditJson,
};
use super::document::{Document, Errors, add_webhooks};
use super::webhook_json::{TestJson, WebhookJson};
use crate::{NewWebhook, ResumeFrom, Webhook, WebhookEdit, WebhookId, WebhookUrl, Webhooks};
use axum::extract::{Extension, FromRequestParts, Path, State};
use axum::middleware::from_fn_with_state;
use axum::{Json, Router};
use desktop_delivery::events::FeedStart;
use desktop_delivery::{Actor, AgencyId, Error, Projections, StoreError};
use desktop_delivery_http::{
    Authorizer, IdempotencyKeys, Kept, Parameters, Posted, ProblemDetails, Route, Routes,
    check_parameters, honor_idempotency_keys, log_error, quoted, read_json,
};
use http::StatusCode;
use std::sync::Arc;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The parts shared by the handlers.
#[derive(Clone)]
struct Parts {
    webhooks: Webhooks,
    authorizer: Arc<dyn Authorizer>,
}

type Shared = State<Parts>;

/// The JSON API with which a host manages webhooks: `/api/v1/webhooks`. Requires that `authorizer`
/// returns [`Actor::Host`].
///
/// The uses of each `Idempotency-Key` are stored in `projections`; without them, the header is
/// refused.
pub fn webhook_api(
    webhooks: Webhooks,
    authorizer: Arc<dyn Authorizer>,
    projections: Option<Arc<dyn Projections>>,
) -> Router {
    let desk = Arc::clone(&webhooks.desk);
    let keys = IdempotencyKeys::new(desk, Arc::clone(&authorizer), projections)
        .with_routes(webhook_routes());
    all_routes()
        .into_router()
        .layer(from_fn_with_state(keys, honor_idempotency_keys))
        .layer(from_fn_with_state(Parameters::of(&webhook_openapi()), check_parameters))
        .with_state(Parts { webhooks, authorizer })
}

/// Returns the method and path of every route of [`webhook_api`].
#[must_use]
pub fn webhook_routes() -> Vec<Route> {
    all_routes().into_list()
}

/// Returns the OpenAPI document of the routes of [`webhook_api`] and of the deliveries. Give it to
/// the JSON API as [`HttpParts::openapi`](desktop_delivery_http::HttpParts::openapi).
#[must_use]
pub fn webhook_openapi() -> serde_json::Value {
    let mut document = serde_json::to_value(operations().into_openapi()).unwrap_or_default();
    add_webhooks(&mut document);
    document
}

fn all_routes() -> Routes<Parts> {
    Routes::new().operations(operations())
}

/// The documented operations. Each states its method and path in `#[utoipa::path]`.
fn operations() -> OpenApiRouter<Parts> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(list_webhooks, make_webhook))
        .routes(routes!(show_webhook, edit_webhook, remove_webhook))
        .routes(routes!(rotate_webhook_secret))
        .routes(routes!(test_webhook))
        .routes(routes!(replay_webhook))
        .routes(routes!(resume_webhook))
}

/// Extracted only for requests of the host.
struct Host;

impl FromRequestParts<Parts> for Host {
    type Rejection = ProblemDetails;

    async fn from_request_parts(
        request: &mut http::request::Parts,
        parts: &Parts,
    ) -> Result<Self, ProblemDetails> {
        match parts.authorizer.authorize(request).await.map_err(of_store)? {
            Some(Actor::Host) => Ok(Self),
            Some(_) => Err(ProblemDetails::host_only()),
            None => Err(ProblemDetails::unauthorized()),
        }
    }
}

/// Returns all webhooks, without their secrets.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", responses(
    (status = 200, description = "The webhooks.", body = Vec<WebhookJson>), Errors))]
async fn list_webhooks(
    State(parts): Shared,
    _: Host,
) -> Result<Json<Vec<WebhookJson>>, ProblemDetails> {
    let found = parts.webhooks.list().await.map_err(of_store)?;
    Ok(Json(found.iter().map(WebhookJson::of).collect()))
}

/// Creates a webhook for the events from now on. Its secret is shown once.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", request_body = NewWebhookJson,
    responses((status = 201, description = "The webhook.", body = MadeWebhook), Errors))]
async fn make_webhook(
    State(parts): Shared,
    _: Host,
    Posted(body): Posted,
) -> Result<(StatusCode, Json<MadeWebhook>), ProblemDetails> {
    let NewWebhookJson { url, events, agency, description } = read_json(&body)?;
    let new = NewWebhook::of_host(url_of(&url)?)
        .with_events(events)
        .with_agency(agency.map(agency_of).transpose()?)
        .with_description(description);
    let (webhook, secret) =
        parts.webhooks.add(new).await.map_err(|error| failed(&parts, &error))?;
    let (webhook, secret) = (shown(&parts, &webhook).await?, secret.expose().to_string());
    Ok((StatusCode::CREATED, Json(MadeWebhook { webhook, secret })))
}

/// Returns a webhook with its last failures.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = String, Path, description = "The id of the webhook.")),
    responses((status = 200, description = "The webhook.", body = WebhookJson), Errors))]
async fn show_webhook(
    State(parts): Shared,
    _: Host,
    Path(id): Path<String>,
) -> Result<Json<WebhookJson>, ProblemDetails> {
    let found = parts.webhooks.find(&id_of(&id)?).await.map_err(of_store)?;
    let webhook = found.ok_or_else(ProblemDetails::not_found)?;
    Ok(Json(shown(&parts, &webhook).await?))
}

/// Changes a webhook. The next attempt to deliver uses the new values.
#[utoipa::path(patch, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = String, Path, description = "The id of the webhook.")),
    request_body = WebhookEditJson,
    responses((status = 200, description = "The webhook.", body = WebhookJson), Errors))]
async fn edit_webhook(
    State(parts): Shared,
    _: Host,
    Path(id): Path<String>,
    Posted(body): Posted,
) -> Result<Json<WebhookJson>, ProblemDetails> {
    let id = id_of(&id)?;
    let WebhookEditJson { url, events, agency, description } = read_json(&body)?;
    let url = url.map(|url| url_of(&url)).transpose()?;
    let agency = agency.map(|agency| agency.map(agency_of).transpose()).transpose()?;
    let edit = WebhookEdit { url, events, agency, description };
    let changed = parts.webhooks.edit(&id, edit).await.map_err(|error| failed(&parts, &error))?;
    Ok(Json(shown(&parts, &changed).await?))
}

/// Removes a webhook.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks",
    params(("id" = String, Path, description = "The id of the webhook.")),
    responses((status = 204, description = "The webhook was removed."), Errors))]
async fn remove_webhook(
    State(parts): Shared,
    _: Host,
    Path(id): Path<String>,
) -> Result<StatusCode, ProblemDetails> {
    match parts.webhooks.remove(&id_of(&id)?).await {
        Ok(true) => Ok(StatusCode::NO_CONTENT),
        Ok(false) => Err(ProblemDetails::not_found()),
        Err(error) => Err(failed(&parts, &error)),
    }
}

/// Replaces the secret of a webhook. The new one is shown once; the replaced one signs beside it
/// for 24 hours.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/secret", tag = "webhooks",
    params(("id" = String, Path, description = "The id of the webhook.")),
    responses((status = 200, description = "The new secret.", body = SecretJson), Errors))]
async fn rotate_webhook_secret(
    State(parts): Shared,
    _: Host,
    Path(id): Path<String>,
    Posted(body): Posted,
) -> Result<Json<SecretJson>, ProblemDetails> {
    read_json::<Nothing>(&body)?;
    let id = id_of(&id)?;
    let secret = parts.webhooks.rotate_secret(&id).await.map_err(|error| failed(&parts, &error))?;
    let webhook = parts.webhooks.find(&id).await.map_err(of_store)?;
    let now = parts.webhooks.desk.now();
    let until = webhook.and_then(|webhook| webhook.rotating_until(now));
    let (secret, previous_until) = (secret.expose().to_string(), until.map(|at| at.to_string()));
    Ok(Json(SecretJson { secret, previous_until }))
}

/// Sends a test delivery at once, and returns how the receiver answered.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/test", tag = "webhooks",
    params(("id" = String, Path, description = "The id of the webhook.")),
    responses((status = 200, description = "The outcome.", body = TestJson), Errors))]
async fn test_webhook(
    State(parts): Shared,
    _: Host,
    Path(id): Path<String>,
    Posted(body): Posted,
) -> Result<(Extension<Kept>, Json<TestJson>), ProblemDetails> {
    read_json::<Nothing>(&body)?;
    let tested = parts.webhooks.test(&id_of(&id)?).await;
    let attempt = tested.map_err(|error| failed(&parts, &error))?;
    Ok((Extension(Kept::Body), Json(TestJson::of(&attempt))))
}

/// Delivers the events after a position again.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/replay", tag = "webhooks",
    params(("id" = String, Path, description = "The id of the webhook.")),
    request_body = ReplayJson,
    responses((status = 204, description = "The events will be delivered."), Errors))]
async fn replay_webhook(
    State(parts): Shared,
    _: Host,
    Path(id): Path<String>,
    Posted(body): Posted,
) -> Result<StatusCode, ProblemDetails> {
    let id = id_of(&id)?;
    let ReplayJson { after } = read_json(&body)?;
    let start = match after.as_str() {
        "beginning" => FeedStart::Beginning,
        text => FeedStart::After(text.parse().map_err(|_| invalid_position(text))?),
    };
    parts.webhooks.replay(&id, start).await.map_err(|error| failed(&parts, &error))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Resumes a paused webhook, or tries failed events of an active one at once.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/resume", tag = "webhooks",
    params(("id" = String, Path, description = "The id of the webhook.")),
    request_body = ResumeJson,
    responses((status = 204, description = "The webhook is active."), Errors))]
async fn resume_webhook(
    State(parts): Shared,
    _: Host,
    Path(id): Path<String>,
    Posted(body): Posted,
) -> Result<StatusCode, ProblemDetails> {
    let id = id_of(&id)?;
    let from = match read_json::<ResumeJson>(&body)?.from {
        From::Latest => ResumeFrom::Latest,
        From::Stopped => ResumeFrom::Stopped,
    };
    parts.webhooks.resume(&id, from).await.map_err(|error| failed(&parts, &error))?;
    Ok(StatusCode::NO_CONTENT)
}

async fn shown(parts: &Parts, webhook: &Webhook) -> Result<WebhookJson, ProblemDetails> {
    let status = parts.webhooks.status(&webhook.id).await;
    let status = status.map_err(|error| failed(parts, &error))?;
    Ok(WebhookJson::of(webhook).with_status(status.as_ref()))
}

fn id_of(text: &str) -> Result<WebhookId, ProblemDetails> {
    WebhookId::parse(text).ok_or_else(ProblemDetails::not_found)
}

fn url_of(text: &str) -> Result<WebhookUrl, ProblemDetails> {
    WebhookUrl::new(text).map_err(ProblemDetails::of_input)
}

fn agency_of(text: String) -> Result<AgencyId, ProblemDetails> {
    AgencyId::new(text).map_err(ProblemDetails::of_input)
}

fn invalid_position(sent: &str) -> ProblemDetails {
    let title = format!(
        "`after` is {}; expected the `position` of an event, unchanged, or `beginning`",
        quoted(sent)
    );
    let remedy = "send a position from the event feed, from a delivery, or from the webhook";
    ProblemDetails::new(StatusCode::BAD_REQUEST, "malformed", title, remedy)
}

fn failed(parts: &Parts, error: &Error) -> ProblemDetails {
    log_error(error);
    ProblemDetails::of(error, parts.webhooks.desk.now())
}

fn of_store(error: StoreError) -> ProblemDetails {
    let problem = ProblemDetails::of_store(&error);
    log_error(&error.into());
    problem
}
