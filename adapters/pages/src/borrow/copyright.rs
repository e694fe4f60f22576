use crate::web::Frame;
use desktop_delivery::Participant;
use serde::Serialize;

/// What whoever downloads must have read.
#[derive(Serialize)]
pub(super) struct Copyright {
    pub(super) lines: Vec<String>,
    /// Which text it is; 0 for the usual one.
    pub(super) version: u32,
}

impl Copyright {
    /// The library's own text, or the usual one.
    pub(super) fn of(library: &Participant, frame: &Frame) -> Self {
        let own = library.copyright_notice.trim();
        let (text, version) = if own.is_empty() {
            (frame.t.text("borrow-copyright-usual"), 0)
        } else {
            (own.to_owned(), library.copyright_notice_version)
        };
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        Self { lines: lines.map(str::to_owned).collect(), version }
    }
}
