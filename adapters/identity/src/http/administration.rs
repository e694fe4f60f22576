use super::{KeyJson, ParticipantJson};
use crate::accounts::Password;
use crate::{Holder, Identity, forget_patron};
use axum::extract::{FromRequestParts, Path, State};
use axum::middleware::from_fn_with_state;
use axum::{Json, Router};
use desktop_delivery::participants::EmailAddress;
use desktop_delivery::{
    Actor, AgencyId, Contact, Desk, Language, PatronId, Projections, StoreError,
};
use desktop_delivery_http::{
    Authorizer as _, IdempotencyKeys, Posted, ProblemDetails, Route, Routes,
    honor_idempotency_keys, log_error, read_json, unknown_field,
};
use http::StatusCode;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
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
/// `projections` store what an `Idempotency-Key` was used for; without them, the header is refused.
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
        .with_state(Parts { desk, identity })
}

/// Returns the method and path of every route of [`administration`].
#[must_use]
pub fn administration_routes() -> Vec<Route> {
    all_routes().into_list()
}

fn all_routes() -> Routes<Parts> {
    Routes::new()
        .get("/api/v1/participants", participants)
        .put("/api/v1/participants/{id}", put_participant)
        .put("/api/v1/participants/{id}/patrons/{patron}", put_patron)
        .delete("/api/v1/participants/{id}/patrons/{patron}", remove_patron)
        .get("/api/v1/keys", keys)
        .post("/api/v1/keys", make_key)
        .delete("/api/v1/keys/{id}", revoke_key)
}

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
            Some(_) => Err(ProblemDetails::new(
                StatusCode::FORBIDDEN,
                "forbidden",
                "only a host key may do this",
                "use an API key with the role `host`",
            )),
            None => Err(ProblemDetails::unauthorized()),
        }
    }
}

async fn participants(
    State(parts): Shared,
    _: Administrator,
) -> Result<Json<Vec<ParticipantJson>>, ProblemDetails> {
    let found = parts.identity.directory.participants().await.map_err(failed)?;
    Ok(Json(found.into_iter().map(ParticipantJson::of).collect()))
}

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
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatronJson {
    #[serde(default)]
    name: String,
    email: String,
    #[serde(default)]
    language: Language,
    /// Stored as a hash and never returned. If missing, the stored password stays; an empty text
    /// removes it.
    #[serde(default)]
    tracking_password: Option<Zeroizing<String>>,
}

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

async fn keys(
    State(parts): Shared,
    _: Administrator,
) -> Result<Json<Vec<KeyJson>>, ProblemDetails> {
    let found = parts.identity.api_keys.list().await.map_err(failed)?;
    Ok(Json(found.iter().map(|(id, key)| KeyJson::of(id, key)).collect()))
}

/// The holder of a new key.
#[derive(Debug, Deserialize)]
struct NewKey {
    #[serde(flatten)]
    holder: Holder,
    #[serde(default)]
    note: String,
}

/// A new key, shown once.
#[derive(Serialize)]
struct MadeKey {
    key: String,
}

async fn make_key(
    State(parts): Shared,
    _: Administrator,
    Posted(body): Posted,
) -> Result<(StatusCode, Json<MadeKey>), ProblemDetails> {
    let NewKey { holder, note } = read_json(&body)?;
    // With `flatten`, serde does not refuse unknown fields itself.
    let known: &[&str] = match &holder {
        Holder::Staff { .. } => &["agency", "id", "note", "role"],
        _ => &["note", "role"],
    };
    let fields: BTreeMap<String, IgnoredAny> = read_json(&body)?;
    if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
        let known = known.join(", ");
        return Err(unknown_field(name, &format!("expected one of {known}")));
    }
    let key = parts.identity.api_keys.make(holder, &note).await.map_err(failed)?;
    Ok((StatusCode::CREATED, Json(MadeKey { key: key.to_string() })))
}

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
