use super::window_parts::WindowParts;
use crate::Pages;
use axum::Router;
use axum::extract::FromRef;

/// The state of the routes of windows.
#[derive(Clone)]
pub(crate) struct WindowState {
    pub(super) parts: WindowParts,
    /// The ordinary pages, for requests that the rules permit.
    pub(super) pages: Router,
}

impl WindowState {
    pub(crate) const fn new(parts: WindowParts, pages: Router) -> Self {
        Self { parts, pages }
    }

    /// Returns the path under which the pages are mounted, as browsers see it.
    pub(super) fn mount(&self) -> &str {
        self.parts.pages.base()
    }
}

impl FromRef<WindowState> for Pages {
    fn from_ref(state: &WindowState) -> Self {
        state.parts.pages.clone()
    }
}
