use super::supplied::Supplied;
use crate::requests::{Left, left_of, terms_end};
use desktop_delivery::views::StaffFile;
use desktop_delivery_preview::Previews;
use serde::Serialize;

/// A file of a request, with its texts.
#[derive(Serialize)]
pub(super) struct FileRow {
    pub(super) no: u16,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) size: String,
    /// The version; `None` for the first.
    pub(super) version: Option<u16>,
    /// When a wrong document was replaced with this one; empty if it was not.
    pub(super) recalled: String,
    pub(super) left: Vec<Left>,
    pub(super) end: String,
    /// Whether the terms have ended.
    pub(super) is_ended: bool,
    /// Whether the lending library can still download the file.
    pub(super) is_live: bool,
    /// Whether the file can be changed: it exists, and the request is not finished.
    pub(super) may_change: bool,
    /// The warnings, in the reader's language.
    pub(super) warnings: Vec<String>,
    /// Whether the file can be previewed.
    pub(super) has_pages: bool,
    /// Whether the file can be moved up.
    pub(super) moves_up: bool,
    pub(super) moves_down: bool,
}

impl FileRow {
    /// Returns sample values for checking templates.
    pub(super) fn sample() -> Self {
        let text = || "Sample".to_owned();
        Self {
            no: 1,
            name: text(),
            description: text(),
            size: text(),
            version: Some(2),
            recalled: text(),
            left: vec![Left::sample()],
            end: text(),
            is_ended: true,
            is_live: true,
            may_change: true,
            warnings: vec![text()],
            has_pages: true,
            moves_up: true,
            moves_down: true,
        }
    }

    pub(super) fn all(supplied: &Supplied) -> Vec<Self> {
        let mut rows: Vec<Self> =
            supplied.view.files.iter().map(|file| Self::of(file, supplied)).collect();
        let live: Vec<usize> =
            rows.iter().enumerate().filter(|(_, row)| row.is_live).map(|(at, _)| at).collect();
        let can_move = !supplied.view.status.is_over();
        for (place, at) in live.iter().enumerate() {
            rows[*at].moves_up = can_move && place > 0;
            rows[*at].moves_down = can_move && place + 1 < live.len();
        }
        rows
    }

    pub(super) fn of(file: &StaffFile, supplied: &Supplied) -> Self {
        let (attachment, frame) = (&file.attachment, &supplied.frame);
        let current = attachment.current();
        // Once others cannot download the file, its downloads left and last day are irrelevant.
        let is_closed = attachment.is_live() && supplied.view.status.is_over();
        Self {
            no: attachment.no.get(),
            name: current.file_name.as_str().to_owned(),
            description: attachment.description.clone(),
            size: frame.t.size(current.size),
            version: Some(current.no.get()).filter(|no| *no > 1),
            recalled: attachment.recalled_at().map_or_else(String::new, |at| {
                let day = frame.t.day_of(at, &frame.zone);
                frame.t.message("supply-recalled").set("day", day).to_string()
            }),
            left: if is_closed { Vec::new() } else { left_of(file, frame) },
            end: if is_closed {
                frame.t.text("supply-file-closed")
            } else {
                terms_end(file, supplied.now, frame)
            },
            is_ended: !is_closed && attachment.is_expired(supplied.now),
            is_live: attachment.is_live(),
            may_change: attachment.is_live() && !is_closed,
            warnings: file.warnings.iter().map(|warning| frame.t.warning(warning)).collect(),
            has_pages: Previews::supports(&current.media_type),
            moves_up: false,
            moves_down: false,
        }
    }
}
