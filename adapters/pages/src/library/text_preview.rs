use super::text::{Sources, checked, slots};
use crate::LibraryParts;
use crate::message_texts::Slot;
use crate::sample_notice::sample;
use crate::web::{Administrator, FieldFault, Form, Frame, Reply, View, framed};
use axum::extract::{Path, State};
use axum::response::Response;
use desktop_delivery::Participant;
use serde::Serialize;

/// The preview of a notice with sample values, shown in a frame next to its texts.
#[derive(Serialize)]
pub(super) struct PreviewPage {
    frame: Frame,
    subject: String,
    text: String,
    html: String,
    errors: Vec<String>,
}

impl View for PreviewPage {
    const TEMPLATE: &'static str = "library/preview.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        let text = || "Sample".to_owned();
        Self { subject: text(), text: text(), html: text(), errors: vec![text()], frame }
    }
}

/// Shows the notice with the stored texts.
pub(super) async fn stored(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path((notice, language)): Path<(String, String)>,
) -> Reply {
    let (frame, library) = (member.frame, member.library);
    let Some(slots) = slots(&parts, &notice, &language) else { return Err(frame.not_found()) };
    let stored = Sources::stored(&parts, &library.id, &slots).await;
    let (sources, _) = stored.map_err(|error| frame.failed(error))?;
    Ok(preview(&parts, frame, &library, &slots, &sources, None))
}

/// Shows the notice with the entered texts, without storing them.
pub(super) async fn entered(
    State(parts): State<LibraryParts>,
    Administrator(member): Administrator,
    Path((notice, language)): Path<(String, String)>,
    Form(sent): Form,
) -> Reply {
    let (frame, library) = (member.frame, member.library);
    let Some(slots) = slots(&parts, &notice, &language) else { return Err(frame.not_found()) };
    let (sources, fault) = Sources::entered(&sent);
    Ok(preview(&parts, frame, &library, &slots, &sources, fault.as_ref()))
}

fn preview(
    parts: &LibraryParts,
    frame: Frame,
    library: &Participant,
    slots: &[Slot; 2],
    sources: &Sources,
    fault: Option<&FieldFault>,
) -> Response {
    let stored = parts.composer.templates();
    let (templates, errors) = checked(&stored, &library.id, slots, sources, &frame.t);
    let rendered = templates.preview(&sample(
        library,
        slots[0],
        templates.catalog(),
        parts.pages.desk.address().as_str(),
    ));
    let [no_subject, no_text] = errors.each_ref().map(Option::is_some);
    // An invalid part is shown empty rather than with its previous text.
    let (subject, text, html) =
        rendered.map(|notice| (notice.subject, notice.text, notice.html)).unwrap_or_default();
    let unless_invalid =
        |is_invalid: bool, text: String| if is_invalid { String::new() } else { text };
    framed(&PreviewPage {
        subject: unless_invalid(no_subject, subject),
        text: unless_invalid(no_text, text),
        html: unless_invalid(no_text, html),
        errors: fault
            .map(|fault| fault.message(&frame.t))
            .into_iter()
            .chain(errors.into_iter().flatten())
            .collect(),
        frame,
    })
}
