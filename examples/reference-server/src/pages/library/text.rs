use super::notices::word;
use crate::assemble::Server;
use crate::message_texts::{MessageText, PARTS, Slot};
use crate::web::{
    Administrator, Form, Frame, Reply, StaffMember, Texts, done, page_with, with_frame,
};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use desktop_delivery::{AgencyId, StoreError};
use desktop_delivery_mail::{TemplateError, Templates};
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;

/// The longest part, bytes: many times the longest of ours.
const MAX_SOURCE_BYTES: usize = 64 * 1024;

/// Where the text of a notice is changed.
#[derive(Template)]
#[template(path = "library/text.html")]
struct TextPage {
    frame: Frame,
    /// This page's path.
    path: String,
    name: String,
    reader: String,
    subject: Field,
    text: Field,
    html: Field,
    is_own: bool,
    has_errors: bool,
    names: Vec<(&'static str, String)>,
}

/// One part, as it stands in the form, and what is wrong with it.
struct Field {
    source: String,
    error: Option<String>,
}

/// The three parts as they are kept, or as somebody typed them.
#[derive(Deserialize)]
pub(super) struct Sources {
    #[serde(default)]
    pub(super) subject: String,
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) html: String,
}

impl Sources {
    fn part(&self, name: &str) -> &str {
        match name {
            "subject" => &self.subject,
            "text" => &self.text,
            _ => &self.html,
        }
    }

    /// What a library has: its own text where it replaced ours.
    pub(super) async fn kept(
        server: &Server,
        agency: &AgencyId,
        slots: &[Slot; 3],
    ) -> Result<(Self, bool), StoreError> {
        let (mut sources, mut is_own) = ([const { String::new() }; 3], false);
        for (slot, source) in slots.iter().zip(&mut sources) {
            let own = server.message_texts.find(agency, *slot).await?;
            is_own |= own.is_some();
            *source = own.map_or_else(|| slot.builtin().to_owned(), |own| own.source);
        }
        let [subject, text, html] = sources;
        Ok((Self { subject: subject.trim_end().to_owned(), text, html }, is_own))
    }

    /// Browsers send the ends of lines as in mail; texts are kept as ours are.
    pub(super) fn tidied(self) -> Self {
        let tidy = |text: String| text.replace("\r\n", "\n");
        Self { subject: tidy(self.subject), text: tidy(self.text), html: tidy(self.html) }
    }
}

/// The notice's three parts; `None` where a path names none.
pub(super) fn slots(notice: &str, language: &str) -> Option<[Slot; 3]> {
    let [subject, text, html] = PARTS.map(|(part, _)| Slot::named(notice, language, part));
    Some([subject?, text?, html?])
}

/// What these texts would be with, and what is wrong with each of them, in words.
pub(super) fn checked(
    templates: &Templates,
    agency: &AgencyId,
    slots: &[Slot; 3],
    sources: &Sources,
    t: &Texts,
) -> (Templates, [Option<String>; 3]) {
    let (mut templates, mut errors) = (templates.clone(), [const { None }; 3]);
    for ((slot, (name, _)), error) in slots.iter().zip(PARTS).zip(&mut errors) {
        let Slot { kind, to, language, part, .. } = *slot;
        let source = sources.part(name);
        if source.len() > MAX_SOURCE_BYTES {
            *error = Some(t.say("text-too-long"));
            continue;
        }
        match templates.clone().with_for(agency, kind, to, language, part, source) {
            Ok(more) => templates = more,
            Err(wrong) => *error = Some(in_words(&wrong, t)),
        }
    }
    (templates, errors)
}

/// Where it is wrong is said in the reader's language; what, in the words of the template engine.
fn in_words(wrong: &TemplateError, t: &Texts) -> String {
    match wrong.line() {
        Some(line) => {
            let saying = t.with("text-wrong-line").set("line", line);
            saying.set("problem", wrong.problem()).to_string()
        }
        None => t.with("text-wrong").set("problem", wrong.problem()).to_string(),
    }
}

fn shown(
    status: StatusCode,
    frame: Frame,
    slots: &[Slot; 3],
    sources: Sources,
    errors: [Option<String>; 3],
    is_own: bool,
) -> Response {
    let (slot, t) = (slots[0], frame.t);
    let names = Templates::names();
    let names = names
        .iter()
        .map(|name| (*name, t.say(&format!("text-name-{}", name.replace('_', "-")))))
        .collect();
    let has_errors = errors.iter().any(Option::is_some);
    let [subject_error, text_error, html_error] = errors;
    let shown = TextPage {
        path: format!("{}/library/notices/{}/{}", frame.base, slot.notice, slot.language.code()),
        name: t.say(&format!("notice-kind-{}", word(slot.kind))),
        reader: t.say(&format!("text-of-{}", slot.notice)),
        subject: Field { source: sources.subject, error: subject_error },
        text: Field { source: sources.text, error: text_error },
        html: Field { source: sources.html, error: html_error },
        is_own,
        has_errors,
        names,
        frame,
    };
    with_frame(page_with(status, &shown))
}

pub(super) async fn show(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Path((notice, language)): Path<(String, String)>,
) -> Reply {
    let (frame, agency) = (member.frame, member.library.id);
    let Some(slots) = slots(&notice, &language) else { return Err(frame.not_found()) };
    let kept = Sources::kept(&server, &agency, &slots).await;
    let (sources, is_own) = kept.map_err(|error| frame.failed(error))?;
    Ok(shown(StatusCode::OK, frame, &slots, sources, [const { None }; 3], is_own))
}

pub(super) async fn save(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Path((notice, language)): Path<(String, String)>,
    Form(sources): Form<Sources>,
) -> Reply {
    let StaffMember { frame, library, actor, .. } = member;
    let Some(slots) = slots(&notice, &language) else { return Err(frame.not_found()) };
    let sources = sources.tidied();
    let (_, errors) = checked(&server.composer.templates(), &library.id, &slots, &sources, frame.t);
    if errors.iter().any(Option::is_some) {
        let kept = Sources::kept(&server, &library.id, &slots).await;
        let (_, is_own) = kept.map_err(|error| frame.failed(error))?;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(shown(status, frame, &slots, sources, errors, is_own));
    }
    let since = server.desk.now();
    let kept = async {
        for (slot, (name, _)) in slots.into_iter().zip(PARTS) {
            let source = sources.part(name);
            let is_ours = source.trim_end() == slot.builtin().trim_end();
            let text = MessageText { source: source.to_owned(), since, by: actor.clone() };
            let text = (!is_ours).then_some(&text);
            server.message_texts.set(&library.id, slot, text).await?;
        }
        server.message_texts.load(&server.composer).await
    };
    kept.await.map_err(|error| frame.failed(error))?;
    Ok(done(&server, &format!("/library/notices/{notice}/{language}"), "text"))
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Goes back to our own text.
pub(super) async fn reset(
    State(server): State<Arc<Server>>,
    Administrator(member): Administrator,
    Path((notice, language)): Path<(String, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Reply {
    let (frame, agency) = (member.frame, member.library.id);
    let Some(slots) = slots(&notice, &language) else { return Err(frame.not_found()) };
    let kept = async {
        for slot in slots {
            server.message_texts.set(&agency, slot, None).await?;
        }
        server.message_texts.load(&server.composer).await
    };
    kept.await.map_err(|error| frame.failed(error))?;
    Ok(done(&server, &format!("/library/notices/{notice}/{language}"), "text-reset"))
}
