use super::extract::{Handle, Input, Params, Staff, no_cursor};
use super::models::{ListJson, ListedJson, RequestJson};
use super::page_size::PageSize;
use super::problem_of;
use crate::json_time::JsonTime;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::Json;
use axum::extract::State;
use desktop_delivery::desk::SyncOutcome;
use desktop_delivery::input::{InputFault, InputField};
use desktop_delivery::ledger::{ListPosition, ListQuery, Party, Search};
use desktop_delivery::{
    Actor, AgencyId, Error, Facts, InvalidInput, PatronId, Refusal, RequestHandle,
    RequestReference, Shipment, Status, Timestamp,
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Requests on a page of a list, where the caller does not say.
const PAGE: usize = 50;

/// The host's news of a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewsJson {
    /// The host's name for the request.
    #[schema(example = "2026-00417")]
    reference: String,
    /// The borrowing library.
    #[schema(example = "CA-BVAU")]
    requester: String,
    /// The lending library.
    #[schema(example = "CA-OTU")]
    supplier: String,
    /// What is asked for; not empty.
    #[schema(example = "On Ice Ages", min_length = 1)]
    title: String,
    /// Where it is from.
    #[serde(default)]
    #[schema(example = "Journal of Glaciology 12 (1973), 3-18")]
    source: String,
    /// The borrowing library's number; the reference where it is left out.
    #[serde(default)]
    requester_request_id: Option<String>,
    /// The lending library's number.
    #[serde(default)]
    supplier_request_id: String,
    /// The host's id of the patron, opaque here.
    #[serde(default)]
    patron: Option<String>,
    /// ISO 18626 serviceType; `Copy` where it is left out.
    #[serde(default)]
    service_type: Option<String>,
    /// Where the request stands.
    #[schema(value_type = String, example = "pending")]
    status: Status,
    /// When the host changed the request, in RFC 3339. Default: now. An older update changes
    /// nothing, and one that is more than 5 minutes ahead of the server's clock is refused.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-11-23T20:46:32Z")]
    as_of: Option<JsonTime>,
}

/// Fields, by the names that they have in the API.
const PATRON: InputField = InputField::new("patron", "`patron`");
const REFERENCE: InputField = InputField::new("reference", "`reference`");

fn patron_of(id: &str) -> Result<PatronId, InvalidInput> {
    PatronId::new(id).map_err(|error| error.with_field(PATRON))
}

impl NewsJson {
    fn facts(&self) -> Result<Facts, InvalidInput> {
        let agency = |id: &str, field| AgencyId::new(id).map_err(|error| error.with_field(field));
        let reference = RequestReference::new(&*self.reference);
        let facts = Facts::new(
            reference.map_err(|error| error.with_field(REFERENCE))?,
            agency(&self.requester, InputField::REQUESTER)?,
            agency(&self.supplier, InputField::SUPPLIER)?,
            &*self.title,
        );
        let requester_no = self.requester_request_id.as_ref().unwrap_or(&self.reference);
        let mut facts = facts
            .with_source(&*self.source)
            .with_request_ids(requester_no, &*self.supplier_request_id);
        if let Some(patron) = &self.patron {
            facts = facts.with_patron(patron_of(patron)?);
        }
        if let Some(service_type) = &self.service_type {
            facts.service_type.clone_from(service_type);
        }
        Ok(facts)
    }
}

/// The result of a host's update of a request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SyncedJson {
    /// The request's handle in this API.
    #[schema(example = "000102ab040506ff")]
    handle: String,
    /// `created`, `updated` or `unchanged`; `older-than-known` if an update with a newer `as_of` is stored,
    /// so that nothing changed; `status-cannot-go-back` if the request keeps its status.
    #[schema(value_type = String, example = "created")]
    outcome: SyncOutcome,
    /// The request's status now.
    #[schema(value_type = String, example = "pending")]
    status: Status,
}

/// Takes the host's news of a request; the same news again changes nothing.
///
/// The status only moves forward. `pending` reopens an unfilled request; send any other request
/// that is over again under another reference.
#[utoipa::path(post, path = "/api/requests", request_body = NewsJson, tag = "requests", responses(
    (status = 200, description = "known", body = SyncedJson), super::openapi::Problems))]
pub(super) async fn sync(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Input(news): Input<NewsJson>,
) -> Result<Json<SyncedJson>, ProblemDetails> {
    if actor != Actor::Host {
        return Err(ProblemDetails::of_refusal(&Refusal::Forbidden, shared.desk.now()));
    }
    let facts = news.facts().map_err(|input| problem_of(&shared.desk, &input.into()))?;
    let as_of = news.as_of.map(|JsonTime(as_of)| as_of);
    let synced = shared.desk.sync(facts, news.status, as_of).await;
    let synced = synced.map_err(|error| problem_of(&shared.desk, &error))?;
    let (handle, outcome, status) = (synced.handle.to_string(), synced.outcome, synced.status);
    Ok(Json(SyncedJson { handle, outcome, status }))
}

/// On which side a library stands.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Role {
    Any,
    Requester,
    Supplier,
}

/// Selects requests.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ListParams {
    /// `supplier` (by default) or `requester`: on which side the library stands. The host may say
    /// `any`.
    #[param(value_type = Option<String>, example = "supplier")]
    role: Option<Role>,
    /// Whose; the host names a library, staff list their own.
    agency: Option<String>,
    /// Of this patron of the library alone; only with role `requester`.
    patron: Option<String>,
    /// In this status alone.
    #[param(value_type = Option<String>)]
    status: Option<Status>,
    /// Words to look for: each begins a word of the title, the source, the reference, a library's
    /// number or a library's id, without regard to case and accents.
    #[param(example = "glaciology 00417")]
    search: Option<String>,
    /// `true` for those alone that wait for the lending library: somebody asked for more, or the
    /// borrowing library wishes to cancel.
    waiting: Option<bool>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most this many, 1 to 999; 50 by default.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 999)]
    limit: Option<PageSize<999>>,
}

/// Lists requests, newest first.
#[utoipa::path(get, path = "/api/requests", params(ListParams), tag = "requests", responses(
    (status = 200, description = "a page", body = ListJson), super::openapi::Problems))]
pub(super) async fn list(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Params(params): Params<ListParams>,
) -> Result<Json<ListJson>, ProblemDetails> {
    let party = party(&actor, &params).map_err(|error| problem_of(&shared.desk, &error))?;
    let limit = params.limit.map_or(PAGE, PageSize::get);
    let after = match &params.cursor {
        Some(cursor) => Some(position(cursor).ok_or_else(|| no_cursor(cursor))?),
        None => None,
    };
    // One more than asked for shows whether there is another page.
    let query = ListQuery {
        party,
        status: params.status,
        search: params.search.as_deref().and_then(Search::of),
        waiting: params.waiting.unwrap_or(false),
        after,
        limit: limit + 1,
    };
    let found = shared.desk.list(&query).await;
    let mut found = found.map_err(|error| problem_of(&shared.desk, &error))?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| format!("{}.{}", last.position.created_at.as_seconds(), last.position.handle));
    Ok(Json(ListJson { requests: found.iter().map(ListedJson::of).collect(), next }))
}

fn position(cursor: &str) -> Option<ListPosition> {
    let (seconds, handle) = cursor.split_once('.')?;
    let created_at = Timestamp::from_seconds(seconds.parse().ok()?);
    Some(ListPosition { created_at, handle: RequestHandle::parse(handle).ok()? })
}

/// Whose requests the caller may list and asks for.
fn party(actor: &Actor, params: &ListParams) -> Result<Party, Error> {
    let named = params.agency.as_deref().map(AgencyId::new).transpose();
    let named = named.map_err(|error| error.with_field(InputField::AGENCY))?;
    let agency = match (actor, named) {
        (Actor::Staff { agency, .. }, named) if named.as_ref().is_none_or(|n| n == agency) => {
            Some(agency.clone())
        }
        (Actor::Host, named) => named,
        _ => return Err(Refusal::Forbidden.into()),
    };
    let role = params.role.unwrap_or(Role::Supplier);
    let Some(agency) = agency else {
        return match (role, &params.patron) {
            (Role::Any | Role::Supplier, None) => Ok(Party::Anyone),
            _ => Err(InvalidInput::new(InputField::AGENCY, InputFault::MISSING).into()),
        };
    };
    match (role, &params.patron) {
        (Role::Supplier, None) => Ok(Party::Supplier(agency)),
        (Role::Requester, None) => Ok(Party::Requester(agency)),
        (Role::Requester, Some(patron)) => Ok(Party::Patron(agency, patron_of(patron)?)),
        (Role::Supplier, Some(_)) => {
            Err(InvalidInput::new(InputField::ROLE, InputFault::MUST_BE_REQUESTER).into())
        }
        (Role::Any, _) => Err(InvalidInput::new(InputField::ROLE, InputFault::NOT_A_ROLE).into()),
    }
}

/// Shows a request.
#[utoipa::path(get, path = "/api/requests/{handle}", tag = "requests",
    params(("handle" = String, Path, description = "names the request")), responses(
    (status = 200, description = "the request", body = RequestJson), super::openapi::Problems))]
pub(super) async fn show(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
) -> Result<Json<RequestJson>, ProblemDetails> {
    let view = shared.desk.staff_view(handle, &actor).await;
    let view = view.map_err(|error| problem_of(&shared.desk, &error))?;
    Ok(Json(RequestJson::of(handle, &view)))
}

/// How to ship.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShipJson {
    /// Ships also where nothing is attached, because that is meant.
    #[serde(default)]
    without_file: bool,
}

/// Ships a request: from now on the borrowing library sees the attachments, and their days run.
#[utoipa::path(post, path = "/api/requests/{handle}/ship", request_body = ShipJson, tag = "requests",
    params(("handle" = String, Path, description = "names the request")), responses(
    (status = 204, description = "shipped"), super::openapi::Problems))]
pub(super) async fn ship(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    Input(ship): Input<ShipJson>,
) -> Result<StatusCode, ProblemDetails> {
    let shipment = if ship.without_file { Shipment::WithoutFiles } else { Shipment::WithFiles };
    done(&shared, shared.desk.ship(handle, &actor, shipment).await)
}

/// Marks a request as received; the patron is emailed if the library wants it.
#[utoipa::path(post, path = "/api/requests/{handle}/receive", tag = "requests",
    params(("handle" = String, Path, description = "names the request")), responses(
    (status = 204, description = "received"), super::openapi::Problems))]
pub(super) async fn receive(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
) -> Result<StatusCode, ProblemDetails> {
    done(&shared, shared.desk.receive(handle, &actor).await)
}

/// Asks the lending library to cancel.
#[utoipa::path(post, path = "/api/requests/{handle}/cancel", tag = "requests",
    params(("handle" = String, Path, description = "names the request")), responses(
    (status = 204, description = "asked"), super::openapi::Problems))]
pub(super) async fn cancel(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
) -> Result<StatusCode, ProblemDetails> {
    done(&shared, shared.desk.request_cancel(handle, &actor).await)
}

/// The answer to a wish to cancel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerJson {
    /// Whether the request is cancelled; only before it is shipped.
    accept: bool,
}

/// Answers the wish to cancel.
#[utoipa::path(post, path = "/api/requests/{handle}/cancel/answer", request_body = AnswerJson,
    tag = "requests", params(("handle" = String, Path, description = "names the request")),
    responses((status = 204, description = "answered"), super::openapi::Problems))]
pub(super) async fn answer_cancel(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    Input(answer): Input<AnswerJson>,
) -> Result<StatusCode, ProblemDetails> {
    done(&shared, shared.desk.answer_cancel(handle, &actor, answer.accept).await)
}

/// Why a delivery is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawJson {
    /// For the audit, at most 500 bytes.
    #[serde(default)]
    why: String,
}

/// Takes a shipped request back: its files can no longer be claimed or fetched.
#[utoipa::path(post, path = "/api/requests/{handle}/withdraw", request_body = WithdrawJson,
    tag = "requests", params(("handle" = String, Path, description = "names the request")),
    responses((status = 204, description = "withdrawn"), super::openapi::Problems))]
pub(super) async fn withdraw(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    Input(reason): Input<WithdrawJson>,
) -> Result<StatusCode, ProblemDetails> {
    done(&shared, shared.desk.withdraw(handle, &actor, &reason.why).await)
}

/// An answer without a body.
pub(super) fn done(
    shared: &Shared,
    outcome: Result<(), Error>,
) -> Result<StatusCode, ProblemDetails> {
    match outcome {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(problem_of(&shared.desk, &error)),
    }
}
