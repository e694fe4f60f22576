use crate::LibraryParts;
use crate::message_texts::{MessageText, PARTS, Slot};
use crate::web::{
    Administrator, Alert, Button, Field, FieldFault, Form, Frame, Reply, Sent, StaffMember, View,
    done, page_with, with_frame,
};
use axum::extract::{Path, State};
use axum::response::Response;
use desktop_delivery::{AgencyId, StoreError};
use desktop_delivery_mail::{Part, Placeholder, Templates, TextError, TextErrorKind};
use desktop_delivery_text::Texts;
use http::StatusCode;
use serde::Serialize;

const SUBJECT: Field = Field::new("subject", "text-subject");
const TEXT: Field = Field::new("text", "text-text");

/// The page that edits the text of a notice.
#[derive(Serialize)]
pub(super) struct TextPage {
    frame: Frame,
    /// The path of the page.
    path: String,
    name: String,
    reader: String,
    subject: PartField,
    text: PartField,
    is_own: bool,
    /// Why the entered text was not saved.
    alert: Option<Alert>,
    /// Why the library's text is not used.
    fault: Option<String>,
    placeholders: Vec<PlaceholderRow>,
}

impl View for TextPage {
    const TEMPLATE: &'static str = "library/text.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        let part = || PartField { source: text(), error: Some(text()) };
        let placeholder = PlaceholderRow {
            name: "title",
            description: text(),
            is_required: true,
            is_in_subject: true,
        };
        Self {
            path: text(),
            name: text(),
            reader: text(),
            subject: part(),
            text: part(),
            is_own: true,
            alert: Some(Alert::sample()),
            fault: Some(text()),
            placeholders: vec![placeholder],
            frame,
        }
    }
}

/// A placeholder of the notice.
#[derive(Serialize)]
struct PlaceholderRow {
    name: &'static str,
    /// The value that takes the placeholder's place.
    description: String,
    is_required: bool,
    /// Whether the subject can also contain it.
    is_in_subject: bool,
}

/// The form field of one part, with its error.
#[derive(Serialize)]
struct PartField {
    source: String,
    error: Option<String>,
}

/// The parts of a text, as stored or as entered.
pub(super) struct Sources {
    pub(super) subject: String,
    pub(super) text: String,
}

impl Sources {
    fn part(&self, name: &str) -> &str {
        match name {
            "subject" => &self.subject,
            _ => &self.text,
        }
    }

    /// Loads a library's texts, or the standard ones. Also returns whether the library has its own.
    pub(super) async fn stored(
        parts: &LibraryParts,
        agency: &AgencyId,
        slots: &[Slot; 2],
    ) -> Result<(Self, bool), StoreError> {
        let (mut sources, mut is_own) = ([const { String::new() }; 2], false);
        for (slot, source) in slots.iter().zip(&mut sources) {
            let own = parts.message_texts.find(agency, *slot).await?;
            is_own |= own.is_some();
            *source = own.map_or_else(|| parts.message_texts.standard(*slot), |own| own.source);
        }
        let [subject, text] = sources;
        Ok((Self { subject: subject.trim_end().to_owned(), text }, is_own))
    }

    /// Reads the entered texts, and the fault of their form, if any. Converts the CRLF line ends of
    /// browsers to LF.
    pub(super) fn entered(sent: &Sent) -> (Self, Option<FieldFault>) {
        let fault = sent.read(|form| Ok((form.text(SUBJECT)?, form.text(TEXT)?))).err();
        let entered =
            |field: Field| sent.text(field.name()).unwrap_or_default().replace("\r\n", "\n");
        (Self { subject: entered(SUBJECT), text: entered(TEXT) }, fault)
    }
}

/// Returns the parts of a notice, or `None` if the path is not that of a notice.
pub(super) fn slots(parts: &LibraryParts, notice: &str, language: &str) -> Option<[Slot; 2]> {
    let [subject, text] = PARTS.map(|(part, _)| parts.message_texts.slot(notice, language, part));
    Some([subject?, text?])
}

/// Returns the templates with the given texts, and the description of the error in each text.
pub(super) fn checked(
    templates: &Templates,
    agency: &AgencyId,
    slots: &[Slot; 2],
    sources: &Sources,
    t: &Texts,
) -> (Templates, [Option<String>; 2]) {
    let (mut templates, mut errors) = (templates.clone(), [const { None }; 2]);
    for ((slot, (name, _)), error) in slots.iter().zip(PARTS).zip(&mut errors) {
        let about = (slot.kind, slot.to, slot.language);
        match slot.read(sources.part(name)) {
            Ok(own) if slot.part == Part::Subject => {
                templates = templates.with_library_subject(agency, about, own);
            }
            Ok(own) => templates = templates.with_library_text(agency, about, own),
            Err(wrong) => *error = Some(error_message(&wrong, t)),
        }
    }
    (templates, errors)
}

/// Describes the error of a text, and what to do about it, in the reader's language.
fn error_message(error: &TextError, t: &Texts) -> String {
    let is_subject = error.part() == Part::Subject;
    let of_subject = format!("text-error-subject-{}", error.code());
    let of_text = format!("text-error-{}", error.code());
    let has_own = is_subject && t.has(&of_subject);
    let message = t.message(if has_own { &of_subject } else { &of_text });
    // These messages already mention the subject.
    let mentions_subject = has_own
        || matches!(error.kind(), TextErrorKind::NotInSubject { .. } | TextErrorKind::SeveralLines);
    let message = match error.kind() {
        TextErrorKind::Crowded { name }
        | TextErrorKind::Missing { name }
        | TextErrorKind::NotInSubject { name } => message.set("name", format!("{{{name}}}")),
        TextErrorKind::TooLong { limit } => message.set("limit", *limit),
        TextErrorKind::TooOften { name, limit } => {
            message.set("name", format!("{{{name}}}")).set("limit", *limit)
        }
        TextErrorKind::Unknown { name } => message.set("name", format!("{{{name}}}")),
        _ => message,
    };
    match error.line() {
        Some(line) => t
            .message("text-error-line")
            .set("line", line)
            .set("error", message.to_string())
            .to_string(),
        None if is_subject && !mentions_subject => {
            t.message("text-error-subject").set("error", message.to_string()).to_string()
        }
        None => message.to_string(),
    }
}

/// How a library's text is used.
struct TextState {
    is_own: bool,
    /// The name of a known fault.
    fault: Option<&'static str>,
    /// Why the entered text was not saved.
    alert: Option<Alert>,
}

/// Returns the recorded fault of a text. Errors in the text itself are shown next to it.
async fn fault_of(
    parts: &LibraryParts,
    agency: &AgencyId,
    slot: Slot,
) -> Result<Option<&'static str>, StoreError> {
    Ok(parts.message_texts.is_unusable(agency, slot).await?.then_some("unusable"))
}

fn shown(
    status: StatusCode,
    frame: Frame,
    slots: &[Slot; 2],
    sources: Sources,
    errors: [Option<String>; 2],
    state: TextState,
) -> Response {
    let (slot, t) = (slots[0], &frame.t);
    let TextState { is_own, fault, alert } = state;
    let of_subject = Placeholder::of_subject(slot.kind, slot.to);
    let placeholders = Placeholder::of_text(slot.kind, slot.to).into_iter();
    let placeholders = placeholders.map(|placeholder| PlaceholderRow {
        name: placeholder.name(),
        description: t.text(&format!("placeholder-{}", placeholder.name().replace('_', "-"))),
        is_required: placeholder.is_required(slot.to),
        is_in_subject: of_subject.contains(&placeholder),
    });
    let placeholders = placeholders.collect();
    let [subject_error, text_error] = errors;
    let shown = TextPage {
        path: format!("{}/library/notices/{}/{}", frame.base, slot.notice, slot.language),
        name: t.text(&format!("notice-kind-{}", slot.kind.as_str())),
        reader: t.text(&format!("text-of-{}", slot.notice)),
        subject: PartField { source: sources.subject, error: subject_error },
        text: PartField { source: sources.text, error: text_error },
        is_own,
        alert,
        fault: fault.map(|fault| t.text(&format!("text-fault-{fault}"))),
        placeholders,
        frame,
    };
    with_frame(page_with(status, &shown))
}

pub(super) async fn show(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path((notice, language)): Path<(String, String)>,
) -> Reply {
    let (frame, agency) = (member.frame, member.library.id);
    let Some(slots) = slots(&parts, &notice, &language) else { return Err(frame.not_found()) };
    let stored = Sources::stored(&parts, &agency, &slots).await;
    let (sources, is_own) = stored.map_err(|error| frame.failed(error))?;
    let fault = fault_of(&parts, &agency, slots[0]).await.map_err(|error| frame.failed(error))?;
    let (_, errors) = checked(&parts.composer.templates(), &agency, &slots, &sources, &frame.t);
    let is_wrong = errors.iter().any(Option::is_some);
    let fault = fault.or(is_wrong.then_some("wrong"));
    let state = TextState { is_own, fault, alert: None };
    Ok(shown(StatusCode::OK, frame, &slots, sources, errors, state))
}

pub(super) async fn save(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path((notice, language)): Path<(String, String)>,
    Form(sent): Form,
) -> Reply {
    let StaffMember { frame, library, actor, .. } = member;
    let Some(slots) = slots(&parts, &notice, &language) else { return Err(frame.not_found()) };
    let (sources, fault) = Sources::entered(&sent);
    let (_, errors) = checked(&parts.composer.templates(), &library.id, &slots, &sources, &frame.t);
    if fault.is_some() || errors.iter().any(Option::is_some) {
        let alert = fault.map_or(Alert::Named("text"), |fault| fault.alert(&frame.t));
        let stored = Sources::stored(&parts, &library.id, &slots).await;
        let (_, is_own) = stored.map_err(|error| frame.failed(error))?;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let state = TextState { is_own, fault: None, alert: Some(alert) };
        return Ok(shown(status, frame, &slots, sources, errors, state));
    }
    let since = parts.pages.desk.now();
    let stored = async {
        for (slot, (name, _)) in slots.into_iter().zip(PARTS) {
            let source = sources.part(name);
            let is_standard = source.trim_end() == parts.message_texts.standard(slot).trim_end();
            let text = MessageText { source: source.to_owned(), since, by: actor.clone() };
            let text = (!is_standard).then_some(&text);
            parts.message_texts.set(&library.id, slot, text).await?;
        }
        parts.message_texts.load(&parts.composer).await
    };
    stored.await.map_err(|error| frame.failed(error))?;
    Ok(done(&parts.pages, &format!("/library/notices/{notice}/{language}"), "text"))
}

/// Restores the standard text.
pub(super) async fn reset(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path((notice, language)): Path<(String, String)>,
    _: Button,
) -> Reply {
    let (frame, agency) = (member.frame, member.library.id);
    let Some(slots) = slots(&parts, &notice, &language) else { return Err(frame.not_found()) };
    let stored = async {
        for slot in slots {
            parts.message_texts.set(&agency, slot, None).await?;
        }
        parts.message_texts.load(&parts.composer).await
    };
    stored.await.map_err(|error| frame.failed(error))?;
    Ok(done(&parts.pages, &format!("/library/notices/{notice}/{language}"), "text-reset"))
}
