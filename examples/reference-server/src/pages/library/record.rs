use super::policies::PolicyChoice;
use crate::assemble::Server;
use crate::web::{Administrator, Alert, Form, Frame, Reply, StaffMember, done, page, page_with};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::{Channel, EmailAddresses, Language, Participant, PolicyName, Zone};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

/// The longest name of a library, bytes.
const MAX_NAME_BYTES: usize = 200;

/// What a library is, how it is reached and what its patrons may do.
#[derive(Template)]
#[template(path = "library/record.html")]
struct RecordPage {
    frame: Frame,
    id: String,
    name: String,
    email: String,
    zone: String,
    zones: Vec<&'static str>,
    language: &'static str,
    policy: String,
    policies: Vec<PolicyChoice>,
    by_mail: bool,
    has_logo: bool,
    alert: Option<Alert>,
}

impl RecordPage {
    fn of(server: &Server, member: StaffMember, library: &Participant) -> Self {
        let t = member.frame.t;
        Self {
            id: library.id.to_string(),
            name: library.name.clone(),
            email: library.emails.to_text(),
            zone: library.zone.as_str().to_owned(),
            zones: Zone::names().collect(),
            language: library.language.code(),
            policy: library.policy.to_string(),
            policies: server.desk.policies().iter().map(|p| PolicyChoice::of(p, t)).collect(),
            by_mail: library.channel == Channel::Email,
            has_logo: !library.logo.is_empty(),
            frame: member.frame,
            // Nothing is sent to an invalid address, so those who can correct it must see it.
            alert: (!library.emails.unusable().is_empty())
                .then_some(Alert::Named("library-email-unusable")),
        }
    }
}

pub(super) async fn show(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
) -> Response {
    let library = member.library.clone();
    page(&RecordPage::of(&server, member, &library))
}

/// The page again, with what could not be done.
pub(super) fn refused(server: &Server, member: StaffMember, word: &'static str) -> Response {
    let library = member.library.clone();
    let mut shown = RecordPage::of(server, member, &library);
    shown.alert = Some(Alert::Named(word));
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

#[derive(Deserialize)]
pub(super) struct Record {
    name: String,
    email: String,
    zone: String,
    language: String,
    policy: String,
    channel: String,
}

pub(super) async fn save(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Form(form): Form<Record>,
) -> Reply {
    match changed(&server, &member.library, &form) {
        Ok(library) => {
            let now = server.desk.now();
            let kept = server.directory.put_participant(&library, &member.actor, now).await;
            kept.map_err(|error| member.frame.failed(error))?;
            Ok(done(&server, "/library", "library"))
        }
        Err(word) => {
            let library = member.library.clone();
            let mut shown = RecordPage::of(&server, member, &library);
            shown.alert = Some(Alert::Named(word));
            // What was typed stays, for mending.
            (shown.name, shown.email, shown.zone) = (form.name, form.email, form.zone);
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown))
        }
    }
}

/// The record as the form wants it, or the name of the text that says why not.
fn changed(
    server: &Server,
    library: &Participant,
    form: &Record,
) -> Result<Participant, &'static str> {
    let name = form.name.trim();
    let is_plain = |text: &str| !text.chars().any(char::is_control);
    if name.is_empty() || name.len() > MAX_NAME_BYTES || !is_plain(name) {
        return Err("library-name");
    }
    let emails = EmailAddresses::parse(&form.email).map_err(|_| "library-email")?;
    let zone = Zone::new(form.zone.trim()).map_err(|_| "library-zone")?;
    let policy = PolicyName::new(&*form.policy).ok();
    let policy = policy.filter(|name| server.desk.policies().find(name).is_some());
    let policy = policy.ok_or("library-policy")?;
    let language = if form.language == "fr" { Language::French } else { Language::English };
    let channel = if form.channel == "email" { Channel::Email } else { Channel::Account };
    // Only by mail does a library without an account learn of what was shipped.
    if channel == Channel::Email && emails.is_empty() {
        return Err("library-channel");
    }
    let mut library = library
        .clone()
        .with_zone(zone)
        .with_language(language)
        .with_policy(policy)
        .with_channel(channel);
    name.clone_into(&mut library.name);
    library.emails = emails;
    Ok(library)
}
