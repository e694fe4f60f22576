use super::supplied::Supplied;
use crate::requests::{Left, left_of, terms_end};
use desktop_delivery::views::StaffFile;
use desktop_delivery_preview::Previews;
use serde::Serialize;

/// One file of a request, in words.
#[derive(Serialize)]
pub(super) struct FileRow {
    pub(super) no: u16,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) size: String,
    /// From the second version on.
    pub(super) version: Option<u16>,
    /// When the document before it was replaced as the wrong one; empty where none was.
    pub(super) recalled: String,
    pub(super) left: Vec<Left>,
    pub(super) end: String,
    /// Whether its time is over.
    pub(super) is_ended: bool,
    /// Whether it is still there to be downloaded by those who attached it.
    pub(super) is_live: bool,
    /// Whether it can be changed: it is there, and the request is not over.
    pub(super) may_change: bool,
    /// Its warnings, in the reader's language.
    pub(super) warnings: Vec<String>,
    /// Whether its pages can be looked at.
    pub(super) has_pages: bool,
    /// Whether there is one before and behind it.
    pub(super) moves_up: bool,
    pub(super) moves_down: bool,
}

impl FileRow {
    /// A value in every place, to try templates with.
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
        // Of what nobody else can download, neither the downloads left nor the last day mean anything.
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
