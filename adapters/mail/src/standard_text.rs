//! The standard texts with placeholders, as a starting point for a library's own text.

use crate::library_text::LibraryText;
use crate::part::Part;
use crate::placeholder::{Placeholder, carries_link};
use crate::templates::environment::mail_environment;
use crate::templates::names::{file_name, notice_name};
use desktop_delivery::Zone;
use desktop_delivery::notices::{NoticeKind, Recipient};
use desktop_delivery_text::Texts;
use desktop_delivery_text::templates::functions;
use minijinja::{Environment, context};
use std::sync::LazyLock;

/// The built-in templates, with placeholders in place of the parts they produce.
static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = mail_environment();
    environment.add_filter("quoted", str::to_owned);
    environment.add_filter("wrap", str::to_owned);
    for (name, source) in [
        ("answer.txt", "{answer}\n\n"),
        ("asked.txt", "{request}\n\n"),
        ("documents.txt", "{documents}\n\n"),
        ("files.txt", "{documents}\n\n"),
        ("hello.txt", "{greeting}"),
        ("problems.txt", "{problems}\n\n"),
        // The introduction and the note form one paragraph, which is omitted without a note.
        ("said.txt", "{% if note %}{{ t(\"mail-note\") }}\n{note}\n{% endif %}"),
    ] {
        let added = environment.add_template(name, source);
        debug_assert!(added.is_ok(), "{name}: {added:?}");
    }
    environment
});

impl LibraryText {
    /// Returns the standard subject of a notice with placeholders.
    #[must_use]
    pub fn standard_subject(kind: NoticeKind, to: Recipient, texts: &Texts) -> String {
        made(kind, to, Part::Subject, texts).trim().to_owned()
    }

    /// Returns the standard text of a notice with placeholders.
    #[must_use]
    pub fn standard_text(kind: NoticeKind, to: Recipient, texts: &Texts) -> String {
        unwrapped(&made(kind, to, Part::Text, texts))
    }
}

fn made(kind: NoticeKind, to: Recipient, part: Part, texts: &Texts) -> String {
    let known = Placeholder::of_text(kind, to);
    let braced = |placeholder: Placeholder| format!("{{{}}}", placeholder.name());
    let if_known = |placeholder: Placeholder, is_there: bool| {
        if is_there { braced(placeholder) } else { String::new() }
    };
    let values = context! {
        answer_address => braced(Placeholder::ContactEmail),
        for_library => to != Recipient::Patron,
        is_available => true,
        library => braced(Placeholder::Library),
        link => if_known(Placeholder::Link, carries_link(to)),
        note => if_known(Placeholder::Note, known.contains(&Placeholder::Note)),
        other_library => braced(Placeholder::OtherLibrary),
        subject_request => braced(Placeholder::Request),
        subject_title => braced(Placeholder::Title),
        ..functions(texts, &Zone::utc())
    };
    let template = ENVIRONMENT.get_template(&file_name(&notice_name(kind, to), part));
    let made = template.and_then(|template| template.render(values));
    debug_assert!(made.is_ok(), "{kind:?} {to:?}: {made:?}");
    made.unwrap_or_default()
}

/// Joins the lines of each paragraph, as editors show them. Block placeholders keep their own
/// lines.
fn unwrapped(text: &str) -> String {
    let is_block = |line: &str| line.starts_with('{') && line.ends_with('}') && !line.contains(' ');
    let mut unwrapped = String::new();
    let mut before = "";
    for line in text.lines().map(str::trim_end) {
        match (before, line) {
            ("", "") => continue,
            (_, "") => unwrapped.push_str("\n\n"),
            ("", _) => {}
            (before, line) if is_block(before) || is_block(line) => unwrapped.push('\n'),
            _ => unwrapped.push(' '),
        }
        unwrapped.push_str(line);
        before = line;
    }
    unwrapped.truncate(unwrapped.trim_end().len());
    unwrapped.push('\n');
    unwrapped
}
