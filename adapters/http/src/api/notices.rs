use super::error_responses::ErrorResponses;
use super::extract::{Input, Staff, Target};
use super::words;
use crate::idempotency::Kept;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::extract::State;
use axum::{Extension, Json};
use desktop_delivery::desk::Resent;
use desktop_delivery::notices::Recipient;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The recipient of a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NotifyJson {
    /// The recipient.
    #[schema(value_type = words::LinkAudience)]
    to: Recipient,
}

/// The notice that will be sent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SentNoticeJson {
    /// The number of the notice within the request.
    no: u32,
    /// Whether this notice was already waiting to be sent, so that no other was created.
    waited: bool,
}

/// Sends a patron or a partner their link by email, for the first time or again.
///
/// The notice is sent even if the recipient's library has silenced its kind.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/notices", request_body = NotifyJson, tag = "links",
    params(("handle" = String, Path, description = "The handle of the request.")), responses(
    (status = 200, description = "The notice.", body = SentNoticeJson), ErrorResponses))]
pub(super) async fn send_notice(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    Input(body): Input<NotifyJson>,
) -> Result<(Extension<Kept>, Json<SentNoticeJson>), ProblemDetails> {
    let sent = shared.desk.resend(request, &actor, body.to).await;
    let sent = sent.map_err(|error| shared.problem_of(&error))?;
    let waited = matches!(sent, Resent::Waiting(_));
    let notice = SentNoticeJson { no: sent.notice().get(), waited };
    Ok((Extension(Kept::Body), Json(notice)))
}
