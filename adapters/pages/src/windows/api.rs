//! The JSON API with which a host offers and ends windows.

use super::api_json::{NewPatronWindowJson, NewWindowJson, OfferedWindowJson};
use super::offer::{WindowOffer, WindowPerson, WindowPlace};
use super::window_parts::WindowParts;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Json, Router};
use desktop_delivery::input::WebOrigin;
use desktop_delivery::{
    AgencyId, Error, Language, PatronId, Projections, RequestHandle, StoreError,
};
use desktop_delivery_http::{
    ErrorResponses, IdempotencyKeys, Parameters, Posted, ProblemDetails, Route, Routes,
    api_problems, check_parameters, guard, honor_idempotency_keys, linger, log_error, read_json,
};
use desktop_delivery_identity::windows::{WindowId, WindowTask};
use desktop_delivery_identity::{ApiKeys, Holder, StoredKey, sent_key};
use http::StatusCode;
use http::request::Parts;
use std::sync::Arc;
use utoipa::OpenApi as _;

/// The path below which a request's windows are offered.
const OF_REQUEST: &str = "/api/v1/requests/{handle}/windows";
/// The path below which a patron's windows are offered.
const OF_PATRON: &str = "/api/v1/participants/{id}/patrons/{patron}/windows";

/// The largest body, in bytes.
const MAX_BODY_BYTES: usize = 65_536;

#[derive(Clone)]
struct ApiState {
    parts: WindowParts,
    keys: ApiKeys,
}

/// Returns the JSON API of windows: `/api/v1/requests/{handle}/windows` and
/// `/api/v1/participants/{id}/patrons/{patron}/windows`. Requires a host key that lists the origin.
///
/// A host in the same program does not need it: see [`WindowParts::offer`].
///
/// The uses of each `Idempotency-Key` are stored in `projections`; without them, the header is
/// refused. A repeat is refused with 409, because the address of a window is a secret.
pub fn window_api(
    parts: WindowParts,
    keys: ApiKeys,
    projections: Option<Arc<dyn Projections>>,
) -> Router {
    let desk = Arc::clone(&parts.pages.desk);
    let repeats = IdempotencyKeys::new(desk, Arc::new(keys.clone()), projections)
        .with_routes(window_api_routes());
    all_routes()
        .into_router()
        .layer(from_fn_with_state(repeats, honor_idempotency_keys))
        .layer(from_fn_with_state(Parameters::of(&window_openapi()), check_parameters))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn(linger))
        .layer(from_fn(api_problems))
        .layer(from_fn(guard))
        .with_state(ApiState { parts, keys })
}

/// Returns the method and path of every route of [`window_api`].
#[must_use]
pub fn window_api_routes() -> Vec<Route> {
    all_routes().into_list()
}

/// Returns the OpenAPI 3.1 document of [`window_api`].
#[must_use]
pub fn window_openapi() -> serde_json::Value {
    serde_json::to_value(Document::openapi()).unwrap_or_default()
}

fn all_routes() -> Routes<ApiState> {
    Routes::new()
        .post(OF_REQUEST, offer_window)
        .delete(&format!("{OF_REQUEST}/{{window}}"), end_window)
        .post(OF_PATRON, offer_patron_window)
        .delete(&format!("{OF_PATRON}/{{window}}"), end_patron_window)
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Desktop delivery: windows"),
    paths(offer_window, end_window, offer_patron_window, end_patron_window),
    security(("bearer" = [])),
)]
struct Document;

/// A host key, extracted only for requests that carry one.
struct HostKey {
    id: String,
    key: StoredKey,
}

impl FromRequestParts<ApiState> for HostKey {
    type Rejection = ProblemDetails;

    async fn from_request_parts(
        request: &mut Parts,
        state: &ApiState,
    ) -> Result<Self, ProblemDetails> {
        let key = sent_key(request).ok_or_else(ProblemDetails::unauthorized)?;
        match state.keys.find(key).await.map_err(store_failed)? {
            Some((id, key)) if key.holder == Holder::Host => Ok(Self { id, key }),
            Some(_) => Err(ProblemDetails::host_only()),
            None => Err(ProblemDetails::unauthorized()),
        }
    }
}

/// Offers a window on a request to a staff member of the host.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/windows", tag = "windows",
    request_body = NewWindowJson,
    params(("handle" = String, Path, description = "The handle of the request.")), responses(
    (status = 201, description = "The window is offered for 60 seconds.", body = OfferedWindowJson), ErrorResponses))]
async fn offer_window(
    State(state): State<ApiState>,
    key: HostKey,
    Path(handle): Path<String>,
    Posted(body): Posted,
) -> Result<(StatusCode, Json<OfferedWindowJson>), ProblemDetails> {
    let request = RequestHandle::parse(&handle).map_err(|_| ProblemDetails::not_found())?;
    let NewWindowJson { window, person, origin, language } = read_json(&body)?;
    let place = key.place(origin, language)?;
    let person = WindowPerson::new(person.agency, person.id, person.name);
    let offered = state.parts.offer(request, window, &person, &place).await;
    state.answer(offered)
}

/// Offers the list of a patron's requests to the patron.
#[utoipa::path(post, path = "/api/v1/participants/{id}/patrons/{patron}/windows", tag = "windows",
    request_body = NewPatronWindowJson,
    params(("id" = String, Path, description = "The id of the patron's library."),
    ("patron" = String, Path, description = "The id of the patron.")), responses(
    (status = 201, description = "The window is offered for 60 seconds.", body = OfferedWindowJson), ErrorResponses))]
async fn offer_patron_window(
    State(state): State<ApiState>,
    key: HostKey,
    Path((agency, patron)): Path<(String, String)>,
    Posted(body): Posted,
) -> Result<(StatusCode, Json<OfferedWindowJson>), ProblemDetails> {
    let (agency, patron) = patron_of(agency, patron)?;
    let NewPatronWindowJson { origin, language } = read_json(&body)?;
    let place = key.place(origin, language)?;
    let offered = state.parts.offer_to_patron(&agency, &patron, &place).await;
    state.answer(offered)
}

/// Ends a window on a request, open or only offered.
#[utoipa::path(delete, path = "/api/v1/requests/{handle}/windows/{window}", tag = "windows",
    params(("handle" = String, Path, description = "The handle of the request."),
    ("window" = String, Path, description = "The id of the window.")), responses(
    (status = 204, description = "The window has ended."), ErrorResponses))]
async fn end_window(
    State(state): State<ApiState>,
    _: HostKey,
    Path((handle, window)): Path<(String, String)>,
) -> Result<StatusCode, ProblemDetails> {
    let is_of_request = |task: &WindowTask| match task {
        WindowTask::Staff(task) => task.request.to_string() == handle,
        _ => false,
    };
    state.end(&window, is_of_request).await
}

/// Ends a window of a patron, open or only offered.
#[utoipa::path(delete, path = "/api/v1/participants/{id}/patrons/{patron}/windows/{window}",
    tag = "windows",
    params(("id" = String, Path, description = "The id of the patron's library."),
    ("patron" = String, Path, description = "The id of the patron."),
    ("window" = String, Path, description = "The id of the window.")), responses(
    (status = 204, description = "The window has ended."), ErrorResponses))]
async fn end_patron_window(
    State(state): State<ApiState>,
    _: HostKey,
    Path((agency, patron, window)): Path<(String, String, String)>,
) -> Result<StatusCode, ProblemDetails> {
    let wanted = patron_of(agency, patron)?;
    let is_of_patron = |task: &WindowTask| match task {
        WindowTask::Patron { agency, patron } => (agency, patron) == (&wanted.0, &wanted.1),
        _ => false,
    };
    state.end(&window, is_of_patron).await
}

fn patron_of(agency: String, patron: String) -> Result<(AgencyId, PatronId), ProblemDetails> {
    let agency = AgencyId::new(agency).map_err(ProblemDetails::of_input)?;
    Ok((agency, PatronId::new(patron).map_err(ProblemDetails::of_input)?))
}

impl HostKey {
    /// Returns the place of a window if the key lists its origin.
    fn place(
        self,
        origin: WebOrigin,
        language: Option<Language>,
    ) -> Result<WindowPlace, ProblemDetails> {
        if !self.key.origins.contains(&origin) {
            return Err(ProblemDetails::new(
                StatusCode::FORBIDDEN,
                "origin-not-allowed",
                "the API key does not list this origin",
                "add the origin to the key: `PUT /api/v1/keys/{id}/origins`, or `desk key origins`",
            ));
        }
        Ok(WindowPlace::new(origin).with_language(language).with_key(self.id))
    }
}

impl ApiState {
    fn answer(
        &self,
        offered: Result<WindowOffer, Error>,
    ) -> Result<(StatusCode, Json<OfferedWindowJson>), ProblemDetails> {
        match offered {
            Ok(offer) => Ok((StatusCode::CREATED, Json(OfferedWindowJson::of(&offer)))),
            Err(error) => {
                log_error(&error);
                Err(ProblemDetails::of(&error, self.parts.pages.desk.now()))
            }
        }
    }

    async fn end(
        &self,
        window: &str,
        is_named: impl Fn(&WindowTask) -> bool,
    ) -> Result<StatusCode, ProblemDetails> {
        let id = WindowId::parse(window).ok_or_else(ProblemDetails::not_found)?;
        let windows = &self.parts.windows;
        let found = windows.find(&id).await.map_err(store_failed)?;
        if !found.is_some_and(|window| is_named(&window.task)) {
            return Err(ProblemDetails::not_found());
        }
        windows.end(&id).await.map_err(store_failed)?;
        Ok(StatusCode::NO_CONTENT)
    }
}

fn store_failed(error: StoreError) -> ProblemDetails {
    let problem = ProblemDetails::of_store(&error);
    log_error(&error.into());
    problem
}
