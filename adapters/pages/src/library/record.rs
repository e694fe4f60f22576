use super::policies::PolicyChoice;
use crate::LibraryParts;
use crate::web::{
    Administrator, Alert, Expected, Field, FieldFault, Form, Frame, Reader, Refused, Reply,
    StaffMember, View, done, page, page_with,
};
use axum::extract::State;
use axum::response::Response;
use desktop_delivery::ids::PolicyName;
use desktop_delivery::participants::{Accent, Channel, EmailAddress, EmailAddresses};
use desktop_delivery::{Language, Participant, Zone};
use desktop_delivery_identity::{MAX_LIBRARY_NAME_BYTES, check_name};
use http::StatusCode;
use serde::Serialize;

const ACCENT: Field = Field::new("accent", "library-accent");
const CHANNEL: Field = Field::new("channel", "library-channel");
const EMAIL: Field = Field::new("email", "library-email");
const LANGUAGE: Field = Field::new("language", "library-language");
const NAME: Field = Field::new("name", "library-name");
const POLICY: Field = Field::new("policy", "library-policy");
const ZONE: Field = Field::new("zone", "library-zone");

/// The settings of a library: name, addresses, language, profile and logo.
#[derive(Serialize)]
pub(super) struct RecordPage {
    frame: Frame,
    id: String,
    name: String,
    email: String,
    zone: String,
    zones: Vec<&'static str>,
    language: String,
    language_choices: Vec<LanguageChoice>,
    policy: String,
    policies: Vec<PolicyChoice>,
    by_mail: bool,
    has_logo: bool,
    accent: String,
    alert: Option<Alert>,
}

impl View for RecordPage {
    const TEMPLATE: &'static str = "library/record.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let policy = PolicyChoice { name: text(), allows: vec![text()] };
        Self {
            id: text(),
            name: text(),
            email: text(),
            zone: text(),
            zones: vec!["America/Toronto"],
            language: text(),
            language_choices: vec![LanguageChoice { tag: text(), name: text() }],
            policy: text(),
            policies: vec![policy],
            by_mail: true,
            has_logo: true,
            accent: text(),
            alert: Some(Alert::sample()),
            frame,
        }
    }
}

#[derive(Serialize)]
struct LanguageChoice {
    tag: String,
    name: String,
}

impl RecordPage {
    fn of(parts: &LibraryParts, member: StaffMember, library: &Participant) -> Self {
        let t = member.frame.t.clone();
        Self {
            id: library.id.to_string(),
            name: library.name.clone(),
            email: library.emails.to_text(),
            zone: library.zone.as_str().to_owned(),
            zones: Zone::names().collect(),
            language: library.language.to_string(),
            language_choices: languages(parts, library),
            policy: library.policy.to_string(),
            policies: parts.pages.desk.policies().iter().map(|p| PolicyChoice::of(p, &t)).collect(),
            by_mail: library.channel == Channel::Email,
            has_logo: !library.logo.is_empty(),
            accent: library.accent.as_str().to_owned(),
            frame: member.frame,
            // Invalid addresses get no notices, so administrators must see them.
            alert: (!library.emails.unusable().is_empty())
                .then_some(Alert::Named("library-email-unusable")),
        }
    }
}

pub(super) async fn show(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
) -> Response {
    let library = member.library.clone();
    page(&RecordPage::of(&parts, member, &library))
}

/// Returns the page with an alert.
pub(super) fn refused(parts: &LibraryParts, member: StaffMember, alert: Alert) -> Response {
    let library = member.library.clone();
    let mut shown = RecordPage::of(parts, member, &library);
    shown.alert = Some(alert);
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &shown)
}

pub(super) async fn save(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Form(sent): Form,
) -> Reply {
    let read = sent.read(|form| changed(&parts, &member.library, form));
    // A library without an account is notified of shipments only by email.
    let checked = read.map_err(Refused::from).and_then(|library| {
        let is_unreachable = library.channel == Channel::Email && library.emails.is_empty();
        if is_unreachable { Err(Refused::Named("library-channel")) } else { Ok(library) }
    });
    match checked {
        Ok(library) => {
            let now = parts.pages.desk.now();
            let saved = parts.directory.put_participant(&library, &member.actor, now).await;
            saved.map_err(|error| member.frame.failed(error))?;
            Ok(done(&parts.pages, "/library", "library"))
        }
        Err(refused) => {
            let failure = refused.failure(&member.frame);
            let library = member.library.clone();
            let mut shown = RecordPage::of(&parts, member, &library);
            shown.alert = Some(failure.alert);
            // The entered values stay for correction.
            let typed =
                |field: Field, stored: &str| sent.text(field.name()).unwrap_or(stored).to_owned();
            shown.name = typed(NAME, &shown.name);
            shown.email = typed(EMAIL, &shown.email);
            shown.zone = typed(ZONE, &shown.zone);
            shown.policy = typed(POLICY, &shown.policy);
            shown.language = typed(LANGUAGE, &shown.language);
            shown.accent = typed(ACCENT, &shown.accent);
            shown.by_mail = sent.text(CHANNEL.name()).map_or(shown.by_mail, |to| to == "email");
            Ok(page_with(failure.status, &shown))
        }
    }
}

/// Reads the changed record from the form.
fn changed(
    parts: &LibraryParts,
    library: &Participant,
    form: &mut Reader<'_>,
) -> Result<Participant, FieldFault> {
    let typed = form.text(NAME)?;
    if typed.trim().is_empty() {
        return Err(FieldFault::Missing(NAME, Expected::Text));
    }
    let name = check_name(typed, MAX_LIBRARY_NAME_BYTES);
    let name = name.map_err(|input| FieldFault::of_input(NAME, typed, input))?;
    let emails = emails(form.text(EMAIL)?)?;
    let zone = form.text(ZONE)?.trim();
    let no_zone = Expected::Message("field-expected-zone");
    let zone = Zone::new(zone).map_err(|_| FieldFault::Wrong(ZONE, zone.to_owned(), no_zone))?;
    let policy = policy(parts, form)?;
    let languages = languages(parts, library);
    let languages: Vec<(&str, Language)> = languages
        .iter()
        .filter_map(|one| Some((one.tag.as_str(), one.tag.parse().ok()?)))
        .collect();
    let language = form.choice(LANGUAGE, &languages)?;
    let typed = form.optional(ACCENT)?.unwrap_or(library.accent.as_str());
    let accent = Accent::new(typed);
    let accent = accent.map_err(|input| FieldFault::of_input(ACCENT, typed, input))?;
    let channels = [("account", Channel::Account), ("email", Channel::Email)];
    let channel = form.choice(CHANNEL, &channels)?;
    let mut library = library
        .clone()
        .with_zone(zone)
        .with_language(language)
        .with_policy(policy)
        .with_accent(accent)
        .with_channel(channel);
    name.clone_into(&mut library.name);
    library.emails = emails;
    Ok(library)
}

/// Returns the languages to choose from. They include the library's current language even if there
/// are no texts in it, so that saving other changes does not replace it.
fn languages(parts: &LibraryParts, library: &Participant) -> Vec<LanguageChoice> {
    let known = parts.pages.templates.catalog().languages();
    let own = known.iter().all(|info| info.language != library.language).then(|| {
        let tag = library.language.to_string();
        LanguageChoice { name: tag.clone(), tag }
    });
    let known = known
        .into_iter()
        .map(|info| LanguageChoice { tag: info.language.to_string(), name: info.name.clone() });
    known.chain(own).collect()
}

/// Parses the addresses. An error contains the invalid address.
fn emails(typed: &str) -> Result<EmailAddresses, FieldFault> {
    let mut emails = EmailAddresses::new();
    for entry in EmailAddresses::entries(typed) {
        let added = EmailAddress::new(entry).and_then(|address| emails.add(address));
        added.map_err(|input| FieldFault::of_input(EMAIL, entry, input))?;
    }
    Ok(emails)
}

fn policy(parts: &LibraryParts, form: &mut Reader<'_>) -> Result<PolicyName, FieldFault> {
    let typed = form.text(POLICY)?;
    let policy = PolicyName::new(typed).ok();
    let policy = policy.filter(|name| parts.pages.desk.policies().find(name).is_some());
    let expected = Expected::Message("field-expected-policy");
    policy.ok_or_else(|| FieldFault::Wrong(POLICY, typed.to_owned(), expected))
}
