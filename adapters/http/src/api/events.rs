use super::extract::{Handle, Params, Staff, no_cursor};
use super::page_size::PageSize;
use super::problem_of;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::Json;
use axum::extract::State;
use desktop_delivery::Timestamp;
use desktop_delivery::events::{EventPosition, RecordedEvent};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Events on a page, where the caller does not say.
const PAGE: usize = 200;

/// Selects events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct EventParams {
    /// The `next` of the page before.
    cursor: Option<String>,
    /// At most this many, 1 to 1000; 200 by default.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 1_000)]
    limit: Option<PageSize<1_000>>,
}

/// A page of a request's history, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventsJson {
    events: Vec<EventJson>,
    /// What to send as `cursor` for the events behind these; absent where there are none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventJson {
    /// The commit that recorded it.
    revision: u64,
    /// Its place within the commit.
    index: u32,
    /// When (`at`), who (`by`, with `agency` and `id` of staff), what (`event`), and what goes with it.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    event: Value,
}

impl EventJson {
    /// What the API sends of it.
    #[must_use]
    pub fn of(recorded: &RecordedEvent) -> Self {
        let mut event = serde_json::to_value(&recorded.event).unwrap_or_default();
        name_instants(&mut event);
        let EventPosition { revision, index } = recorded.position;
        Self { revision, index, event }
    }
}

/// The core keeps instants as seconds; people read RFC 3339.
fn name_instants(value: &mut Value) {
    const INSTANTS: [&str; 4] = ["at", "expires_at", "not_before", "until"];
    let Value::Object(fields) = value else { return };
    for (name, field) in fields {
        match field.as_i64() {
            Some(seconds) if INSTANTS.contains(&name.as_str()) => {
                *field = Value::String(Timestamp::from_seconds(seconds).to_string());
            }
            _ => name_instants(field),
        }
    }
}

/// Reads a request's history: who did what and when.
#[utoipa::path(get, path = "/api/requests/{handle}/events", tag = "requests",
    params(("handle" = String, Path, description = "names the request"), EventParams), responses(
    (status = 200, description = "a page", body = EventsJson), super::openapi::Problems))]
pub(super) async fn list(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    Params(params): Params<EventParams>,
) -> Result<Json<EventsJson>, ProblemDetails> {
    let limit = params.limit.map_or(PAGE, PageSize::get);
    let after = match &params.cursor {
        Some(cursor) => Some(position(cursor).ok_or_else(|| no_cursor(cursor))?),
        None => None,
    };
    let found = shared.desk.events(handle, &actor, after, limit).await;
    let found = found.map_err(|error| problem_of(&shared.desk, &error))?;
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
    fn instants_are_named_wherever_they_stand() {
        let mut event = json!({
            "at": 1_795_466_792, "by": "staff", "size": 1_795_466_792,
            "after": {"expiry": {"at": 1_795_466_793}},
        });
        name_instants(&mut event);
        assert_eq!(
            event,
            json!({
                "at": "2026-11-23T20:46:32Z", "by": "staff", "size": 1_795_466_792,
                "after": {"expiry": {"at": "2026-11-23T20:46:33Z"}},
            })
        );
    }
}
