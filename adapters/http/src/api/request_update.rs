use super::error_responses::ErrorResponses;
use super::extract::{Input, Staff};
use super::models::CitationJson;
use super::words;
use crate::idempotency::Kept;
use crate::json_time::JsonTime;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::extract::State;
use axum::{Extension, Json};
use desktop_delivery::desk::SyncOutcome;
use desktop_delivery::input::InputField;
use desktop_delivery::{
    Actor, AgencyId, Facts, InvalidInput, PatronId, Refusal, RequestReference, Status,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The current state of a request in the host's system.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestUpdateJson {
    /// The host's identifier of the request.
    #[schema(example = "2026-00417")]
    reference: String,
    /// The id of the borrowing library.
    #[schema(example = "CA-BVAU")]
    requester: String,
    /// The id of the lending library.
    #[schema(example = "CA-OTU")]
    supplier: String,
    /// The title of the requested document; must not be empty.
    #[schema(example = "On Ice Ages")]
    title: String,
    /// The publication that contains the document.
    #[serde(default)]
    #[schema(example = "Journal of Glaciology 12 (1973), 3-18")]
    source: String,
    /// The parts of the citation other than the title. Pages show `source`, or else a line made
    /// from these parts.
    #[serde(default)]
    citation: CitationJson,
    /// The borrowing library's statement about copyright, as a code for the `copyrightCompliance`
    /// of ISO 18626: in the United States `US-CCG` or `US-CCL`.
    #[serde(default)]
    #[schema(example = "US-CCG")]
    copyright_compliance: String,
    /// The borrowing library's number for the request. Default: `reference`.
    #[serde(default)]
    requester_request_id: Option<String>,
    /// The lending library's number for the request.
    #[serde(default)]
    supplier_request_id: String,
    /// The host's id of the patron. This API does not interpret it.
    #[serde(default)]
    patron: Option<String>,
    /// The `serviceType` of ISO 18626. Default: `Copy`.
    #[serde(default)]
    service_type: Option<String>,
    /// The status of the request.
    #[schema(value_type = words::Status)]
    status: Status,
    /// When the host changed the request (RFC 3339). Default: now. An update older than the stored
    /// one changes nothing. An update more than 5 minutes ahead of the server's clock is refused.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "2026-11-23T20:46:32Z", format = DateTime)]
    as_of: Option<JsonTime>,
}

/// Fields named as in the API.
const PATRON: InputField = InputField::new("patron", "`patron`");
pub(super) const REFERENCE: InputField = InputField::new("reference", "`reference`");

/// Reads the id of a patron.
pub(super) fn patron_of(id: &str) -> Result<PatronId, InvalidInput> {
    PatronId::new(id).map_err(|error| error.with_field(PATRON))
}

impl RequestUpdateJson {
    /// Returns the host's identifier of the request, as sent.
    pub(super) fn reference(&self) -> &str {
        &self.reference
    }

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
            .with_citation(self.citation.to_citation())
            .with_copyright_compliance(&*self.copyright_compliance)
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

/// The result of an update.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SyncedJson {
    /// The handle of the request in this API.
    #[schema(example = "000102ab040506ff")]
    handle: String,
    /// `created`, `updated` or `unchanged`; `older-than-known` if nothing changed because an update
    /// with a newer `as_of` is stored; `status-cannot-go-back` if the request kept its status.
    #[schema(value_type = words::UpdateOutcome)]
    outcome: SyncOutcome,
    /// The status of the request after the update.
    #[schema(value_type = words::Status)]
    status: Status,
}

/// Creates or updates a request. Sending the same update again changes nothing.
///
/// Only the host may call this operation. The status of a request only moves forward, except that
/// `pending` reopens an unfilled request. To reopen any other finished request, send it again with
/// another `reference`.
#[utoipa::path(post, path = "/api/v1/requests", request_body = RequestUpdateJson, tag = "requests", responses(
    (status = 200, description = "The result of the update.", body = SyncedJson), ErrorResponses))]
pub(super) async fn sync_request(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Input(update): Input<RequestUpdateJson>,
) -> Result<(Extension<Kept>, Json<SyncedJson>), ProblemDetails> {
    if actor != Actor::Host {
        return Err(ProblemDetails::of_refusal(&Refusal::Forbidden, shared.desk.now()));
    }
    Ok((Extension(Kept::Body), Json(apply(&shared, &update).await?)))
}

/// Applies an update of the host.
pub(super) async fn apply(
    shared: &Shared,
    update: &RequestUpdateJson,
) -> Result<SyncedJson, ProblemDetails> {
    let facts = update.facts().map_err(|input| shared.problem_of(&input.into()))?;
    let as_of = update.as_of.map(|JsonTime(as_of)| as_of);
    let synced = shared.desk.sync(facts, update.status, as_of).await;
    let synced = synced.map_err(|error| shared.problem_of(&error))?;
    let (handle, outcome, status) = (synced.handle.to_string(), synced.outcome, synced.status);
    Ok(SyncedJson { handle, outcome, status })
}
