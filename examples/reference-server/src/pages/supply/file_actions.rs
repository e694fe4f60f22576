use super::entered::{Entered, Fields, number, text};
use super::supplied::{Place, answer, refuse};
use super::waiting::audience_of;
use crate::assemble::Server;
use crate::fields;
use crate::pages::requests::{FileNo, Handle};
use crate::web::{Failure, Form, Reply, StaffMember};
use axum::extract::State;
use desktop_delivery::decide::{Grant, TermsChange};
use desktop_delivery::{Actor, AttachmentNo, Error, Expiry, InvalidInput, Refusal, RequestHandle};
use desktop_delivery_http::{HttpParts, serve_file};
use http::{HeaderMap, Method, StatusCode};
use std::sync::Arc;

/// Gives staff the file that they attached; free, and recorded.
pub(super) async fn content(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    method: Method,
    headers: HeaderMap,
) -> Reply {
    let opened = server.desk.open_as_supplier(handle, &member.actor, no).await;
    let opened = opened.map_err(|error| member.frame.failed(error))?;
    let parts = HttpParts::new(Arc::clone(&server.desk), Arc::clone(&server.api_keys) as _);
    Ok(serve_file(&parts, opened, &method, &headers).await)
}

/// A form whose numbers are none.
fn no_number() -> Failure {
    Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "supply-number")
}

/// Changes what is said about a file, how often it may be downloaded, and how long.
pub(super) async fn edit(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Form(fields): Form<Fields>,
) -> Reply {
    let (downloads, days) = (number(&fields, "downloads"), number(&fields, "days"));
    let until = until(&fields);
    let (Ok(downloads), Ok(days), Ok(until)) = (downloads, days, until) else {
        let entered = Entered::of("edit", fields);
        return refuse(&server, member, handle, no_number(), entered, Place::File(no)).await;
    };
    let wanted = Wanted { downloads, days, until };
    let changed = change(&server, &member.actor, handle, no, &wanted, &fields).await;
    let outcome = changed.map(|()| "supply-changed");
    answer(&server, member, handle, outcome, Entered::of("edit", fields), Place::File(no)).await
}

/// How often and how long, as the form says; what is left out stays.
struct Wanted {
    downloads: Option<u32>,
    days: Option<u16>,
    until: Option<(i16, i8, i8)>,
}

async fn change(
    server: &Server,
    actor: &Actor,
    handle: RequestHandle,
    no: AttachmentNo,
    wanted: &Wanted,
    fields: &Fields,
) -> Result<(), Error> {
    let view = server.desk.staff_view(handle, actor).await?;
    let file = view.files.iter().find(|file| file.attachment.no == no).ok_or(Refusal::Unknown)?;
    let mut terms = file.attachment.terms;
    terms.max_downloads = wanted.downloads.unwrap_or(terms.max_downloads);
    let zone = &view.zone;
    terms.expiry = match (wanted.until, terms.expiry) {
        // The day that stands there already may end at another hour.
        (Some(day), Expiry::At(end)) if zone.date_at(end.plus_seconds(-1)) == day => terms.expiry,
        (Some(day), _) => {
            let end = zone.end_of_date(day);
            Expiry::At(end.ok_or_else(|| InvalidInput::new(fields::LAST_DAY, fields::NOT_A_DAY))?)
        }
        (None, expiry) => wanted.days.map_or(expiry, Expiry::Days),
    };
    if terms != file.attachment.terms {
        let why = text(fields, "why").to_owned();
        let change = TermsChange { attachment: no, terms, why };
        server.desk.change_terms(handle, actor, &change).await?;
    }
    let description = text(fields, "description");
    if description != file.attachment.description {
        server.desk.describe(handle, actor, no, description).await?;
    }
    Ok(())
}

/// The day of a date field: `2026-12-01`.
fn until(fields: &Fields) -> Result<Option<(i16, i8, i8)>, std::num::ParseIntError> {
    let mut parts = match text(fields, "until") {
        "" => return Ok(None),
        text => text.splitn(3, '-'),
    };
    let mut part = || parts.next().unwrap_or_default();
    let (year, month, day) = (part(), part(), part());
    Ok(Some((year.parse()?, month.parse()?, day.parse()?)))
}

/// Grants more downloads and days.
pub(super) async fn grant(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Form(fields): Form<Fields>,
) -> Reply {
    let audience = audience_of(text(&fields, "audience"));
    let (downloads, days) = (number(&fields, "downloads"), number(&fields, "days"));
    let (Some(audience), Ok(downloads), Ok(days)) = (audience, downloads, days) else {
        let entered = Entered::of("grant", fields);
        return refuse(&server, member, handle, no_number(), entered, Place::File(no)).await;
    };
    let grant = Grant { attachment: no, audience, downloads: downloads.unwrap_or(0), days };
    let entered = Entered::of("grant", fields);
    if grant.downloads == 0 && grant.days.is_none() {
        let failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "supply-grant");
        return refuse(&server, member, handle, failure, entered, Place::File(no)).await;
    }
    let granted = server.desk.grant(handle, &member.actor, &grant).await;
    let outcome = granted.map(|()| "supply-granted");
    answer(&server, member, handle, outcome, entered, Place::File(no)).await
}

/// Answers in words the problems that the borrowing library reported with a file.
pub(super) async fn answer_problem(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Form(fields): Form<Fields>,
) -> Reply {
    let note = text(&fields, "note");
    let answered = server.desk.answer_problem(handle, &member.actor, no, note).await;
    let outcome = answered.map(|()| "supply-answered");
    answer(&server, member, handle, outcome, Entered::of("answer", fields), Place::Request).await
}

pub(super) async fn remove(
    State(server): State<Arc<Server>>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Form(_): Form<Fields>,
) -> Reply {
    let removed = server.desk.remove(handle, &member.actor, no).await;
    let outcome = removed.map(|()| "supply-removed");
    answer(&server, member, handle, outcome, Entered::nothing(), Place::File(no)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_field_gives_its_day() {
        let until = |text: &str| until(&Fields::from([("until".to_owned(), text.to_owned())]));
        assert_eq!(until("2026-12-01"), Ok(Some((2026, 12, 1))));
        assert_eq!(until(" "), Ok(None));
        for text in ["2026", "1.12.2026", "2026-12-01-01", "+-+", "2026-13x-01"] {
            assert!(until(text).is_err(), "{text}");
        }
    }
}
