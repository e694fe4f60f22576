//! Recognition of web pages, SVG and XML by their first tag.

use super::bytes::find;
use super::file_kind::FileKind;

/// Elements with which a page may begin: those that identify HTML for browsers (WHATWG MIME
/// Sniffing §7.1), and others that occur only in pages. Names that catalogs and bibliographies use
/// for their own elements, such as `article`, are excluded.
#[rustfmt::skip]
const ELEMENTS: &[&[u8]] = &[
    b"a", b"applet", b"audio", b"b", b"base", b"bgsound", b"blockquote", b"body", b"br", b"button",
    b"canvas", b"center", b"dd", b"details", b"dialog", b"div", b"dl", b"dt", b"embed", b"fieldset",
    b"font", b"form", b"frame", b"frameset", b"h1", b"h2", b"h3", b"h4", b"h5", b"h6", b"head",
    b"hr", b"html", b"iframe", b"img", b"input", b"isindex", b"keygen", b"layer", b"li", b"link",
    b"listing", b"main", b"marquee", b"math", b"meta", b"nav", b"noembed", b"noframes", b"noscript",
    b"object", b"ol", b"p", b"picture", b"plaintext", b"portal", b"pre", b"script", b"select",
    b"slot", b"span", b"style", b"svg", b"table", b"tbody", b"td", b"template", b"textarea",
    b"tfoot", b"th", b"thead", b"title", b"tr", b"ul", b"video", b"xmp",
];

/// Elements that make a page of any text that begins with a tag.
const ACTIVE_ELEMENTS: [&[u8]; 5] = [b"embed", b"html", b"iframe", b"script", b"svg"];

/// The namespaces of page languages, which turn elements of any name into theirs.
const NAMESPACES: [&[u8]; 2] = [b"www.w3.org/1999/xhtml", b"www.w3.org/2000/svg"];

/// Returns the kind of a text that begins with a page's tag, a comment, a declaration or an
/// instruction.
///
/// Text that begins with another tag, such as bibliographic data, is plain text unless a page
/// follows.
pub(super) fn markup(text: &[u8]) -> Option<FileKind> {
    let after_bracket = text.strip_prefix(b"<")?;
    let is_markup = match after_bracket {
        [b'?' | b'%', ..] => true,
        [b'!', rest @ ..] => is_declaration(rest),
        [b'a'..=b'z' | b'A'..=b'Z' | b'/', ..] => {
            let name = after_bracket.strip_prefix(b"/").unwrap_or(after_bracket);
            ELEMENTS.iter().any(|element| is_element(name, element)) || has_page(text)
        }
        _ => false,
    };
    is_markup.then(|| kind_of(text))
}

/// Returns the offset of the first tag-like text, regardless of its name.
pub(super) fn first_tag(text: &[u8]) -> Option<usize> {
    text.windows(2).position(|pair| {
        matches!(pair, [b'<', b'a'..=b'z' | b'A'..=b'Z' | b'!' | b'?' | b'/' | b'%'])
    })
}

/// Returns whether the text contains a part of a page anywhere.
pub(super) fn has_page(text: &[u8]) -> bool {
    let text = text.to_ascii_lowercase();
    let mut tags = text.iter().enumerate().filter(|(_, byte)| **byte == b'<');
    tags.any(|(at, _)| {
        let name = &text[at + 1..];
        ACTIVE_ELEMENTS.iter().any(|element| is_element(name, element))
            || name.starts_with(b"!doctype html")
    }) || NAMESPACES.iter().any(|namespace| find(&text, namespace).is_some())
}

/// Returns the most specific kind for the message; all of them are refused.
pub(super) fn kind_of(text: &[u8]) -> FileKind {
    let text = text.to_ascii_lowercase();
    let has = |word: &[u8]| find(&text, word).is_some();
    if has(b"<html") || has(b"<!doctype html") {
        FileKind::Html
    } else if has(b"<svg") || has(b":svg") {
        FileKind::Svg
    } else if text.starts_with(b"<?xml") || (text.starts_with(b"<!") && !text.starts_with(b"<!--"))
    {
        FileKind::Xml
    } else {
        FileKind::Html
    }
}

/// Returns whether a comment or a document type, or a part of one, follows `<!`.
fn is_declaration(rest: &[u8]) -> bool {
    let words: [&[u8]; 7] =
        [b"--", b"doctype", b"[cdata[", b"attlist", b"element", b"entity", b"notation"];
    words.iter().any(|word| starts(rest, word))
}

/// Returns whether a tag has this name, followed by the end of the tag or its attributes.
fn is_element(tag: &[u8], name: &[u8]) -> bool {
    starts(tag, name)
        && tag.get(name.len()).is_none_or(|next| {
            matches!(next, b'>' | b'/' | 0x0b | 0x0c) || next.is_ascii_whitespace()
        })
}

fn starts(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_recognized_by_their_first_tag() {
        let pages = [
            ("<html\n>", FileKind::Html),
            ("<HTML>", FileKind::Html),
            ("<html", FileKind::Html),
            ("<meta http-equiv=refresh content=0>", FileKind::Html),
            ("<script/x>1</script>", FileKind::Html),
            ("<b>bold</b>", FileKind::Html),
            ("<title>Ice</title>", FileKind::Html),
            ("</p><script>", FileKind::Html),
            ("<!-- x -->", FileKind::Html),
            ("<!DOCTYPE html>", FileKind::Html),
            ("<svg onload=alert(1)>", FileKind::Svg),
            ("<!DOCTYPE svg PUBLIC \"x\"><svg/>", FileKind::Svg),
            ("<!DOCTYPE article SYSTEM \"x\">", FileKind::Xml),
            ("<!ENTITY x \"y\">", FileKind::Xml),
            ("<?xml-stylesheet href='x'?>", FileKind::Xml),
            ("<abstract><script>1</script></abstract>", FileKind::Html),
            ("<abstract>\n<SVG\n>", FileKind::Svg),
            ("<x xmlns='http://www.w3.org/1999/xhtml'><body/></x>", FileKind::Html),
            ("<s:g xmlns:s='http://www.w3.org/2000/svg'/>", FileKind::Html),
        ];
        for (text, kind) in pages {
            assert_eq!(markup(text.as_bytes()), Some(kind), "{text}");
        }
    }

    #[test]
    fn other_tags_are_text() {
        for text in [
            "<abstract>We measured ice.</abstract>",
            "<rss version=\"2.0\"><channel><title>Ice</title></channel></rss>",
            "<article><front><body><p>Ice</p></body></front></article>",
            "<records><record><titles><title>Ice</title></titles></record></records>",
            "<mods:mods xmlns:mods=\"http://www.loc.gov/mods/v3\">",
            "<teiHeader><scriptDesc/></teiHeader>",
            "<i>Homo sapiens</i> in the Pleistocene",
            "<https://example.org/svg>",
            "<anna@example.org>",
            "<basement> and <html5>",
            "<Abstract>",
            "< b > is not a tag",
            "<3 of them",
            "<! important >",
            "a <script> in the middle",
            "",
            "<",
        ] {
            assert_eq!(markup(text.as_bytes()), None, "{text}");
        }
    }
}
