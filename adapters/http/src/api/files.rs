use super::downloads::Downloads;
use super::error_responses::ErrorResponses;
use super::extract::{FileNo, Input, Staff, Target};
use super::outcome::{no_content, of_field};
use super::terms_refused::{StatedEnd, StatedTerms, refused};
use crate::field_errors::quoted;
use crate::json_time::JsonTime;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::extract::State;
use desktop_delivery::delivery::Expiry;
use desktop_delivery::desk::TermsChange;
use desktop_delivery::input::InputField;
use desktop_delivery::{Actor, AttachmentNo, RequestHandle, Terms};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

/// The reason of a change, named as in the API.
const WHY: InputField = InputField::new("terms.why", "`terms.why`");

/// Changes to an attachment. Omitted fields keep their values.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeJson {
    /// The lending library's description, at most 500 bytes.
    description: Option<String>,
    /// The number of downloads and the time in which they are possible.
    terms: Option<TermsJson>,
}

/// The download terms of an attachment. Exactly one of `days`, `last_day` and `expires_at` is
/// required.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TermsJson {
    /// The number of downloads, from 1 to the maximum of the profile.
    #[schema(value_type = u32, minimum = 1)]
    max_downloads: Downloads,
    /// The number of days after shipping.
    days: Option<u16>,
    /// The last day, today or later, in the time zone of the borrowing library.
    #[schema(example = "2027-02-21", format = Date)]
    last_day: Option<String>,
    /// The exclusive end (RFC 3339).
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<JsonTime>,
    /// The first instant at which the attachment can be claimed (RFC 3339). Default: when it is
    /// shipped.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    not_before: Option<JsonTime>,
    /// The reason for the change, recorded in the history; at most 500 bytes.
    #[serde(default)]
    why: String,
}

impl TermsJson {
    async fn terms(
        &self,
        shared: &Shared,
        handle: RequestHandle,
        actor: &Actor,
    ) -> Result<Terms, ProblemDetails> {
        let expiry = match (self.days, &self.last_day, self.expires_at) {
            (Some(days), None, None) => Expiry::Days(days),
            (None, None, Some(JsonTime(end))) => Expiry::At(end),
            (None, Some(day), None) => {
                let view = shared.desk.staff_view(handle, actor).await;
                let zone = view.map_err(|error| shared.problem_of(&error))?.zone;
                let end = day.parse().ok().map(|day| zone.end_of_date(day));
                Expiry::At(end.ok_or_else(|| {
                    ProblemDetails::malformed(format!(
                        "`terms.last_day` is {}; expected a date, such as 2027-02-21",
                        quoted(day)
                    ))
                })?)
            }
            _ => {
                return Err(ProblemDetails::malformed(
                    "`terms` must have exactly one of `days`, `last_day` and `expires_at`",
                ));
            }
        };
        let terms = Terms::new(self.max_downloads.get(), 1).with_expiry(expiry);
        Ok(match self.not_before {
            Some(JsonTime(from)) => terms.with_not_before(from),
            None => terms,
        })
    }

    /// Returns the fields as sent, for the explanation of a refusal.
    fn stated(&self) -> StatedTerms {
        let days = self.days.map(|days| ("terms.days", StatedEnd::Days(days)));
        let last_day = self.last_day.as_deref().and_then(|day| day.parse().ok());
        let last_day = last_day.map(|day| ("terms.last_day", StatedEnd::LastDay(day)));
        let end = self.expires_at.map(|JsonTime(end)| ("terms.expires_at", StatedEnd::At(end)));
        StatedTerms {
            downloads: Some(("terms.max_downloads", self.max_downloads.get())),
            end: days.or(last_day).or(end),
            start: self.not_before.map(|JsonTime(from)| ("terms.not_before", from)),
        }
    }
}

/// Changes the description and terms of an attachment.
#[utoipa::path(patch, path = "/api/v1/requests/{handle}/files/{no}", request_body = ChangeJson,
    tag = "files", params(("handle" = String, Path, description = "The handle of the request."),
    ("no" = u16, Path, description = "The number of the attachment.")),
    responses((status = 204, description = "The attachment was changed."), ErrorResponses))]
pub(super) async fn change_file(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    FileNo(no): FileNo,
    Input(change): Input<ChangeJson>,
) -> Result<StatusCode, ProblemDetails> {
    let terms = match &change.terms {
        Some(stated) => Some(stated.terms(&shared, request.handle, &actor).await?),
        None => None,
    };
    let mut request = request;
    if let Some(description) = &change.description {
        no_content(&shared, shared.desk.describe(request, &actor, no, description).await)?;
        // Changing the description created a new revision.
        request = request.handle.into();
    }
    if let (Some(terms), Some(stated)) = (terms, change.terms) {
        let sent = stated.stated();
        let change = TermsChange::new(no, terms, stated.why);
        let changed = shared.desk.change_terms(request, &actor, &change).await;
        if let Err(error) = changed.map_err(|error| of_field(error, InputField::REASON, WHY)) {
            return Err(refused(&shared, request.handle, &actor, Some(no), &sent, &error).await);
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Removes an attachment. It can no longer be claimed or downloaded.
#[utoipa::path(delete, path = "/api/v1/requests/{handle}/files/{no}", tag = "files",
    params(("handle" = String, Path, description = "The handle of the request."),
    ("no" = u16, Path, description = "The number of the attachment.")),
    responses((status = 204, description = "The attachment was removed."), ErrorResponses))]
pub(super) async fn remove_file(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    FileNo(no): FileNo,
) -> Result<StatusCode, ProblemDetails> {
    no_content(&shared, shared.desk.remove(request, &actor, no).await)
}

/// A new order of the attachments.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderJson {
    /// The number of every attachment that has not been removed, exactly once.
    #[schema(example = json!([2, 1, 3]))]
    order: Vec<u16>,
}

/// Changes the order of the attachments.
#[utoipa::path(put, path = "/api/v1/requests/{handle}/order", request_body = OrderJson, tag = "files",
    params(("handle" = String, Path, description = "The handle of the request.")),
    responses((status = 204, description = "The attachments are in the new order."), ErrorResponses))]
pub(super) async fn reorder_files(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    Input(order): Input<OrderJson>,
) -> Result<StatusCode, ProblemDetails> {
    let order: Vec<AttachmentNo> = order.order.into_iter().map(AttachmentNo::new).collect();
    no_content(&shared, shared.desk.reorder(request, &actor, &order).await)
}
