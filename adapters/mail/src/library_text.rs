use crate::placeholder::Placeholder;
use crate::text_error::{TextError, TextErrorKind};
use desktop_delivery::notices::{NoticeKind, Recipient};

/// The maximum length of a library's subject in bytes.
pub const MAX_SUBJECT_BYTES: usize = 500;
/// The maximum length of a library's text in bytes.
pub const MAX_TEXT_BYTES: usize = 20_000;
/// The maximum number of uses of one placeholder in a text.
const MAX_USES: usize = 10;
/// The maximum number of characters of an unknown name quoted in an error.
const SHOWN_CHARS: usize = 30;

/// A subject or a text of a notice as a library wrote it: plain text with
/// [placeholders](Placeholder).
///
/// It is not a template language: it has neither conditions nor loops, so that the time and memory
/// to read and fill it depend only on its length. A paragraph is left out if a placeholder in it
/// has no value.
///
/// # Example
/// ```
/// use desktop_delivery::notices::{NoticeKind, Recipient};
/// use desktop_delivery_mail::LibraryText;
///
/// let (kind, to) = (NoticeKind::Received, Recipient::Patron);
/// assert!(LibraryText::text(kind, to, "Dear {patron_name},\n\ncome and get it:\n{link}").is_ok());
/// let error = LibraryText::text(kind, to, "Here:\n{link}\n{titel}").unwrap_err();
/// assert_eq!((error.code(), error.line()), ("unknown", Some(3)));
/// let error = LibraryText::text(kind, to, "It is here.").unwrap_err();
/// assert_eq!(error.to_string(), "the placeholder {link} is missing");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryText {
    paragraphs: Vec<Vec<Line>>,
}

/// One line of a text.
pub(crate) type Line = Vec<Piece>;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Value(Placeholder),
}

impl LibraryText {
    /// Parses a subject.
    ///
    /// # Errors
    /// [`TextError`] if the subject is empty, too long or has more than one line, or contains a
    /// placeholder that is not available in this notice's subject.
    pub fn subject(kind: NoticeKind, to: Recipient, source: &str) -> Result<Self, TextError> {
        Self::one_line(kind, to, source).map_err(|error| match error.kind() {
            TextErrorKind::Unknown { name } => {
                let of_text = Placeholder::of_text(kind, to).into_iter();
                match of_text.map(Placeholder::name).find(|other| *other == name) {
                    Some(name) => TextErrorKind::NotInSubject { name }.at(None).of_subject(),
                    None => error.of_subject(),
                }
            }
            _ => error.of_subject(),
        })
    }

    fn one_line(kind: NoticeKind, to: Recipient, source: &str) -> Result<Self, TextError> {
        let source = source.trim();
        check_length(source, MAX_SUBJECT_BYTES)?;
        if source.lines().count() > 1 {
            return Err(TextErrorKind::SeveralLines.at(None));
        }
        let pieces = pieces(source, &Placeholder::of_subject(kind, to), 1)?;
        let text = Self { paragraphs: vec![vec![pieces]] };
        text.check_uses()?;
        Ok(text)
    }

    /// Parses a text.
    ///
    /// # Errors
    /// [`TextError`] if the text is empty or too long, contains a placeholder that is not available
    /// in this notice, lacks a required placeholder, or has other text on the line of a block
    /// placeholder.
    pub fn text(kind: NoticeKind, to: Recipient, source: &str) -> Result<Self, TextError> {
        check_length(source, MAX_TEXT_BYTES)?;
        let known = Placeholder::of_text(kind, to);
        let (mut paragraphs, mut paragraph) = (Vec::new(), Vec::new());
        for (index, line) in source.lines().enumerate() {
            let line = line.trim_end();
            if line.trim_start().is_empty() {
                paragraphs.push(std::mem::take(&mut paragraph));
                continue;
            }
            let number = index + 1;
            let pieces = pieces(line, &known, number)?;
            if let Some(name) = crowded(&pieces) {
                return Err(TextErrorKind::Crowded { name }.at(Some(number)));
            }
            paragraph.push(pieces);
        }
        paragraphs.push(paragraph);
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        let text = Self { paragraphs };
        text.check_uses()?;
        let used = |one: &Placeholder| text.values().any(|value| value == *one);
        match known.into_iter().find(|one| one.is_required(to) && !used(one)) {
            Some(missing) => Err(TextErrorKind::Missing { name: missing.name() }.at(None)),
            None => Ok(text),
        }
    }

    /// Returns the paragraphs, each of at least one line.
    pub(crate) fn paragraphs(&self) -> &[Vec<Line>] {
        &self.paragraphs
    }

    fn values(&self) -> impl Iterator<Item = Placeholder> {
        self.paragraphs.iter().flatten().flatten().filter_map(|piece| match piece {
            Piece::Value(value) => Some(*value),
            Piece::Text(_) => None,
        })
    }

    /// Values have a maximum length, so this limits the length of a filled text.
    fn check_uses(&self) -> Result<(), TextError> {
        let mut uses = std::collections::BTreeMap::new();
        for value in self.values() {
            let count = uses.entry(value).or_insert(0_usize);
            *count += 1;
            if *count > MAX_USES {
                let name = value.name();
                return Err(TextErrorKind::TooOften { name, limit: MAX_USES }.at(None));
            }
        }
        Ok(())
    }
}

fn check_length(source: &str, limit: usize) -> Result<(), TextError> {
    if source.trim().is_empty() {
        return Err(TextErrorKind::Empty.at(None));
    }
    if source.len() > limit {
        return Err(TextErrorKind::TooLong { limit }.at(None));
    }
    Ok(())
}

fn pieces(line: &str, known: &[Placeholder], number: usize) -> Result<Line, TextError> {
    let (mut pieces, mut rest) = (Vec::new(), line);
    while let Some(at) = rest.find(['{', '}']) {
        let (text, braced) = rest.split_at(at);
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        let Some(inside) = braced.strip_prefix('{') else {
            return Err(TextErrorKind::StrayBrace.at(Some(number)));
        };
        let Some((name, after)) = inside.split_once('}') else {
            return Err(TextErrorKind::Unclosed.at(Some(number)));
        };
        if name.contains('{') && !name.trim_start().starts_with(['{', '%', '#']) {
            return Err(TextErrorKind::Unclosed.at(Some(number)));
        }
        let Some(value) = known.iter().find(|one| one.name() == name.trim()) else {
            let name = name.trim().chars().take(SHOWN_CHARS).collect();
            return Err(TextErrorKind::Unknown { name }.at(Some(number)));
        };
        pieces.push(Piece::Value(*value));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(pieces)
}

/// Returns a block placeholder that shares its line with other text.
fn crowded(line: &[Piece]) -> Option<&'static str> {
    let is_blank = |piece: &Piece| matches!(piece, Piece::Text(text) if text.trim().is_empty());
    let others = line.iter().filter(|piece| !is_blank(piece)).count();
    line.iter().find_map(|piece| match piece {
        Piece::Value(value) if value.is_block() && others > 1 => Some(value.name()),
        _ => None,
    })
}
