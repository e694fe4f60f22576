use crate::builtin;
use crate::part::Part;
use desktop_delivery::notices::{NoticeKind, Recipient};
use desktop_delivery::{AgencyId, Language};

/// The template of notices that have none of their own.
pub(super) const OTHER: &str = "notice";

/// Returns the notices that have their own templates, and one that has none.
pub(super) fn notices() -> Vec<(NoticeKind, Recipient)> {
    let of_kind = |kind: &NoticeKind| {
        let kind = *kind;
        Recipient::ALL.iter().map(move |to| (kind, *to))
    };
    let (mut notices, others): (Vec<_>, Vec<_>) = NoticeKind::ALL
        .iter()
        .flat_map(of_kind)
        .partition(|(kind, to)| notice_name(*kind, *to) != OTHER);
    notices.extend(others.first());
    notices
}

/// Returns the file name of a notice's templates, without language and part.
pub(crate) fn notice_name(kind: NoticeKind, to: Recipient) -> String {
    let name = format!("{}-{}", kind.as_str(), to.as_str());
    let text = file_name(&name, Part::Text);
    if builtin::FILES.iter().any(|(file, _)| *file == text) { name } else { OTHER.to_owned() }
}

/// Returns the file name of a template, without language.
pub(crate) fn file_name(notice: &str, part: Part) -> String {
    format!("{notice}.{}", part.extension())
}

/// Returns the name of the text that replaces a template in one language: the library's, or else the
/// operator's if `library` is `None`.
pub(super) fn replaced_name(library: Option<&AgencyId>, language: Language, file: &str) -> String {
    match library {
        Some(library) => format!("of/{library}/{language}/{file}"),
        None => format!("all/{language}/{file}"),
    }
}
