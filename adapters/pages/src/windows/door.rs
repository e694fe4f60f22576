use super::headers::{allow_frame, browser, set_browser};
use super::notice::{self, NoticePage};
use super::rules;
use super::state::WindowState;
use crate::web::{Failure, Frame, Reply, View, Visitor, is_cross_site, page, redirect};
use axum::extract::{Path, Request, State};
use desktop_delivery_identity::windows::Redeemed;
use http::StatusCode;
use serde::Serialize;

/// The page of an address: a form that posts itself, and a button for browsers without scripts.
#[derive(Serialize)]
pub(super) struct DoorPage {
    frame: Frame,
    /// The key of the message that says what the window shows.
    title: String,
}

impl View for DoorPage {
    const TEMPLATE: &'static str = "windows/open.html";

    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn sample(frame: Frame) -> Self {
        Self { frame, title: title(rules::Shown::Upload) }
    }
}

/// Shows the page of an address. Spends nothing, so that prefetching and link scanners do no harm.
pub(super) async fn show(
    State(state): State<WindowState>,
    Path(code): Path<String>,
    request: Request,
) -> Reply {
    let (mut parts, _) = request.into_parts();
    let offered = state.parts.windows.offered(&code).await;
    let window = match offered {
        Ok(Ok(window)) => window,
        Ok(Err((why, window))) => {
            return Ok(NoticePage::refused(&state, &mut parts, why, window).await);
        }
        Err(error) => return Err(notice::failed(&state, &mut parts, error).await),
    };
    let (origin, title) = (window.origin.clone(), title(rules::shown(&window.task)));
    let frame = notice::frame(&state, &mut parts, window, None).await?;
    let mut response = page(&DoorPage { frame, title });
    allow_frame(&mut response, &origin);
    Ok(response)
}

fn title(shown: rules::Shown) -> String {
    format!("window-open-{}", shown.as_str())
}

/// Redeems an address, once: opens the window in this browser.
pub(super) async fn redeem(
    State(state): State<WindowState>,
    Path(code): Path<String>,
    request: Request,
) -> Reply {
    let (mut parts, _) = request.into_parts();
    if is_cross_site(&parts.headers) {
        let Visitor { frame } = Visitor::extract(&mut parts, &state.parts.pages).await?;
        return Err(Failure::new(StatusCode::FORBIDDEN, "form-key").show(&frame));
    }
    let address = state.parts.pages.desk.address();
    let sent = browser(&parts.headers, address);
    match state.parts.windows.redeem(&code, sent.as_deref()).await {
        Ok(Redeemed::Opened { id, window, cookie }) => {
            let start = rules::start(&window.task);
            let mut response = redirect(&format!("{}/windows/{id}{start}", state.mount()));
            set_browser(&mut response, address, &cookie);
            Ok(response)
        }
        Ok(Redeemed::Refused(why, window)) => {
            Ok(NoticePage::refused(&state, &mut parts, why, window).await)
        }
        Ok(_) => Err(notice::failed(&state, &mut parts, desktop_delivery::Refusal::Unknown).await),
        Err(error) => Err(notice::failed(&state, &mut parts, error).await),
    }
}
