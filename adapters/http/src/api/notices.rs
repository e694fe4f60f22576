use super::extract::{Handle, Input, Staff};
use super::problem_of;
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::Json;
use axum::extract::State;
use desktop_delivery::desk::Resent;
use desktop_delivery::notices::Recipient;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whom to send their link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TellJson {
    /// `patron` or `partner`.
    #[schema(value_type = String, example = "patron")]
    to: Recipient,
}

/// The notice that goes out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ToldJson {
    /// Its number within the request.
    no: u32,
    /// Whether it waited to be sent already, and stays the only one.
    waited: bool,
}

/// Sends somebody their link by mail, for the first time or once more, also where their library
/// silenced the notice.
#[utoipa::path(post, path = "/api/requests/{handle}/notices", request_body = TellJson, tag = "links",
    params(("handle" = String, Path, description = "names the request")), responses(
    (status = 200, description = "the notice", body = ToldJson), super::openapi::Problems))]
pub(super) async fn tell(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    Input(tell): Input<TellJson>,
) -> Result<Json<ToldJson>, ProblemDetails> {
    let told = shared.desk.resend(handle, &actor, tell.to).await;
    let told = told.map_err(|error| problem_of(&shared.desk, &error))?;
    Ok(Json(ToldJson { no: told.notice().get(), waited: matches!(told, Resent::Waiting(_)) }))
}
