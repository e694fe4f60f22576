use super::extract::{FileNo, Handle, Input, Link, Staff};
use super::files::refused;
use super::problem_of;
use super::requests::done;
use super::terms_refused::{StatedEnd, StatedTerms};
use crate::parts::Shared;
use crate::problem::ProblemDetails;
use axum::Json;
use axum::extract::State;
use desktop_delivery::Audience;
use desktop_delivery::desk::Grant;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// For whom a link is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct IssueJson {
    /// `patron` or `partner`.
    #[schema(value_type = String, example = "patron")]
    audience: Audience,
}

/// A link with its address.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IssuedLinkJson {
    /// Its number within the request.
    no: u16,
    /// Its address: a secret of the one who is to have it.
    #[schema(example = "https://ill.example.org/d/EQEAAAAAAAAAAQ")]
    url: String,
    /// The end of the address, exclusive, whatever the terms are.
    hard_expires_at: String,
}

/// Gives the link of an audience, made now where there is none that is active.
#[utoipa::path(post, path = "/api/requests/{handle}/links", request_body = IssueJson, tag = "links",
    params(("handle" = String, Path, description = "names the request")), responses(
    (status = 200, description = "the link", body = IssuedLinkJson), super::openapi::Problems))]
pub(super) async fn issue(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    Input(issue): Input<IssueJson>,
) -> Result<Json<IssuedLinkJson>, ProblemDetails> {
    let issued = shared.desk.issue_link(handle, &actor, issue.audience).await;
    let issued = issued.map_err(|error| problem_of(&shared.desk, &error))?;
    Ok(Json(IssuedLinkJson {
        no: issued.no.get(),
        url: issued.url.expose().to_owned(),
        hard_expires_at: issued.hard_expires_at.to_string(),
    }))
}

/// Revokes a link, and the tickets that it led to.
#[utoipa::path(delete, path = "/api/requests/{handle}/links/{no}", tag = "links",
    params(("handle" = String, Path, description = "names the request"),
    ("no" = u16, Path, description = "the link")),
    responses((status = 204, description = "revoked"), super::openapi::Problems))]
pub(super) async fn revoke(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    Link(no): Link,
) -> Result<StatusCode, ProblemDetails> {
    done(&shared, shared.desk.revoke_link(handle, &actor, no).await)
}

/// What is granted on top of the terms.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantJson {
    /// Whose budget gets the downloads: `patron`, `partner` or `requester-staff`.
    #[schema(value_type = String, example = "patron")]
    audience: Audience,
    /// Extra downloads; required, above 0, without `days`.
    #[serde(default)]
    downloads: u32,
    /// Lets the terms end this many days from now, if that is later; required, above 0, without `downloads`.
    days: Option<u16>,
}

/// Grants more downloads or time; whoever asked is told.
#[utoipa::path(post, path = "/api/requests/{handle}/files/{no}/grant", request_body = GrantJson,
    tag = "links", params(("handle" = String, Path, description = "names the request"),
    ("no" = u16, Path, description = "the attachment")),
    responses((status = 204, description = "granted"), super::openapi::Problems))]
pub(super) async fn grant(
    State(shared): State<Shared>,
    Staff(actor): Staff,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Input(grant): Input<GrantJson>,
) -> Result<StatusCode, ProblemDetails> {
    let GrantJson { audience, downloads, days } = grant;
    if downloads == 0 && days.unwrap_or(0) == 0 {
        let title = "`downloads` and `days` are 0 or missing; expected at least one above 0";
        return Err(ProblemDetails::malformed(title));
    }
    let grant = Grant::new(no, audience).with_downloads(downloads).with_days(days);
    if let Err(error) = shared.desk.grant(handle, &actor, &grant).await {
        let sent = StatedTerms {
            downloads: Some(("downloads", downloads)),
            end: days.map(|days| ("days", StatedEnd::Days(days))),
            start: None,
        };
        return Err(refused(&shared, handle, &actor, Some(no), &sent, &error).await);
    }
    Ok(StatusCode::NO_CONTENT)
}
