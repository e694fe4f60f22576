//! Sanitizing of untrusted text: no line breaks, control characters or hidden changes of direction.

/// Returns whether a character invisibly affects the layout of its neighbors: bidirectional
/// controls (UAX #9), zero-width characters that split words, line and paragraph separators.
const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}

/// Reduces a text to one line: every run of white space and control characters becomes one space.
pub(crate) fn one_line(text: &str) -> String {
    let kept = text.chars().filter(|c| !is_hidden(*c) || matches!(c, '\u{2028}' | '\u{2029}'));
    let spaced: String = kept
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect();
    // Not `split_whitespace`, which would also split at non-breaking spaces.
    let words: Vec<&str> = spaced.split([' ']).filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Removes control characters within lines and blank lines at both ends.
pub(crate) fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let lines: Vec<String> = text.split('\n').map(one_line).collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// Removes trailing spaces, collapses blank lines to one, and ends the text with exactly one line
/// break.
pub(crate) fn paragraphs(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || !(tidied.is_empty() || tidied.ends_with("\n\n")) {
            tidied.push_str(line);
            tidied.push('\n');
        }
    }
    tidied.truncate(tidied.trim_end().len());
    tidied.push('\n');
    tidied
}

/// Moves the link to a line of its own, so that email programs cannot take adjacent text for a part
/// of it.
pub(crate) fn alone_on_its_line(text: &str, link: &str) -> String {
    let mut parted = String::with_capacity(text.len() + 2);
    for line in text.lines() {
        let mut pieces = line.split(link);
        let first = pieces.next().unwrap_or_default();
        parted.push_str(first.trim_end());
        for piece in pieces {
            if !parted.is_empty() && !parted.ends_with('\n') {
                parted.push('\n');
            }
            parted.push_str(link);
            if !piece.trim().is_empty() {
                parted.push('\n');
                parted.push_str(piece.trim());
            }
        }
        parted.push('\n');
    }
    parted
}

/// Replaces no-break spaces with ordinary spaces if the text is ASCII otherwise, so that it needs
/// no encoding.
pub(crate) fn plain_spaces(text: String) -> String {
    if text.chars().all(|c| c.is_ascii() || c == '\u{a0}') {
        text.replace('\u{a0}', " ")
    } else {
        text
    }
}

/// Truncates a text to at most `max` characters, at the end of a word if one ends in the last
/// third.
pub(crate) fn short(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let head: String = text.chars().take(max.saturating_sub(1)).collect();
    let cut = match head.rfind(' ') {
        Some(space) if space * 3 >= head.len() * 2 => &head[..space],
        _ => &head,
    };
    format!("{}…", cut.trim_end_matches([' ', ',', ';', ':', '-', '.']))
}

/// Marks every line as quoted, so that none can pass for text of this program.
pub(crate) fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("> {line}")).collect::<Vec<_>>().join("\n")
}

/// The width in characters at which plain text is wrapped.
pub(crate) const WIDTH: usize = 76;

/// Wraps each line between words; non-breaking spaces are kept.
pub(crate) fn wrapped(text: &str) -> String {
    let mut whole = String::with_capacity(text.len() + 16);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            whole.push('\n');
        }
        wrap(line, &mut whole);
    }
    whole
}

/// Appends a line, wrapped, with its indent.
pub(crate) fn wrap(line: &str, into: &mut String) {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let mut width = 0;
    for word in line.trim_start_matches(' ').split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            into.push('\n');
            width = 0;
        } else if width > 0 {
            into.push(' ');
            width += 1;
        } else if indent > 0 && width == 0 {
            into.push_str(&line[..indent.min(8)]);
            width = indent.min(8);
        }
        into.push_str(word);
        width += length;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_has_no_line_breaks() {
        assert_eq!(one_line("a\r\nBcc: b\t\u{2028}c\u{85}d\0"), "a Bcc: b c d");
        assert_eq!(one_line("fdp.exe\u{202e}cod"), "fdp.execod");
        assert_eq!(one_line("12\u{a0}ko"), "12\u{a0}ko");
    }

    #[test]
    fn lines_keep_only_line_breaks() {
        assert_eq!(lines("\n\nfirst \r\nsecond\rthird\u{7}\n"), "first\nsecond\nthird");
        assert_eq!(quoted("a\n\nb"), "> a\n> \n> b");
    }

    #[test]
    fn paragraphs_have_one_blank_line_between_them() {
        assert_eq!(paragraphs("\n\na \n\n\n\nb\nc\n\n"), "a\n\nb\nc\n");
        assert_eq!(paragraphs(" \n"), "\n");
    }

    #[test]
    fn a_link_is_alone_on_its_line() {
        let link = "https://ill.example.org/d/AZaz09";
        let alone = |text: &str| alone_on_its_line(text, link);
        assert_eq!(
            alone(&format!("Here:\n\n{link}\n\nBye\n")),
            format!("Here:\n\n{link}\n\nBye\n")
        );
        assert_eq!(alone(&format!("Go to {link}.\n")), format!("Go to\n{link}\n.\n"));
        assert_eq!(alone(&format!("<{link}> or {link}")), format!("<\n{link}\n> or\n{link}\n"));
    }

    #[test]
    fn a_no_break_space_alone_does_not_require_encoding() {
        assert_eq!(plain_spaces("1.4\u{a0}MB".to_owned()), "1.4 MB");
        assert_eq!(plain_spaces("à 1,4\u{a0}Mo".to_owned()), "à 1,4\u{a0}Mo");
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(short("A short title", 60), "A short title");
        assert_eq!(
            short("On the anatomy of melancholy, part two", 30),
            "On the anatomy of melancholy…"
        );
        assert_eq!(short(&"é".repeat(80), 10), format!("{}…", "é".repeat(9)));
        assert_eq!(short("abc", 0), "…");
    }

    #[test]
    fn lines_are_wrapped_between_words() {
        let long = format!("{} {}", "a".repeat(70), "b\u{a0}c d e");
        assert_eq!(wrapped(&long), format!("{} b\u{a0}c d\ne", "a".repeat(70)));
        assert_eq!(wrapped("one\n\ntwo"), "one\n\ntwo");
    }
}
