use super::error_responses::ErrorResponses;
use super::event_schema::placeholder;
use super::extract::{Handle, Params, Staff, invalid_cursor};
use super::page_size::PageSize;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::Json;
use axum::extract::State;
use desktop_delivery::Timestamp;
use desktop_delivery::events::{EventPosition, RecordedEvent};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// The default number of events on a page.
const PAGE: usize = 200;

/// The query parameters of an event list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct EventParams {
    /// The `next` value of the previous page. Default: starts with the oldest event.
    cursor: Option<String>,
    /// The most events to return, 1 to 1,000. Default: 200.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 1_000)]
    limit: Option<PageSize<1_000>>,
}

/// A page of the history of a request, oldest event first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventsJson {
    events: Vec<EventJson>,
    /// The `cursor` that continues after these events. Absent if the page is empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<String>,
}

/// A recorded event.
#[derive(Debug, Serialize)]
pub struct EventJson {
    /// The revision of the request in which the event was recorded.
    revision: u64,
    /// The position of the event within its revision, from 0.
    index: u32,
    /// The fields of the event.
    #[serde(flatten)]
    event: Value,
}

impl PartialSchema for EventJson {
    fn schema() -> RefOr<Schema> {
        placeholder()
    }
}

impl ToSchema for EventJson {}

impl EventJson {
    /// Converts a recorded event to its JSON form.
    #[must_use]
    pub fn of(recorded: &RecordedEvent) -> Self {
        let mut event = serde_json::to_value(&recorded.event).unwrap_or_default();
        format_instants(&mut event);
        let EventPosition { revision, index } = recorded.position;
        Self { revision, index, event }
    }
}

/// Converts instants from the seconds that core stores to RFC 3339.
fn format_instants(value: &mut Value) {
    const INSTANTS: [&str; 4] = ["at", "expires_at", "not_before", "until"];
    let Value::Object(fields) = value else { return };
    for (name, field) in fields {
        match field.as_i64() {
            Some(seconds) if INSTANTS.contains(&name.as_str()) => {
                *field = Value::String(Timestamp::from_seconds(seconds).to_string());
            }
            _ => format_instants(field),
        }
    }
}

/// Returns the history of a request: who did what, and when.
#[utoipa::path(get, path = "/api/v1/requests/{handle}/events", tag = "requests",
    params(("handle" = String, Path, description = "The handle of the request."), EventParams), responses(
    (status = 200, description = "A page of events.", body = EventsJson), ErrorResponses))]
pub(super) async fn list_events(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    Params(params): Params<EventParams>,
) -> Result<Json<EventsJson>, ProblemDetails> {
    let limit = params.limit.map_or(PAGE, PageSize::get);
    let after = match &params.cursor {
        Some(cursor) => Some(position(cursor).ok_or_else(|| invalid_cursor(cursor))?),
        None => None,
    };
    let found = shared.desk.events(handle, &actor, after, limit).await;
    let found = found.map_err(|error| shared.problem_of(&error))?;
    let next =
        found.last().map(|last| format!("{}.{}", last.position.revision, last.position.index));
    Ok(Json(EventsJson { events: found.iter().map(EventJson::of).collect(), next }))
}

fn position(cursor: &str) -> Option<EventPosition> {
    let (revision, index) = cursor.split_once('.')?;
    Some(EventPosition { revision: revision.parse().ok()?, index: index.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn instants_are_formatted_at_any_depth() {
        let mut event = json!({
            "at": 1_795_466_792, "by": "staff", "size": 1_795_466_792,
            "after": {"expiry": {"at": 1_795_466_793}},
        });
        format_instants(&mut event);
        assert_eq!(
            event,
            json!({
                "at": "2026-11-23T20:46:32Z", "by": "staff", "size": 1_795_466_792,
                "after": {"expiry": {"at": "2026-11-23T20:46:33Z"}},
            })
        );
    }
}
