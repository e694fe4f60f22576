use super::error_responses::ErrorResponses;
use super::extract::{FileNo, Input, Link, Staff, Target};
use super::outcome::no_content;
use super::terms_refused::{StatedEnd, StatedTerms, refused};
use super::words;
use crate::idempotency::{Kept, Repeated};
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::extract::State;
use axum::{Extension, Json};
use desktop_delivery::desk::Grant;
use desktop_delivery::{Actor, Audience, Refusal, RequestHandle};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The audience of a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueJson {
    /// The audience of the link.
    #[schema(value_type = words::LinkAudience)]
    audience: Audience,
}

/// A link and its address.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IssuedLinkJson {
    /// The number of the link within the request.
    no: u16,
    /// The address of the link. It is a secret; give it only to the intended recipient.
    #[schema(example = "https://ill.example.org/d/EQEAAAAAAAAAAQ")]
    url: String,
    /// The exclusive end of the address (RFC 3339), independent of the terms.
    #[schema(format = DateTime)]
    hard_expires_at: String,
}

/// Returns the active link of an audience, or issues a new one.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/links", request_body = IssueJson,
    tag = "links", params(("handle" = String, Path, description = "The handle of the request.")), responses(
    (status = 200, description = "The link.", body = IssuedLinkJson), ErrorResponses))]
pub(super) async fn issue_link(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    repeated: Option<Extension<Repeated>>,
    Input(issue): Input<IssueJson>,
) -> Result<(Extension<Kept>, Json<IssuedLinkJson>), ProblemDetails> {
    let link = match repeated {
        Some(Extension(Repeated(no))) => signed_again(&shared, request.handle, &actor, &no).await?,
        None => {
            let issued = shared.desk.issue_link(request, &actor, issue.audience).await;
            let issued = issued.map_err(|error| shared.problem_of(&error))?;
            IssuedLinkJson {
                no: issued.no.get(),
                url: issued.url.expose().to_owned(),
                hard_expires_at: issued.hard_expires_at.to_string(),
            }
        }
    };
    Ok((Extension(Kept::Ids(link.no.into())), Json(link)))
}

/// Signs the address of the link that an earlier request with the same `Idempotency-Key` created.
async fn signed_again(
    shared: &Shared,
    handle: RequestHandle,
    actor: &Actor,
    no: &Value,
) -> Result<IssuedLinkJson, ProblemDetails> {
    let view = shared.desk.staff_view(handle, actor).await;
    let view = view.map_err(|error| shared.problem_of(&error))?;
    // Links that ended long ago are no longer listed.
    let link = view.links.iter().find(|link| no.as_u64() == Some(link.no.get().into()));
    let link = link.ok_or_else(|| shared.problem_of(&Refusal::Unknown.into()))?;
    if let Some(since) = link.revoked_at {
        return Err(shared.problem_of(&Refusal::Revoked { since }.into()));
    }
    let token = shared.desk.keys().mint_link(handle, link.no, link.hard_expires_at);
    Ok(IssuedLinkJson {
        no: link.no.get(),
        url: format!("{}/d/{}", shared.desk.address().as_str(), token.expose()),
        hard_expires_at: token.hard_expires_at().to_string(),
    })
}

/// Revokes a link and its tickets.
#[utoipa::path(delete, path = "/api/v1/requests/{handle}/links/{no}", tag = "links",
    params(("handle" = String, Path, description = "The handle of the request."),
    ("no" = u16, Path, description = "The number of the link.")),
    responses((status = 204, description = "The link was revoked."), ErrorResponses))]
pub(super) async fn revoke_link(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    Link(no): Link,
) -> Result<StatusCode, ProblemDetails> {
    no_content(&shared, shared.desk.revoke_link(request, &actor, no).await)
}

/// An extension of the terms. At least one of `downloads` and `days` must be above 0.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantJson {
    /// The audience whose budget the downloads are added to: `patron`, `partner` or
    /// `requester-staff`.
    #[schema(value_type = words::Audience)]
    audience: Audience,
    /// The number of additional downloads. Default: 0.
    #[serde(default)]
    downloads: u32,
    /// The number of days from now after which the terms end, unless they already end later.
    days: Option<u16>,
}

/// Grants more downloads or time, and notifies those who requested an extension.
#[utoipa::path(post, path = "/api/v1/requests/{handle}/files/{no}/grant", request_body = GrantJson,
    tag = "links", params(("handle" = String, Path, description = "The handle of the request."),
    ("no" = u16, Path, description = "The number of the attachment.")),
    responses((status = 204, description = "The extension was granted."), ErrorResponses))]
pub(super) async fn grant_extension(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Target(request): Target,
    FileNo(no): FileNo,
    Input(grant): Input<GrantJson>,
) -> Result<StatusCode, ProblemDetails> {
    let GrantJson { audience, downloads, days } = grant;
    if downloads == 0 && days.unwrap_or(0) == 0 {
        let title = "`downloads` and `days` are 0 or missing; expected at least one above 0";
        return Err(ProblemDetails::malformed(title));
    }
    let grant = Grant::new(no, audience).with_downloads(downloads).with_days(days);
    if let Some(problem) = without_effect(&shared, request.handle, &actor, &grant).await {
        return Err(problem);
    }
    if let Err(error) = shared.desk.grant(request, &actor, &grant).await {
        let sent = StatedTerms {
            downloads: Some(("downloads", downloads)),
            end: days.map(|days| ("days", StatedEnd::Days(days))),
            start: None,
        };
        return Err(refused(&shared, request.handle, &actor, Some(no), &sent, &error).await);
    }
    Ok(StatusCode::NO_CONTENT)
}
/// Explains an extension by days that the attachment already has. One that the desk would refuse for
/// another reason has no explanation here.
async fn without_effect(
    shared: &Shared,
    handle: RequestHandle,
    actor: &Actor,
    grant: &Grant,
) -> Option<ProblemDetails> {
    let view = shared.desk.staff_view(handle, actor).await.ok()?;
    let file = view.files.iter().find(|file| file.attachment.no == grant.attachment)?;
    let (days, end) = (grant.days?, file.attachment.expires_at?);
    let is_open = view.status.is_visible() && file.attachment.is_live();
    if !is_open || view.is_extended_by(grant, shared.desk.now()) {
        return None;
    }
    let day = view.zone.date_at(end.plus_seconds(-1));
    let title =
        format!("`days` is {days}, but the terms already end later, on {day}; expected more");
    Some(ProblemDetails::malformed(title))
}
