use super::new_key::NewKeyJson;
use super::stored_participant::StoredParticipantJson;
use super::{KeyJson, ParticipantJson};
use crate::accounts::Password;
use crate::{Holder, Identity, forget_patron};
use axum::extract::{FromRequestParts, Path, State};
use axum::middleware::from_fn_with_state;
use axum::{Json, Router};
use desktop_delivery::input::WebOrigin;
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::{
    Actor, AgencyId, Contact, Desk, Language, PatronId, Projections, StoreError,
};
use desktop_delivery_http::{
    Authorizer as _, ErrorResponses, IdempotencyKeys, Parameters, Posted, ProblemDetails, Route,
    Routes, check_parameters, honor_idempotency_keys, log_error, read_json,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{OpenApi, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

/// The parts shared by the handlers.
#[derive(Clone)]
struct Parts {
    desk: Arc<Desk>,
    identity: Identity,
}

type Shared = State<Parts>;

/// The JSON API with which a host manages participants, patrons and API keys: `/api/v1/participants`
/// and `/api/v1/keys`. Requires a host key.
///
/// The uses of each `Idempotency-Key` are stored in `projections`; without them, the header is
/// refused.
pub fn administration(
    desk: Arc<Desk>,
    identity: Identity,
    projections: Option<Arc<dyn Projections>>,
) -> Router {
    let authorizer = Arc::new(identity.api_keys.clone());
    let keys = IdempotencyKeys::new(Arc::clone(&desk), authorizer, projections)
        .with_routes(administration_routes());
    all_routes()
        .into_router()
        .layer(from_fn_with_state(keys, honor_idempotency_keys))
        .layer(from_fn_with_state(Parameters::of(&administration_openapi()), check_parameters))
        .with_state(Parts { desk, identity })
}

/// Returns the method and path of every route of [`administration`].
#[must_use]
pub fn administration_routes() -> Vec<Route> {
    all_routes().into_list()
}

/// Returns the OpenAPI document of the routes of [`administration`]. Give it to the JSON API as
/// [`HttpParts::openapi`](desktop_delivery_http::HttpParts::openapi).
#[must_use]
pub fn administration_openapi() -> serde_json::Value {
    serde_json::to_value(operations().into_openapi()).unwrap_or_default()
}

fn all_routes() -> Routes<Parts> {
    Routes::new().operations(operations())
}

/// The documented operations. Each states its method and path in `#[utoipa::path]`.
fn operations() -> OpenApiRouter<Parts> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(list_participants))
        .routes(routes!(put_participant))
        .routes(routes!(put_patron, remove_patron))
        .routes(routes!(list_keys, make_key))
        .routes(routes!(revoke_key))
        .routes(routes!(put_origins))
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Administration of desktop delivery"),
    security(("bearer" = [])),
)]
struct Document;

/// Extracted only for requests with a host key.
struct Administrator;

impl FromRequestParts<Parts> for Administrator {
    type Rejection = ProblemDetails;

    async fn from_request_parts(
        request: &mut http::request::Parts,
        parts: &Parts,
    ) -> Result<Self, ProblemDetails> {
        match parts.identity.api_keys.authorize(request).await.map_err(failed)? {
            Some(Actor::Host) => Ok(Self),
            Some(_) => Err(ProblemDetails::host_only()),
            None => Err(ProblemDetails::unauthorized()),
        }
    }
}

/// Returns the participating libraries.
#[utoipa::path(get, path = "/api/v1/participants", tag = "administration", responses(
    (status = 200, description = "The libraries.", body = Vec<StoredParticipantJson>), ErrorResponses))]
async fn list_participants(
    State(parts): Shared,
    _: Administrator,
) -> Result<Json<Vec<ParticipantJson>>, ProblemDetails> {
    let found = parts.identity.directory.participants().await.map_err(failed)?;
    Ok(Json(found.into_iter().map(ParticipantJson::of).collect()))
}

/// Writes a participating library.
#[utoipa::path(put, path = "/api/v1/participants/{id}", tag = "administration",
    request_body = ParticipantJson,
    params(("id" = String, Path, description = "The id of the library.")),
    responses((status = 204, description = "The library was written."), ErrorResponses))]
async fn put_participant(
    State(parts): Shared,
    _: Administrator,
    Path(id): Path<String>,
    Posted(body): Posted,
) -> Result<StatusCode, ProblemDetails> {
    let participant =
        read_json::<ParticipantJson>(&body)?.participant(&id, parts.desk.policies())?;
    let now = parts.desk.now();
    done(parts.identity.directory.put_participant(&participant, &Actor::Host, now).await)
}

/// A patron's contact and tracking password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PatronJson {
    /// The name of the patron.
    #[serde(default)]
    name: String,
    /// The email address.
    #[schema(example = "carla.santos@example.org")]
    email: String,
    /// The language of emails (BCP 47). Default: `en`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    language: Language,
    /// Stored as a hash and never returned. If missing, the stored password stays; an empty text
    /// removes it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    tracking_password: Option<Zeroizing<String>>,
}

/// Writes a patron's contact.
#[utoipa::path(put, path = "/api/v1/participants/{id}/patrons/{patron}", tag = "administration",
    request_body = PatronJson,
    params(("id" = String, Path, description = "The id of the library."),
    ("patron" = String, Path, description = "The id of the patron.")),
    responses((status = 204, description = "The patron was written."), ErrorResponses))]
async fn put_patron(
    State(parts): Shared,
    _: Administrator,
    Path((agency, patron)): Path<(String, String)>,
    Posted(body): Posted,
) -> Result<StatusCode, ProblemDetails> {
    let (agency, patron) = patron_of(agency, patron)?;
    let stated: PatronJson = read_json(&body)?;
    let email = EmailAddress::new(&stated.email).map_err(ProblemDetails::of_input)?;
    let contact = Contact::new(stated.name, email).with_language(stated.language);
    let hash = match stated.tracking_password.as_deref().map(String::as_str) {
        None => None,
        Some("") => Some(None),
        Some(password) => {
            let password = Password::of_elsewhere(password).map_err(invalid)?;
            let hash = parts.identity.passwords.hash(&password).await;
            Some(Some(hash.map_err(failed)?))
        }
    };
    let kept = async {
        parts.identity.directory.put_patron(&agency, &patron, &contact).await?;
        if let Some(hash) = hash {
            let patrons = parts.identity.directory.patrons();
            patrons.set_tracking_password(&agency, &patron, hash.as_deref()).await?;
        }
        Ok(())
    };
    done(kept.await)
}

/// Erases a patron: their record is deleted, their requests no longer name them, and their links are
/// revoked.
#[utoipa::path(delete, path = "/api/v1/participants/{id}/patrons/{patron}", tag = "administration",
    params(("id" = String, Path, description = "The id of the library."),
    ("patron" = String, Path, description = "The id of the patron.")),
    responses((status = 204, description = "The patron was erased."), ErrorResponses))]
async fn remove_patron(
    State(parts): Shared,
    _: Administrator,
    Path((agency, patron)): Path<(String, String)>,
) -> Result<StatusCode, ProblemDetails> {
    let (agency, patron) = patron_of(agency, patron)?;
    match forget_patron(&parts.desk, &parts.identity.directory, &agency, &patron).await {
        Ok(_) => Ok(StatusCode::NO_CONTENT),
        Err(error) => {
            tracing::error!(%error, "could not erase a patron");
            Err(ProblemDetails::of(&error, parts.desk.now()))
        }
    }
}

fn patron_of(agency: String, patron: String) -> Result<(AgencyId, PatronId), ProblemDetails> {
    Ok((AgencyId::new(agency).map_err(invalid)?, PatronId::new(patron).map_err(invalid)?))
}

/// Returns the API keys, without the keys themselves.
#[utoipa::path(get, path = "/api/v1/keys", tag = "administration", responses(
    (status = 200, description = "The keys.", body = Vec<KeyJson>), ErrorResponses))]
async fn list_keys(
    State(parts): Shared,
    _: Administrator,
) -> Result<Json<Vec<KeyJson>>, ProblemDetails> {
    let found = parts.identity.api_keys.list().await.map_err(failed)?;
    Ok(Json(found.iter().map(|(id, key)| KeyJson::of(id, key)).collect()))
}

/// A new key, shown once.
#[derive(Serialize, ToSchema)]
struct MadeKey {
    /// The key, which is a secret.
    key: String,
}

/// Creates an API key, which is shown once.
#[utoipa::path(post, path = "/api/v1/keys", tag = "administration", request_body = NewKeyJson,
    responses((status = 201, description = "The key.", body = MadeKey), ErrorResponses))]
async fn make_key(
    State(parts): Shared,
    _: Administrator,
    Posted(body): Posted,
) -> Result<(StatusCode, Json<MadeKey>), ProblemDetails> {
    let new: NewKeyJson = read_json(&body)?;
    let holder = new.holder()?;
    let made = parts.identity.api_keys.make_with_origins(holder, &new.note, new.origins).await;
    let key = made.map_err(failed)?;
    Ok((StatusCode::CREATED, Json(MadeKey { key: key.to_string() })))
}

/// The sites that may show windows offered with a key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KeyOriginsJson {
    /// Each with scheme, host and port.
    #[schema(value_type = Vec<String>, example = json!(["https://ill.example.org"]))]
    origins: Vec<WebOrigin>,
}

/// Replaces the origins of a host's key.
#[utoipa::path(put, path = "/api/v1/keys/{id}/origins", tag = "administration",
    request_body = KeyOriginsJson,
    params(("id" = String, Path, description = "The id of the key, from the list.")),
    responses((status = 204, description = "The origins were replaced."), ErrorResponses))]
async fn put_origins(
    State(parts): Shared,
    _: Administrator,
    Path(id): Path<String>,
    Posted(body): Posted,
) -> Result<StatusCode, ProblemDetails> {
    let KeyOriginsJson { origins } = read_json(&body)?;
    let keys = &parts.identity.api_keys;
    match keys.by_id(&id).await.map_err(failed)? {
        Some(key) if key.holder == Holder::Host => {}
        Some(_) => {
            let title = "only a key with the role `host` offers windows";
            return Err(ProblemDetails::malformed(title));
        }
        None => return Err(ProblemDetails::not_found()),
    }
    match keys.set_origins(&id, &origins).await.map_err(failed)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ProblemDetails::not_found()),
    }
}

/// Revokes an API key.
#[utoipa::path(delete, path = "/api/v1/keys/{id}", tag = "administration",
    params(("id" = String, Path, description = "The id of the key, from the list.")),
    responses((status = 204, description = "The key was revoked."), ErrorResponses))]
async fn revoke_key(
    State(parts): Shared,
    _: Administrator,
    Path(id): Path<String>,
) -> Result<StatusCode, ProblemDetails> {
    match parts.identity.api_keys.revoke(&id).await {
        Ok(true) => Ok(StatusCode::NO_CONTENT),
        Ok(false) => Err(ProblemDetails::not_found()),
        Err(error) => Err(failed(error)),
    }
}

fn done(outcome: Result<(), StoreError>) -> Result<StatusCode, ProblemDetails> {
    outcome.map(|()| StatusCode::NO_CONTENT).map_err(failed)
}

fn invalid(error: desktop_delivery::InvalidInput) -> ProblemDetails {
    ProblemDetails::of_input(error)
}

fn failed(error: StoreError) -> ProblemDetails {
    let problem = ProblemDetails::of_store(&error);
    log_error(&error.into());
    problem
}
