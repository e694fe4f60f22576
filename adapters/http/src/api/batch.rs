use super::error_responses::ErrorResponses;
use super::extract::{Input, Staff};
use super::request_update::{RequestUpdateJson, SyncedJson, apply};
use crate::idempotency::Kept;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use crate::problem_json::ProblemJson;
use axum::extract::State;
use axum::{Extension, Json};
use desktop_delivery::{Actor, Refusal};
use futures_util::{StreamExt as _, stream};
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::HashSet;
use std::fmt;
use utoipa::ToSchema;

/// The largest number of updates in one call.
const MAX_UPDATES: usize = 500;

/// The number of updates that are applied at once, so that a ledger can commit them together.
const AT_ONCE: usize = 16;

/// Up to 500 updates of requests.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchJson {
    /// The updates, at most 500.
    #[schema(value_type = Vec<RequestUpdateJson>, max_items = 500)]
    updates: Updates,
}

/// A bounded list of updates.
#[derive(Debug)]
struct Updates(Vec<RequestUpdateJson>);

impl<'de> Deserialize<'de> for Updates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(UpToMost)
    }
}

struct UpToMost;

impl<'de> Visitor<'de> for UpToMost {
    type Value = Updates;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an array of at most {MAX_UPDATES} updates")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sent: A) -> Result<Updates, A::Error> {
        let mut updates = Vec::new();
        while let Some(update) = sent.next_element()? {
            if updates.len() == MAX_UPDATES {
                return Err(A::Error::custom(format!("more than {MAX_UPDATES} updates")));
            }
            updates.push(update);
        }
        Ok(Updates(updates))
    }
}

/// The outcomes of a batch, in the order of its updates.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OutcomesJson {
    outcomes: Vec<OutcomeJson>,
}

/// The outcome of one update: its result, or the problem that prevented it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum OutcomeJson {
    #[schema(title = "Refused")]
    Problem(Box<ProblemJson>),
    #[schema(title = "Applied")]
    Result(SyncedJson),
}

/// Creates or updates up to 500 requests, each as `POST /api/v1/requests` does.
///
/// Each update succeeds or fails on its own. Updates of different requests may be applied in any
/// order; if a reference appears twice, all are applied in the order of the batch. The body may have
/// up to 2 MiB.
#[utoipa::path(post, path = "/api/v1/requests/batch", request_body = BatchJson, tag = "requests",
    responses((status = 200, description = "The outcome of each update.", body = OutcomesJson),
    ErrorResponses))]
pub(super) async fn sync_requests(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Input(batch): Input<BatchJson>,
) -> Result<(Extension<Kept>, Json<OutcomesJson>), ProblemDetails> {
    if actor != Actor::Host {
        return Err(ProblemDetails::of_refusal(&Refusal::Forbidden, shared.desk.now()));
    }
    let BatchJson { updates: Updates(updates) } = batch;
    let mut references = HashSet::new();
    let are_different =
        updates.iter().all(|update| references.insert(update.reference().to_owned()));
    let applied = updates.into_iter().map(|sent| {
        let shared = &shared;
        async move {
            match apply(shared, &sent).await {
                Ok(synced) => OutcomeJson::Result(synced),
                Err(problem) => OutcomeJson::Problem(Box::new(ProblemJson::from(&problem))),
            }
        }
    });
    let at_once = if are_different { AT_ONCE } else { 1 };
    let outcomes = stream::iter(applied).buffered(at_once).collect().await;
    Ok((Extension(Kept::Body), Json(OutcomesJson { outcomes })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_json::read_json;
    use serde_json::json;

    #[test]
    fn a_batch_has_at_most_500_updates() {
        let update = json!({
            "reference": "2026-00417", "requester": "CA-BVAU", "supplier": "CA-OTU",
            "title": "Bees", "status": "pending",
        });
        let read = |count| {
            let batch = json!({"updates": vec![update.clone(); count]}).to_string();
            read_json::<BatchJson>(batch.as_bytes()).map(|batch| batch.updates.0.len())
        };
        assert_eq!(read(500).ok(), Some(500));
        assert_eq!(read(501).unwrap_err().title, "`updates`: more than 500 updates");
        let one = json!({"updates": [{"reference": "x"}]}).to_string();
        let title = read_json::<BatchJson>(one.as_bytes()).unwrap_err().title;
        assert_eq!(title, "`updates[0].requester` is missing");
    }
}
