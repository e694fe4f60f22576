use super::policies::PolicyChoice;
use crate::assemble::Server;
use crate::web::{Administrator, Alert, Form, Frame, Reply, StaffMember, done, page, page_with};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::{Channel, Language, Participant, PolicyName, Zone};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

/// The longest name of a library, bytes.
const MAX_NAME_BYTES: usize = 200;
/// The longest mail address, bytes (RFC 5321 section 4.5.3.1.3, less the brackets).
const MAX_EMAIL_BYTES: usize = 254;

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
            email: library.email.clone().unwrap_or_default(),
            zone: library.zone.as_str().to_owned(),
            zones: Zone::names().collect(),
            language: library.language.code(),
            policy: library.policy.to_string(),
            policies: server.desk.policies().iter().map(|p| PolicyChoice::of(p, t)).collect(),
            by_mail: library.channel == Channel::Email,
            has_logo: !library.logo.is_empty(),
            frame: member.frame,
            alert: None,
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
    let (name, email) = (form.name.trim(), form.email.trim());
    let is_plain = |text: &str| !text.chars().any(char::is_control);
    if name.is_empty() || name.len() > MAX_NAME_BYTES || !is_plain(name) {
        return Err("library-name");
    }
    let is_address = email.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !host.is_empty() && !email.contains(char::is_whitespace)
    });
    if !email.is_empty() && (!is_address || email.len() > MAX_EMAIL_BYTES || !is_plain(email)) {
        return Err("library-email");
    }
    let zone = Zone::new(form.zone.trim()).map_err(|_| "library-zone")?;
    let policy = PolicyName::new(&*form.policy).ok();
    let policy = policy.filter(|name| server.desk.policies().find(name).is_some());
    let policy = policy.ok_or("library-policy")?;
    let language = if form.language == "fr" { Language::French } else { Language::English };
    let channel = if form.channel == "email" { Channel::Email } else { Channel::Account };
    // Only by mail does a library without an account learn of what was shipped.
    if channel == Channel::Email && email.is_empty() {
        return Err("library-channel");
    }
    let mut library = library
        .clone()
        .with_zone(zone)
        .with_language(language)
        .with_policy(policy)
        .with_channel(channel);
    name.clone_into(&mut library.name);
    library.email = Some(email.to_owned()).filter(|email| !email.is_empty());
    Ok(library)
}
