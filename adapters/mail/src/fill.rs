//! Filling in the placeholders of a library's text.

use crate::library_text::{LibraryText, Line, Piece};
use crate::placeholder::Placeholder;
use crate::text;
use desktop_delivery_text::html_escaped;
use std::collections::BTreeMap;

/// The values of one notice, as plain text and as HTML.
#[derive(Default)]
pub(crate) struct Values {
    plain: BTreeMap<Placeholder, String>,
    html: BTreeMap<Placeholder, String>,
}

impl Values {
    /// Sets a value within a line.
    pub(crate) fn set_inline(&mut self, placeholder: Placeholder, value: String) {
        self.html.insert(placeholder, html_escaped(&value));
        self.plain.insert(placeholder, value);
    }

    /// Sets a value of several lines and its trusted HTML.
    pub(crate) fn set_block(&mut self, placeholder: Placeholder, plain: &str, html: String) {
        self.plain.insert(placeholder, plain.trim_matches('\n').trim_end().to_owned());
        self.html.insert(placeholder, html);
    }

    fn plain(&self, placeholder: Placeholder) -> &str {
        self.plain.get(&placeholder).map_or("", String::as_str)
    }

    fn html(&self, placeholder: Placeholder) -> &str {
        self.html.get(&placeholder).map_or("", String::as_str)
    }

    /// Returns whether all placeholders of a paragraph have values.
    fn has_all_of(&self, paragraph: &[Line]) -> bool {
        paragraph.iter().flatten().all(|piece| match piece {
            Piece::Text(_) => true,
            Piece::Value(value) => !self.plain(*value).is_empty(),
        })
    }
}

impl LibraryText {
    /// Fills in a subject. Empty values are omitted.
    pub(crate) fn fill_subject(&self, values: &Values) -> String {
        self.paragraphs().iter().flatten().map(|line| filled(line, values)).collect()
    }

    /// Fills in the plain text. Returns `None` if it exceeds `limit` bytes.
    pub(crate) fn fill_plain(&self, values: &Values, limit: usize) -> Option<String> {
        let mut filled_text = String::new();
        for paragraph in self.paragraphs().iter().filter(|one| values.has_all_of(one)) {
            if !filled_text.is_empty() {
                filled_text.push('\n');
            }
            for line in paragraph {
                match block(line) {
                    Some(value) => filled_text.push_str(values.plain(value)),
                    None => text::wrap(&filled(line, values), &mut filled_text),
                }
                filled_text.push('\n');
                if filled_text.len() > limit {
                    return None;
                }
            }
        }
        Some(filled_text)
    }

    /// Fills in the text as HTML. Returns `None` if it exceeds `limit` bytes.
    pub(crate) fn fill_html(&self, values: &Values, limit: usize) -> Option<String> {
        let mut html = String::new();
        for paragraph in self.paragraphs().iter().filter(|one| values.has_all_of(one)) {
            let mut is_open = false;
            for line in paragraph {
                if let Some(value) = block(line) {
                    if std::mem::take(&mut is_open) {
                        html.push_str("</p>\n");
                    }
                    html.push_str(values.html(value));
                } else {
                    html.push_str(if is_open { "<br>\n" } else { "<p>" });
                    is_open = true;
                    for piece in line {
                        match piece {
                            Piece::Text(text) => html.push_str(&html_escaped(text)),
                            Piece::Value(value) => html.push_str(values.html(*value)),
                        }
                    }
                }
                if html.len() > limit {
                    return None;
                }
            }
            if is_open {
                html.push_str("</p>\n");
            }
        }
        Some(html)
    }
}

fn filled(line: &[Piece], values: &Values) -> String {
    let value = |piece: &'_ Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Value(value) => values.plain(*value).to_owned(),
    };
    line.iter().map(value).collect()
}

/// Returns the placeholder of a line that consists of one block.
fn block(line: &[Piece]) -> Option<Placeholder> {
    line.iter().find_map(|piece| match piece {
        Piece::Value(value) if value.is_block() => Some(*value),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use desktop_delivery::notices::{NoticeKind, Recipient};

    const KIND: (NoticeKind, Recipient) = (NoticeKind::Received, Recipient::Patron);

    fn values() -> Values {
        let mut values = Values::default();
        values.set_inline(Placeholder::PatronName, "Carla <b>".to_owned());
        values.set_inline(Placeholder::ContactEmail, String::new());
        values.set_block(Placeholder::Link, "https://a.example/d/x\n", "<a>x</a>\n".to_owned());
        values
    }

    #[test]
    fn a_paragraph_with_an_empty_value_is_omitted() {
        let source = "Dear {patron_name},\n\nWrite to {contact_email}.\n\n\nHere:\n{link}\nBye";
        let text = LibraryText::text(KIND.0, KIND.1, source).unwrap();
        let plain = text.fill_plain(&values(), 1_000).unwrap();
        assert_eq!(plain, "Dear Carla <b>,\n\nHere:\nhttps://a.example/d/x\nBye\n");
        let html = text.fill_html(&values(), 1_000).unwrap();
        assert_eq!(html, "<p>Dear Carla &lt;b&gt;,</p>\n<p>Here:</p>\n<a>x</a>\n<p>Bye</p>\n");
    }

    #[test]
    fn filled_texts_have_a_maximum_length() {
        let source = format!("{}\n{{link}}", "x".repeat(900));
        let text = LibraryText::text(KIND.0, KIND.1, &source).unwrap();
        assert!(text.fill_plain(&values(), 900).is_none());
        assert!(text.fill_html(&values(), 900).is_none());
        assert!(text.fill_plain(&values(), 1_000).is_some());
    }

    #[test]
    fn long_lines_are_wrapped_without_breaking_addresses() {
        let address = format!("https://example.org/{}", "long".repeat(30));
        let source = format!("{} {address} end\n{{link}}", "word ".repeat(30).trim_end());
        let text = LibraryText::text(KIND.0, KIND.1, &source).unwrap();
        let plain = text.fill_plain(&values(), 10_000).unwrap();
        assert!(plain.lines().any(|line| line == address), "{plain}");
        assert!(plain.lines().all(|line| line == address || line.len() <= text::WIDTH), "{plain}");
    }
}
