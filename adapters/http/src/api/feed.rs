use super::error_responses::ErrorResponses;
use super::event_schema::placeholder;
use super::events::EventJson;
use super::extract::{Params, Staff};
use super::page_size::PageSize;
use crate::field_errors::quoted;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::Json;
use axum::extract::State;
use desktop_delivery::AgencyId;
use desktop_delivery::events::{EventName, FeedEntry, FeedQuery, FeedStart};
use desktop_delivery::input::InputField;
use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// The default number of events on a page.
const PAGE: usize = 200;

/// The query parameters of the event feed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct FeedParams {
    /// The `next` value of the previous page, or `latest` to start after the newest event.
    /// Default: starts with the oldest event.
    #[param(example = "5a1f00c0ffee0417.1042.9c3e11d0")]
    after: Option<String>,
    /// The maximum number of events to return, 1 to 1,000. Default: 200. A page may have fewer
    /// events although more follow.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 1_000)]
    limit: Option<PageSize<1_000>>,
    /// Returns only events of requests of which this library is the borrowing or the lending
    /// library. Default: all libraries for the host, and their own library for staff.
    agency: Option<String>,
    /// Returns only these kinds of events, separated by commas.
    #[param(example = "shipped,more-requested")]
    kind: Option<String>,
}

/// A page of the event feed, oldest event first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FeedJson {
    events: Vec<FeedEntryJson>,
    /// The `after` value of the next page, even if this page is empty.
    #[schema(example = "5a1f00c0ffee0417.1042.9c3e11d0")]
    next: String,
    /// Whether more events follow, which the filters may exclude. If `false`, wait before you read
    /// the next page.
    more: bool,
}

/// An event in the feed, with the request it belongs to.
#[derive(Debug, Serialize)]
pub struct FeedEntryJson {
    #[serde(flatten)]
    request: FeedFields,
    #[serde(flatten)]
    event: EventJson,
}

impl PartialSchema for FeedEntryJson {
    fn schema() -> RefOr<Schema> {
        placeholder()
    }
}

impl ToSchema for FeedEntryJson {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((FeedFields::name().into_owned(), FeedFields::schema()));
    }
}

/// The fields that an event has only in the feed.
#[derive(Debug, Serialize, ToSchema)]
struct FeedFields {
    /// The position of the event: the `after` value that continues after it.
    #[schema(example = "5a1f00c0ffee0417.1042.9c3e11d0")]
    position: String,
    /// The handle of the request in this API.
    #[schema(example = "000102ab040506ff")]
    handle: String,
    /// The host's reference of the request.
    #[schema(example = "2026-00417")]
    reference: String,
    /// The id of the borrowing library.
    #[schema(example = "CA-BVAU")]
    requester: String,
    /// The id of the lending library.
    #[schema(example = "CA-OTU")]
    supplier: String,
    /// The note that a person wrote with an extension request, a problem or an answer, as long as
    /// the request has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    note: Option<String>,
}

impl FeedEntryJson {
    /// Converts an entry of the feed to its JSON form.
    #[must_use]
    pub fn of(entry: &FeedEntry) -> Self {
        let request = FeedFields {
            position: entry.position.to_string(),
            handle: entry.recorded.handle.to_string(),
            reference: entry.reference.to_string(),
            requester: entry.requester.to_string(),
            supplier: entry.supplier.to_string(),
            note: entry.note.clone(),
        };
        Self { request, event: EventJson::of(&entry.recorded) }
    }
}

/// Returns the events of all requests in one order: each exactly once, and the events of a request
/// in the order in which they happened.
#[utoipa::path(get, path = "/api/v1/events", tag = "events", params(FeedParams), responses(
    (status = 200, description = "A page of the feed.", body = FeedJson), ErrorResponses))]
pub(super) async fn list_all_events(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Params(params): Params<FeedParams>,
) -> Result<Json<FeedJson>, ProblemDetails> {
    let agency = params.agency.map(AgencyId::new).transpose();
    let agency =
        agency.map_err(|error| shared.problem_of(&error.with_field(InputField::AGENCY).into()))?;
    let start = match params.after.as_deref() {
        None => FeedStart::Beginning,
        Some("latest") => FeedStart::Latest,
        Some(text) => FeedStart::After(text.parse().map_err(|_| invalid_position(text))?),
    };
    let query = FeedQuery::of(start, params.limit.map_or(PAGE, PageSize::get))
        .with_agency(agency)
        .with_kinds(kinds(params.kind.as_deref())?);
    let page = shared.desk.events_since(&query, &actor).await;
    let page = page.map_err(|error| shared.problem_of(&error))?;
    Ok(Json(FeedJson {
        events: page.entries.iter().map(FeedEntryJson::of).collect(),
        next: page.next.to_string(),
        more: page.more,
    }))
}

fn kinds(sent: Option<&str>) -> Result<Vec<EventName>, ProblemDetails> {
    let Some(sent) = sent else { return Ok(Vec::new()) };
    let kind = |name: &str| {
        name.parse().map_err(|_| {
            let title = format!("`kind` has {}; expected kinds of events", quoted(name));
            let remedy = "send kinds such as `shipped`, separated by commas";
            ProblemDetails { remedy: remedy.into(), ..ProblemDetails::malformed(title) }
        })
    };
    sent.split(',').map(kind).collect()
}

fn invalid_position(sent: &str) -> ProblemDetails {
    let title = format!(
        "`after` is {}; expected the `next` value of the previous page, unchanged, or `latest`",
        quoted(sent)
    );
    let remedy = "send the `next` value of the previous page, or omit `after` to start over";
    ProblemDetails { remedy: remedy.into(), ..ProblemDetails::malformed(title) }
}
