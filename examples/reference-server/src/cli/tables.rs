//! Plain text output.

use comfy_table::{Table, presets};
use desktop_delivery::Language;
use desktop_delivery_text::Catalog;

/// Formats columns under their headings, or returns `none` without rows.
pub(super) fn table<const N: usize>(
    headings: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    none: &str,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(headings);
    for row in rows {
        table.add_row(row.map(|cell| plain(&cell)));
    }
    if table.is_empty() {
        return none.to_owned();
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt()
}

/// Formats names and values, one pair per line.
pub(super) fn fields<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let fields: Vec<_> = fields.into_iter().collect();
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let line = |(name, value): &(&str, String)| {
        let line = format!("{name:width$}  {}", plain(value));
        line.trim_end().to_owned()
    };
    fields.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Replaces control characters, which could move a terminal's cursor or color its text.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Truncates a text for a column.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}

/// Formats a size.
pub(super) fn size(bytes: u64) -> String {
    Catalog::builtin().texts(Language::ENGLISH).size(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_control_characters_replaced() {
        let rows = [["1", "Würm\u{1b}[2J"], ["22", "b"]].map(|row| row.map(ToOwned::to_owned));
        let shown = table(["NO", "TITLE"], rows, "none");
        assert_eq!(shown, "NO  TITLE\n1   Würm\u{fffd}[2J\n22  b");
        assert_eq!(table(["NO"], [], "no rows"), "no rows");
        assert_eq!(
            fields([("a", "1".into()), ("long", "2\n3".into())]),
            "a     1\nlong  2\u{fffd}3"
        );
    }

    #[test]
    fn long_texts_are_truncated_between_characters() {
        assert_eq!(short("Glaciers", 8), "Glaciers");
        assert_eq!(short("Ü-Glaciers", 5), "Ü-Gl…");
    }
}
