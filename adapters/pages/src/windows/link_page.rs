use crate::web::{Frame, View};
use serde::Serialize;

/// The page that leads to the page of a patron's link, in a new tab: the link's page may not be shown
/// in a frame. A form cannot open the tab itself, because a new tab has none of the frame's cookies.
#[derive(Serialize)]
pub(super) struct LinkPage {
    pub(super) frame: Frame,
    /// The path of the link's page.
    pub(super) address: String,
}

impl View for LinkPage {
    const TEMPLATE: &'static str = "windows/link.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        Self { frame, address: "Sample".to_owned() }
    }
}
