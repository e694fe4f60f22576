use super::confined::admit;
use super::notice::{self, NoticePage};
use super::state::WindowState;
use crate::Pages;
use crate::web::{Button, PatronButton, Reply};
use axum::extract::{FromRef as _, FromRequest as _, Request, State};
use desktop_delivery_identity::windows::WindowTask;

/// Ends the window: the *Done* button.
pub(super) async fn done(State(state): State<WindowState>, request: Request) -> Reply {
    let (mut parts, body) = request.into_parts();
    let (visit, _) = admit(&state, &mut parts).await?;
    let mut pressed = parts.clone();
    // A refused form leads back to the start of the window.
    pressed.uri = format!("{}/done", visit.start()).parse().unwrap_or_default();
    pressed.extensions.insert(visit.clone());
    let (pressed, pages) = (Request::from_parts(pressed, body), Pages::from_ref(&state));
    match visit.window.task {
        WindowTask::Patron { .. } => PatronButton::from_request(pressed, &pages).await.map(drop)?,
        _ => Button::from_request(pressed, &pages).await.map(drop)?,
    }
    if let Some(id) = &visit.id
        && let Err(error) = state.parts.windows.end(id).await
    {
        return Err(notice::failed(&state, &mut parts, error).await);
    }
    Ok(NoticePage::done(&state, &mut parts, visit.window).await)
}
