//! The standard texts with placeholders, as a start for a library's own text.

use crate::builtin;
use crate::library_text::LibraryText;
use crate::placeholder::{Placeholder, carries_link};
use crate::templates::{Part, file_name, notice_name};
use desktop_delivery::Language;
use desktop_delivery::notices::{NoticeKind, Recipient};

impl LibraryText {
    /// The standard subject of a notice with placeholders.
    #[must_use]
    pub fn standard_subject(kind: NoticeKind, to: Recipient, language: Language) -> String {
        let source = source(&file_name(notice_name(kind, to), language, Part::Subject));
        let title = "{{ (title or request_no)|short(60) }}";
        let (start, end) = source.split_once(title).unwrap_or((source, ""));
        let value =
            if end.contains("request_no") { Placeholder::Request } else { Placeholder::Title };
        format!("{start}{{{}}}", value.name())
    }

    /// The standard text of a notice with placeholders.
    #[must_use]
    pub fn standard_text(kind: NoticeKind, to: Recipient, language: Language) -> String {
        let file = file_name(notice_name(kind, to), language, Part::Text);
        let mut lines = Vec::new();
        add(source(&file), (kind, to), &mut lines);
        unwrapped(&lines)
    }
}

fn source(file: &str) -> &'static str {
    builtin::FILES.iter().find(|(name, _)| *name == file).map_or("", |(_, source)| *source)
}

/// Adds the lines of a standard template with placeholders in the place of its tags: pieces that a
/// placeholder stands for, and those that are text around one.
fn add(source: &str, notice: (NoticeKind, Recipient), lines: &mut Vec<String>) {
    let known = Placeholder::of_text(notice.0, notice.1);
    // Whether each of the conditions around a line holds for this notice.
    let mut holds = Vec::new();
    for line in source.lines() {
        if let Some(condition) = line.strip_prefix("{% if ") {
            holds.push(match condition.split(' ').next() {
                Some("for_library") => notice.1 != Recipient::Patron,
                Some("link") => carries_link(notice.1),
                // A placeholder without a value takes its paragraph along.
                _ => true,
            });
        } else if line.starts_with("{% else") {
            if let Some(last) = holds.last_mut() {
                *last = !*last;
            }
        } else if line.starts_with("{% endif") {
            holds.pop();
        } else if holds.contains(&false) {
            continue;
        } else if let Some(file) = line.strip_prefix("{% include \"") {
            let file = file.split('"').next().unwrap_or_default();
            let name = file.rsplit('/').next().unwrap_or_default();
            let block = match name {
                "answer.txt" => Placeholder::Answer,
                "asked.txt" => Placeholder::Request,
                "documents.txt" | "files.txt" => Placeholder::Documents,
                "hello.txt" => Placeholder::Greeting,
                "problems.txt" => Placeholder::Problems,
                "said.txt" => {
                    // The introduction and the note are one paragraph, which goes with the note.
                    if known.contains(&Placeholder::Note) {
                        let mut said = Vec::new();
                        add(self::source(file), notice, &mut said);
                        lines.extend(said.into_iter().filter(|line| !line.is_empty()));
                    }
                    continue;
                }
                _ => {
                    add(self::source(file), notice, lines);
                    continue;
                }
            };
            lines.push(braced(block));
        } else {
            let mut line = line.to_owned();
            for (name, placeholder) in [
                ("answer_address", Placeholder::ContactEmail),
                ("library", Placeholder::Library),
                ("link", Placeholder::Link),
                ("note|quoted", Placeholder::Note),
                ("other_library", Placeholder::OtherLibrary),
            ] {
                line = line.replace(&format!("{{{{ {name} }}}}"), &braced(placeholder));
            }
            lines.push(line);
        }
    }
}

fn braced(placeholder: Placeholder) -> String {
    format!("{{{}}}", placeholder.name())
}

/// The lines as an editor shows them: a paragraph is one line, but for what needs its own.
fn unwrapped(lines: &[String]) -> String {
    let is_block = |line: &str| line.starts_with('{') && line.ends_with('}') && !line.contains(' ');
    let mut text = String::new();
    let mut before = "";
    for line in lines.iter().map(|line| line.trim_end()) {
        match (before, line) {
            ("", "") => continue,
            (_, "") => text.push_str("\n\n"),
            ("", _) => {}
            (before, line) if is_block(before) || is_block(line) => text.push('\n'),
            _ => text.push(' '),
        }
        text.push_str(line);
        before = line;
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
