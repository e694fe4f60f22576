//! Plain text for people.

use comfy_table::{Table, presets};
use desktop_delivery::Language;
use desktop_delivery_text::Catalog;

/// Columns under their headings; without rows, `none`.
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

/// Names and what they are of, one a line.
pub(super) fn fields<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let fields: Vec<_> = fields.into_iter().collect();
    let width = fields.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let line = |(name, value): &(&str, String)| {
        let line = format!("{name:width$}  {}", plain(value));
        line.trim_end().to_owned()
    };
    fields.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Without what could move a terminal's cursor or color its text.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The beginning of a text that is too long for a column.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let start: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", start.trim_end())
}

/// A size as people say it.
pub(super) fn size(bytes: u64) -> String {
    Catalog::builtin().texts(Language::ENGLISH).size(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_their_headings_and_nothing_moves_the_cursor() {
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
    fn a_long_text_is_cut_between_letters() {
        assert_eq!(short("Glaciers", 8), "Glaciers");
        assert_eq!(short("Ü-Glaciers", 5), "Ü-Gl…");
    }
}
