use crate::part::Part;
use crate::text;
use crate::variables::Variables;

/// The maximum length of a rendered part in bytes.
pub(super) const MAX_PART_BYTES: usize = 256 * 1024;
/// The maximum length of a subject in characters.
const MAX_SUBJECT_CHARS: usize = 150;

/// A rendered part of a message.
pub(crate) struct RenderedPart {
    pub(crate) text: String,
    /// Whether the library's own text could not be used.
    pub(crate) fell_back: bool,
}

/// Returns whether a rendered part can be sent.
pub(super) fn is_sound(rendered: &str, part: Part, variables: &Variables) -> bool {
    let has_link = match part {
        Part::Subject => true,
        Part::Html => variables.link_is_in(rendered, true),
        Part::Text => variables.link_is_in(rendered, false),
    };
    has_link && !rendered.trim().is_empty() && rendered.len() <= MAX_PART_BYTES
}

/// Normalizes the white space of a rendered part, and shortens a subject.
pub(super) fn tidied(rendered: &str, part: Part) -> String {
    match part {
        Part::Html => rendered.to_owned(),
        Part::Subject => text::short(&text::one_line(rendered), MAX_SUBJECT_CHARS),
        Part::Text => text::paragraphs(rendered),
    }
}
