//! Rendering the parts of a notice.

use super::Templates;
use super::names::{OTHER, file_name, notice_name, replaced_name};
use super::rendered_part::{MAX_PART_BYTES, RenderedPart, is_sound, tidied};
use crate::fill::Values;
use crate::part::Part;
use crate::placeholder::{Placeholder, carries_link};
use crate::text;
use crate::variables::Variables;
use desktop_delivery::notices::{NoticeKind, OutgoingNotice};
use desktop_delivery::participants::EmailAddress;
use minijinja::{Value, context};

impl Templates {
    /// Renders one part of a message from the library's text, or else the operator's template, or
    /// else the standard template. A source that fails is skipped.
    pub(crate) fn render(
        &self,
        notice: &OutgoingNotice,
        variables: &Variables,
        part: Part,
    ) -> Option<RenderedPart> {
        match self.of_library(notice, variables, part) {
            Some(Some(text)) => Some(RenderedPart { text, fell_back: false }),
            Some(None) => {
                let text = self.standard(notice, variables, part)?;
                Some(RenderedPart { text, fell_back: true })
            }
            None => {
                let text = self.standard(notice, variables, part)?;
                Some(RenderedPart { text, fell_back: false })
            }
        }
    }

    /// Renders one part from the library's text. Returns `None` if there is no text for this
    /// notice, and an empty result if the text cannot be sent.
    fn of_library(
        &self,
        notice: &OutgoingNotice,
        variables: &Variables,
        part: Part,
    ) -> Option<Option<String>> {
        let source = if part == Part::Html { Part::Text } else { part };
        let file = file_name(&notice_name(notice.kind, notice.to), source);
        let written = |language| {
            self.library_texts.get(&replaced_name(Some(&notice.from.id), language, &file))
        };
        let text = variables.texts.language().fallbacks().find_map(written)?;
        // A link closed in the meantime is not a fault of the text.
        if part != Part::Subject && carries_link(notice.to) && notice.link.is_none() {
            return None;
        }
        let filled = match part {
            Part::Subject => Some(text.fill_subject(&subject_values(notice, variables))),
            Part::Text => {
                let values = self.text_values(notice, variables);
                let filled = text.fill_plain(&values, MAX_PART_BYTES);
                filled.map(|body| self.with_recalls(body, part, variables))
            }
            Part::Html => {
                let values = self.text_values(notice, variables);
                let filled = text.fill_html(&values, MAX_PART_BYTES);
                let filled = filled.map(|body| self.with_recalls(body, part, variables));
                filled.map(|body| self.piece("library.html", variables, Some(&body)))
            }
        };
        Some(
            filled
                .filter(|filled| is_sound(filled, part, variables))
                .map(|filled| tidied(&filled, part)),
        )
    }

    /// Returns the values of the placeholders. Values of several lines come from built-in
    /// templates.
    fn text_values(&self, notice: &OutgoingNotice, variables: &Variables) -> Values {
        let mut values = inline_values(notice);
        if notice.title.trim().is_empty() {
            values.set_inline(Placeholder::Title, variables.texts.text("mail-no-title"));
        }
        let piece = |name: &str, end| self.piece(&format!("{name}.{end}"), variables, None);
        values.set_inline(Placeholder::Greeting, piece("hello", "txt").trim().to_owned());
        let documents = if is_of_problem(notice.kind) { "documents" } else { "files" };
        for (placeholder, name) in [
            (Placeholder::Answer, "answer"),
            (Placeholder::Documents, documents),
            (Placeholder::Note, "note"),
            (Placeholder::Problems, "problems"),
            (Placeholder::Request, "asked"),
        ] {
            values.set_block(placeholder, &piece(name, "txt"), piece(name, "html"));
        }
        let link = variables.link.as_deref().unwrap_or_default();
        values.set_block(Placeholder::Link, link, piece("button", "html"));
        values
    }

    /// Adds the request to delete copies of a wrong document if one was replaced and the rendered
    /// text does not contain the request.
    fn with_recalls(&self, rendered: String, part: Part, variables: &Variables) -> String {
        let (is_html, piece) = match part {
            Part::Subject => return rendered,
            Part::Html => (true, "wrong-document.html"),
            Part::Text => (false, "wrong-document.txt"),
        };
        if variables.recalls_are_in(&rendered, is_html) {
            return rendered;
        }
        let mut rendered = rendered;
        let end = if is_html { rendered.rfind("</body>") } else { None };
        rendered.insert_str(end.unwrap_or(rendered.len()), &self.piece(piece, variables, None));
        rendered
    }

    /// Renders a built-in template, which cannot fail.
    fn piece(&self, name: &str, variables: &Variables, body: Option<&str>) -> String {
        let body = Value::from_safe_string(body.unwrap_or_default().to_owned());
        let values = context! { body, ..variables.values() };
        let made = self.environment.get_template(name).and_then(|piece| piece.render(values));
        debug_assert!(made.is_ok(), "{name}: {made:?}");
        made.unwrap_or_default()
    }

    fn standard(
        &self,
        notice: &OutgoingNotice,
        variables: &Variables,
        part: Part,
    ) -> Option<String> {
        let file = file_name(&notice_name(notice.kind, notice.to), part);
        let languages = variables.texts.language().fallbacks();
        let names = languages
            .map(|language| replaced_name(None, language, &file))
            .chain([file.clone(), file_name(OTHER, part)]);
        names.into_iter().find_map(|name| {
            let template = self.environment.get_template(&name).ok()?;
            match template.render(variables.values()) {
                Ok(text) if is_sound(&text, part, variables) => {
                    Some(tidied(&self.with_recalls(text, part, variables), part))
                }
                Ok(_) => {
                    tracing::warn!(template = name, "a template produced no usable text");
                    None
                }
                Err(error) => {
                    // The error's own text is not logged, because it can quote the values being
                    // rendered.
                    let (kind, line) = (error.kind(), error.line());
                    tracing::warn!(template = name, ?kind, line, "a template failed");
                    None
                }
            }
        })
    }
}

/// Returns whether a notice concerns a problem report. Such notices list documents without the
/// remaining downloads.
const fn is_of_problem(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::ProblemAnswered | NoticeKind::ProblemReported)
}

/// Returns the values that are also available in subjects.
fn inline_values(notice: &OutgoingNotice) -> Values {
    let mut values = Values::default();
    let answers = notice.from.emails.first().map_or("", EmailAddress::as_str);
    for (placeholder, value) in [
        (Placeholder::ContactEmail, answers),
        (Placeholder::Library, notice.from.name.as_str()),
        (Placeholder::OtherLibrary, &notice.other.name),
        (Placeholder::PatronName, &notice.contact.name),
        (Placeholder::RecipientName, &notice.contact.name),
        (Placeholder::RequestNumber, &notice.request_no),
        (Placeholder::Title, &notice.title),
    ] {
        values.set_inline(placeholder, text::one_line(value));
    }
    values
}

/// Returns the values of a subject, which are shortened.
fn subject_values(notice: &OutgoingNotice, variables: &Variables) -> Values {
    let mut values = inline_values(notice);
    let subject = &variables.subject;
    values.set_inline(Placeholder::RequestNumber, subject.number.clone());
    values.set_inline(Placeholder::Request, subject.request.clone());
    values.set_inline(Placeholder::Title, subject.title.clone());
    values
}
