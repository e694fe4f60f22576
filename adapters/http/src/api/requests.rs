use super::error_responses::ErrorResponses;
use super::extract::{Input, NoFields, Params, Staff, Target, invalid_cursor};
use super::models::{ListJson, ListedJson, RequestJson};
use super::outcome::{no_content, of_field};
use super::page_size::PageSize;
use super::precondition::{etag, is_known};
use super::request_update::{REFERENCE, patron_of};
use super::words;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use desktop_delivery::decide::list_view;
use desktop_delivery::input::{InputFault, InputField};
use desktop_delivery::ledger::{
    DeliveryKey, DeliverySummary, ListPosition, ListQuery, Party, Search,
};
use desktop_delivery::{
    Actor, AgencyId, Error, InvalidInput, Refusal, RequestReference, Shipment, Status,
};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// The default number of requests on a page.
const PAGE: usize = 50;

/// The reason for a withdrawal, named as in the API.
const WHY: InputField = InputField::new("why", "`why`");

/// The role of a library in a request.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = ListRole)]
pub(super) enum Role {
    Any,
    Requester,
    Supplier,
}

/// The query parameters of a request list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ListParams {
    /// The role of the library: `supplier` or `requester`. Default: `supplier`. The host may also
    /// send `any`, without `agency`, to list the requests of all libraries.
    role: Option<Role>,
    /// The id of the library. Default: all libraries for the host, and their own library for staff.
    /// Staff cannot list the requests of other libraries.
    agency: Option<String>,
    /// Returns only the requests of this patron. Requires the role `requester`.
    patron: Option<String>,
    /// Returns only the request with this host reference, if the other filters include it.
    #[param(example = "2026-00417")]
    reference: Option<String>,
    /// Returns only requests with this status.
    #[param(value_type = Option<words::Status>)]
    status: Option<Status>,
    /// Search terms. Each must be the beginning of a word in the title, the source, the reference,
    /// a library's number for the request, or a library's id. Case and accents are ignored.
    #[param(example = "glaciology 00417")]
    search: Option<String>,
    /// `true` returns only requests that wait for an answer of the lending library to an extension
    /// request or a cancellation request. Default: `false`.
    waiting: Option<bool>,
    /// The `next` value of the previous page. Default: starts with the newest request.
    cursor: Option<String>,
    /// The most requests to return, 1 to 999. Default: 50.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 999)]
    limit: Option<PageSize<999>>,
}

/// Returns a list of requests, newest first.
#[utoipa::path(get, path = "/api/v1/requests", params(ListParams), tag = "requests", responses(
    (status = 200, description = "A page of requests.", body = ListJson), ErrorResponses))]
pub(super) async fn list_requests(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Params(params): Params<ListParams>,
) -> Result<Json<ListJson>, ProblemDetails> {
    let party = party(&actor, &params).map_err(|error| shared.problem_of(&error))?;
    let limit = params.limit.map_or(PAGE, PageSize::get);
    let after = match &params.cursor {
        Some(cursor) => Some(cursor.parse::<ListPosition>().map_err(|_| invalid_cursor(cursor))?),
        None => None,
    };
    // One more than the limit shows whether there is another page.
    let query = ListQuery::of(party, limit + 1)
        .with_status(params.status)
        .with_search(params.search.as_deref().and_then(Search::of))
        .with_waiting(params.waiting.unwrap_or(false))
        .with_after(after);
    let found = match &params.reference {
        Some(reference) => by_reference(&shared, reference, &query).await,
        None => shared.desk.list(&query).await,
    };
    let mut found = found.map_err(|error| shared.problem_of(&error))?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| last.position.to_string());
    Ok(Json(ListJson { requests: found.iter().map(ListedJson::of).collect(), next }))
}

/// Returns the request with this reference if it is in the list.
async fn by_reference(
    shared: &Shared,
    reference: &str,
    query: &ListQuery,
) -> Result<Vec<DeliverySummary>, Error> {
    let reference = RequestReference::new(reference);
    let reference = reference.map_err(|error| error.with_field(REFERENCE))?;
    // One look-up by the unique index of references.
    let found = shared.desk.delivery(DeliveryKey::Reference(&reference)).await?;
    let listed = found
        .filter(|found| query.matches(&found.record))
        .map(|found| list_view(DeliverySummary::of(found.handle, &found.record), &query.party));
    let is_after = |one: &DeliverySummary| query.after.is_none_or(|after| one.position < after);
    Ok(listed.filter(is_after).into_iter().collect())
}

/// Returns whose requests to list, if the caller may list them.
fn party(actor: &Actor, params: &ListParams) -> Result<Party, Error> {
    let requested = params.agency.as_deref().map(AgencyId::new).transpose();
    let requested = requested.map_err(|error| error.with_field(InputField::AGENCY))?;
    let agency = match (actor, requested) {
        (Actor::Staff { agency, .. }, requested)
            if requested.as_ref().is_none_or(|requested| requested == agency) =>
        {
            Some(agency.clone())
        }
        (Actor::Host, requested) => requested,
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

/// Returns a request as the caller's library sees it.
#[utoipa::path(get, path = "/api/v1/requests/{handle}", tag = "requests",
    params(("handle" = String, Path, description = "The handle of the request."),
    ("If-None-Match" = Option<String>, Header, description = "The ETag of a revision that the caller \
    already has.")), responses(
    (status = 200, description = "The request.", body = RequestJson,
    headers(("ETag" = String, description = "The revision, for `If-Match` and `If-None-Match`."))),
    (status = 304, description = "The caller already has this revision."), ErrorResponses))]
pub(super) async fn get_request(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    headers: HeaderMap,
) -> Result<Response, ProblemDetails> {
    let view = shared.desk.staff_view(request.handle, &actor).await;
    let view = view.map_err(|error| shared.problem_of(&error))?;
    if request.revision.is_some_and(|expected| expected != view.revision) {
        return Err(shared.problem_of(&Refusal::Stale.into()));
    }
    let etag = [(header::ETAG, etag(view.revision))];
    if is_known(&headers, view.revision) {
        return Ok((StatusCode::NOT_MODIFIED, etag).into_response());
    }
    Ok((etag, Json(RequestJson::of(request.handle, &view))).into_response())
}

/// The options of a shipment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ShipJson {
    /// Whether to ship a request that has no attachments. Default: `false`, which refuses such a
    /// shipment.
    #[serde(default)]
    without_file: bool,
}

/// Ships a request. The borrowing library can now see the attachments, and their download period
/// starts.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/ship", request_body = ShipJson,
    tag = "requests", params(("handle" = String, Path, description = "The handle of the request.")), responses(
    (status = 204, description = "The request was shipped."), ErrorResponses))]
pub(super) async fn ship_request(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    Input(options): Input<ShipJson>,
) -> Result<StatusCode, ProblemDetails> {
    let shipment = if options.without_file { Shipment::WithoutFiles } else { Shipment::WithFiles };
    no_content(&shared, shared.desk.ship(request, &actor, shipment).await)
}

/// Marks a request as received. The patron is notified by email unless the library has silenced
/// this notice.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/receive", tag = "requests",
    params(("handle" = String, Path, description = "The handle of the request.")), responses(
    (status = 204, description = "The request was marked as received."), ErrorResponses))]
pub(super) async fn receive_request(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    Input(NoFields {}): Input<NoFields>,
) -> Result<StatusCode, ProblemDetails> {
    no_content(&shared, shared.desk.receive(request, &actor).await)
}

/// Asks the lending library to cancel a request.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/cancel", tag = "requests",
    params(("handle" = String, Path, description = "The handle of the request.")), responses(
    (status = 204, description = "The cancellation was requested."), ErrorResponses))]
pub(super) async fn request_cancellation(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    Input(NoFields {}): Input<NoFields>,
) -> Result<StatusCode, ProblemDetails> {
    no_content(&shared, shared.desk.request_cancel(request, &actor).await)
}

/// The answer to a cancellation request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerJson {
    /// `true` cancels the request, which is possible only before it is shipped; `false` declines.
    accept: bool,
}

/// Answers a cancellation request.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/cancel/answer", request_body = AnswerJson,
    tag = "requests", params(("handle" = String, Path, description = "The handle of the request.")),
    responses((status = 204, description = "The cancellation request was answered."), ErrorResponses))]
pub(super) async fn answer_cancellation(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    Input(answer): Input<AnswerJson>,
) -> Result<StatusCode, ProblemDetails> {
    no_content(&shared, shared.desk.answer_cancel(request, &actor, answer.accept).await)
}

/// The reason for a withdrawal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WithdrawJson {
    /// The reason, recorded in the history; at most 500 bytes.
    #[serde(default)]
    why: String,
}

/// Withdraws a shipped request. Its attachments can no longer be claimed or downloaded.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/withdraw", request_body = WithdrawJson,
    tag = "requests", params(("handle" = String, Path, description = "The handle of the request.")),
    responses((status = 204, description = "The request was withdrawn."), ErrorResponses))]
pub(super) async fn withdraw_request(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    Input(reason): Input<WithdrawJson>,
) -> Result<StatusCode, ProblemDetails> {
    let withdrawn = shared.desk.withdraw(request, &actor, &reason.why).await;
    no_content(&shared, withdrawn.map_err(|error| of_field(error, InputField::REASON, WHY)))
}
