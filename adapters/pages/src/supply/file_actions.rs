use super::actions::WHY;
use super::answer::{Place, answer};
use super::file_page::latest_day;
use super::waiting::{audience_of, grantable};
use crate::Pages;
use crate::requests::{FileNo, Handle};
use crate::web::{
    Button, Entered, Expected, Field, FieldFault, Form, Reader, Refused, Reply, StaffMember,
};
use axum::extract::State;
use desktop_delivery::StaffView;
use desktop_delivery::delivery::Expiry;
use desktop_delivery::desk::{Grant, TermsChange};
use desktop_delivery::error::Limit;
use desktop_delivery::time::Date;
use desktop_delivery::{Actor, AttachmentNo, Error, Policy, Refusal, RequestHandle};
use desktop_delivery_http::serve_file;
use http::{HeaderMap, Method};

const AUDIENCE: Field = Field::new("audience", "supply-grant-audience");
const DESCRIPTION: Field = Field::new("description", "supply-description-one");
const DAYS: Field = Field::new("days", "supply-days");
const DOWNLOADS: Field = Field::new("downloads", "supply-downloads");
const GRANTED_DAYS: Field = Field::new("days", "supply-grant-days");
const GRANTED_DOWNLOADS: Field = Field::new("downloads", "supply-grant-downloads");
const NOTE: Field = Field::new("note", "supply-problem-note");
const UNTIL: Field = Field::new("until", "supply-until");

/// Returns a file to the staff who attached it. Counts no download, but is recorded.
pub(super) async fn content(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    method: Method,
    headers: HeaderMap,
) -> Reply {
    let opened = pages.desk.open_as_supplier(handle, &member.actor, no).await;
    let opened = opened.map_err(|error| member.frame.failed(error))?;
    Ok(serve_file(&pages.desk, opened, &method, &headers).await)
}

/// Changes the description and terms of a file.
pub(super) async fn edit(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Form(sent): Form,
) -> Reply {
    let edited = async {
        let view = pages.desk.staff_view(handle, &member.actor).await?;
        let changes = sent.read(|form| FileChanges::read(form, &view.policy))?;
        change(&pages, &member.actor, handle, no, &changes, &view).await?;
        Ok::<_, Refused>("supply-changed")
    };
    let outcome = edited.await;
    answer(&pages, member, handle, outcome, Entered::of("edit", sent), Place::File(no)).await
}

/// The changes that a form makes to a file. Fields that are not sent change nothing.
struct FileChanges<'a> {
    description: Option<&'a str>,
    downloads: Option<u32>,
    days: Option<u16>,
    until: Option<Date>,
    why: &'a str,
}

impl<'a> FileChanges<'a> {
    fn read(form: &mut Reader<'a>, policy: &Policy) -> Result<Self, FieldFault> {
        Ok(Self {
            description: form.optional(DESCRIPTION)?.map(str::trim),
            downloads: form.number_if_sent(DOWNLOADS, 1..=u64::from(policy.max_downloads))?,
            days: form.number_if_sent(DAYS, 0..=u64::from(policy.max_days))?,
            until: form.day(UNTIL)?,
            why: form.optional(WHY)?.unwrap_or_default().trim(),
        })
    }
}

async fn change(
    pages: &Pages,
    actor: &Actor,
    handle: RequestHandle,
    no: AttachmentNo,
    changes: &FileChanges<'_>,
    view: &StaffView,
) -> Result<(), Refused> {
    let file = view.files.iter().find(|file| file.attachment.no == no).ok_or(Refusal::Unknown)?;
    let mut terms = file.attachment.terms;
    terms.max_downloads = changes.downloads.unwrap_or(terms.max_downloads);
    let zone = &view.zone;
    terms.expiry = match (changes.until, terms.expiry) {
        // An unchanged day keeps its exact end, which may be at another hour.
        (Some(day), Expiry::At(end)) if zone.last_day(end) == day => terms.expiry,
        (Some(day), _) => Expiry::At(zone.end_of_date(day)),
        (None, expiry) => changes.days.map_or(expiry, Expiry::Days),
    };
    if terms != file.attachment.terms {
        let change = TermsChange::new(no, terms, changes.why.to_owned());
        let changed = pages.desk.change_terms(handle, actor, &change).await;
        match (changed, changes.until) {
            (Err(Error::Refused(Refusal::OverLimit { what: Limit::Days, .. })), Some(day)) => {
                let expected = Expected::DayUntil(latest_day(file, view, pages.desk.now()));
                return Err(FieldFault::Wrong(UNTIL, day.to_string(), expected).into());
            }
            (changed, _) => changed?,
        };
    }
    if let Some(description) = changes.description
        && description != file.attachment.description
    {
        pages.desk.describe(handle, actor, no, description).await?;
    }
    Ok(())
}

/// Grants more downloads or days.
pub(super) async fn grant(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Form(sent): Form,
) -> Reply {
    let granted = async {
        let view = pages.desk.staff_view(handle, &member.actor).await?;
        let grant = sent.read(|form| grant_of(form, no, &view))?;
        if grant.downloads == 0 && grant.days.unwrap_or(0) == 0 {
            return Err(Refused::Named("supply-grant"));
        }
        if !view.is_extended_by(&grant, pages.desk.now()) {
            return Err(Refused::Named("supply-grant-no-later"));
        }
        pages.desk.grant(handle, &member.actor, &grant).await?;
        Ok("supply-granted")
    };
    let outcome = granted.await;
    answer(&pages, member, handle, outcome, Entered::of("grant", sent), Place::File(no)).await
}

fn grant_of(
    form: &mut Reader<'_>,
    no: AttachmentNo,
    view: &StaffView,
) -> Result<Grant, FieldFault> {
    let audience = audience_of(form, AUDIENCE)?;
    let file = view.files.iter().find(|file| file.attachment.no == no);
    let most = file.map_or(0, |file| grantable(file, audience, &view.policy));
    // If nothing more can be granted, the desk refuses with the reason.
    let most = if most == 0 { u32::MAX } else { most };
    let downloads = form.optional_number(GRANTED_DOWNLOADS, 0..=u64::from(most))?;
    let days = form.optional_number(GRANTED_DAYS, 0..=u64::from(view.policy.max_days))?;
    Ok(Grant::new(no, audience).with_downloads(downloads.unwrap_or(0)).with_days(days))
}

/// Answers the problems that the borrowing library reported for a file.
pub(super) async fn answer_problem(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    Form(sent): Form,
) -> Reply {
    let answered = async {
        let note = sent.read(|form| form.text(NOTE))?;
        pages.desk.answer_problem(handle, &member.actor, no, note.trim()).await?;
        Ok::<_, Refused>("supply-answered")
    };
    let outcome = answered.await;
    answer(&pages, member, handle, outcome, Entered::of("answer", sent), Place::Request).await
}

pub(super) async fn remove(
    State(pages): State<Pages>,
    member: StaffMember,
    Handle(handle): Handle,
    FileNo(no): FileNo,
    _: Button,
) -> Reply {
    let removed = pages.desk.remove(handle, &member.actor, no).await;
    let outcome = removed.map(|()| "supply-removed").map_err(Refused::from);
    answer(&pages, member, handle, outcome, Entered::none(), Place::File(no)).await
}
