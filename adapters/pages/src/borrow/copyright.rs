use crate::web::Frame;
use desktop_delivery::Participant;
use serde::Serialize;

/// The copyright notice to acknowledge before a download.
#[derive(Serialize)]
pub(super) struct Copyright {
    pub(super) lines: Vec<String>,
    /// The version of the text; 0 for the built-in one.
    pub(super) version: u32,
}

impl Copyright {
    /// Returns the library's own notice, or else the built-in one.
    pub(super) fn of(library: &Participant, frame: &Frame) -> Self {
        let own = library.copyright_notice.trim();
        let (text, version) = if own.is_empty() {
            (frame.t.text("borrow-copyright-standard"), 0)
        } else {
            (own.to_owned(), library.copyright_notice_version)
        };
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Self { lines: lines.map(str::to_owned).collect(), version }
    }
}
