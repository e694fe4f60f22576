//! The pages about windows that are not open: refused, or ended.

use super::headers::allow_frame;
use super::state::WindowState;
use super::visit::Visit;
use crate::web::{Alert, Frame, View, Visitor, page_with};
use axum::response::Response;
use desktop_delivery::Error;
use desktop_delivery_identity::windows::{Window, WindowRefusal};
use http::StatusCode;
use http::request::Parts;
use serde::Serialize;

/// A page that explains why a window is not open.
#[derive(Serialize)]
pub(super) struct NoticePage {
    frame: Frame,
    alert: Alert,
    /// Whether the person ended the window, so that nothing went wrong.
    is_done: bool,
}

impl View for NoticePage {
    const TEMPLATE: &'static str = "windows/closed.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        Self { frame, alert: Alert::sample(), is_done: true }
    }
}

impl NoticePage {
    /// Shows why a window is not open. If the window is known, its site may show the page in a
    /// frame.
    pub(super) async fn refused(
        state: &WindowState,
        parts: &mut Parts,
        why: WindowRefusal,
        window: Option<Window>,
    ) -> Response {
        let (status, word, event) = match why {
            WindowRefusal::Elsewhere => (StatusCode::FORBIDDEN, "window-elsewhere", "refused"),
            WindowRefusal::Ended => (StatusCode::GONE, "window-ended", "ended"),
            WindowRefusal::Expired => (StatusCode::GONE, "window-expired", "refused"),
            WindowRefusal::Spent => (StatusCode::GONE, "window-spent", "refused"),
            _ => (StatusCode::NOT_FOUND, "window-unknown", "refused"),
        };
        Self::show(state, parts, (status, word, false), window, event).await
    }

    /// Confirms that the person has ended the window.
    pub(super) async fn done(state: &WindowState, parts: &mut Parts, window: Window) -> Response {
        Self::show(state, parts, (StatusCode::OK, "window-done", true), Some(window), "done").await
    }

    async fn show(
        state: &WindowState,
        parts: &mut Parts,
        (status, word, is_done): (StatusCode, &'static str, bool),
        window: Option<Window>,
        event: &'static str,
    ) -> Response {
        let origin = window.as_ref().map(|window| window.origin.clone());
        let frame = match window {
            Some(window) => frame(state, parts, window, Some(event)).await,
            None => Visitor::extract(parts, &state.parts.pages).await.map(|visitor| visitor.frame),
        };
        let frame = match frame {
            Ok(frame) => frame,
            Err(response) => return response,
        };
        let mut response = page_with(status, &Self { frame, alert: Alert::Named(word), is_done });
        if let Some(origin) = origin {
            allow_frame(&mut response, &origin);
        }
        response
    }
}

/// Returns the frame of a page about a window that is not open.
pub(super) async fn frame(
    state: &WindowState,
    parts: &mut Parts,
    window: Window,
    event: Option<&'static str>,
) -> Result<Frame, Response> {
    parts.extensions.insert(Visit::closed(window, event, state.mount()));
    Ok(Visitor::extract(parts, &state.parts.pages).await?.frame)
}

/// Returns the page that explains an error.
pub(super) async fn failed(
    state: &WindowState,
    parts: &mut Parts,
    error: impl Into<Error>,
) -> Response {
    match Visitor::extract(parts, &state.parts.pages).await {
        Ok(Visitor { frame }) => frame.failed(error),
        Err(response) => response,
    }
}
