//! The routers that a host mounts. Each needs only [`shared`] in addition, which serves the assets
//! of all pages.

use crate::identity::AccountParts;
use crate::web::{self, Failure, Visitor};
use crate::windows::WindowState;
use crate::{
    LibraryParts, Pages, WindowParts, borrow, history, home, identity, library, preview, requests,
    supply, track,
};
use axum::Router;
use axum::extract::{FromRef, State};
use axum::middleware::{from_fn, from_fn_with_state, map_response_with_state};
use axum::response::Response;
use desktop_delivery_http::{ProblemDetails, Route, Routes, is_api, linger, wants_json};
use http::{HeaderMap, StatusCode, Uri};

/// Returns the pages of the lending library, below `/supply`.
pub fn lending(pages: Pages) -> Router {
    complete(lending_routes().into_router(), pages)
}

fn lending_routes() -> Routes<Pages> {
    requests::lending().merge(supply::routes()).merge(preview::lending()).merge(history::lending())
}

/// Returns the pages of the borrowing library, below `/borrow`.
pub fn borrowing(pages: Pages) -> Router {
    complete(borrowing_routes().into_router(), pages)
}

fn borrowing_routes() -> Routes<Pages> {
    requests::borrowing()
        .merge(borrow::routes())
        .merge(preview::borrowing())
        .merge(history::borrowing())
}

/// Returns the pages on which patrons track their requests, below `/track/requests`.
pub fn tracking(pages: Pages) -> Router {
    complete(track::routes().into_router(), pages)
}

/// Returns the pages of a library's record, which its administrators edit, below `/library`.
pub fn library_record(parts: LibraryParts) -> Router {
    complete(library::routes().into_router(), parts)
}

/// Returns the sign-in pages of staff and patrons and the accounts of staff, for hosts that use
/// `desktop-delivery-identity`: `/sign-in`, `/account`, `/library/accounts` and `/track`.
pub fn accounts(parts: AccountParts) -> Router {
    complete(identity::routes().into_router(), parts)
}

/// Returns the assets that all pages use: the style sheet, the script, page images, and the choice
/// of language. Mount it once, in addition to any of the other routers.
pub fn shared(pages: Pages) -> Router {
    complete(shared_routes().into_router(), pages)
}

fn shared_routes() -> Routes<Pages> {
    web::assets().merge(preview::images()).get("/language", home::choose_language)
}

/// Returns the windows that a host opens inside its own pages, below `/w` and `/windows`. They show
/// the pages for lending, borrowing and tracking, which need not be mounted themselves.
pub fn windows(parts: WindowParts) -> Router {
    let shown = lending_routes().merge(borrowing_routes()).merge(track::routes());
    let shown = shown.merge(preview::images()).into_router();
    let origin = parts.pages.download_origin.clone();
    let shown = shown.with_state(parts.pages.clone());
    let shown = match origin {
        Some(origin) => shown.layer(map_response_with_state(origin, web::allow_forms_to)),
        None => shown,
    };
    complete(crate::windows::routes().into_router(), WindowState::new(parts, shown))
}

/// Returns a complete site: all routers, a start page at `/`, and error pages for unknown
/// addresses.
///
/// The site has a fallback handler. A host with its own fallback mounts the other routers one by
/// one.
pub fn site(library: LibraryParts, account: AccountParts) -> Router {
    let pages = library.pages.clone();
    let own = home_routes().into_router().fallback(unknown_address);
    complete(own, pages.clone())
        .merge(shared(pages.clone()))
        .merge(lending(pages.clone()))
        .merge(borrowing(pages.clone()))
        .merge(tracking(pages))
        .merge(library_record(library))
        .merge(accounts(account))
}

fn home_routes() -> Routes<Pages> {
    Routes::new().get("/", home::show)
}

/// Returns the method and path of every route, without the path under which a host nests the routers.
#[must_use]
pub fn routes() -> Vec<Route> {
    let pages = shared_routes()
        .merge(lending_routes())
        .merge(borrowing_routes())
        .merge(track::routes())
        .merge(home_routes());
    let mut listed = pages.into_list();
    listed.extend(library::routes().into_list());
    listed.extend(identity::routes().into_list());
    listed.extend(crate::windows::routes().into_list());
    listed
}

/// Adds the layers and the state that all pages need.
fn complete<S>(routes: Router<S>, parts: S) -> Router
where
    S: Clone + Send + Sync + 'static,
    Pages: FromRef<S>,
{
    let pages = Pages::from_ref(&parts);
    let origin = pages.download_origin.clone();
    let router = routes
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(linger))
        .layer(from_fn_with_state(pages, web::clear_shown_message))
        .with_state(parts);
    match origin {
        Some(origin) => router.layer(map_response_with_state(origin, web::allow_forms_to)),
        None => router,
    }
}

/// Explains that the address of a form cannot be opened, and links back.
async fn wrong_method(visitor: Visitor) -> Response {
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "method").show(&visitor.frame)
}

/// Handles unknown addresses, with a page for people or problem details for programs.
async fn unknown_address(
    State(pages): State<Pages>,
    visitor: Visitor,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    // Below the path of a token, the page must be as restricted as the link page: no scripts and no
    // navigation.
    let has_token = ["/d/", "/t/"].iter().any(|start| uri.path().starts_with(start));
    if has_token || is_api(uri.path()) || wants_json(&headers) {
        return ProblemDetails::not_found().answer_at(uri.path(), &headers, &pages.link_pages);
    }
    visitor.frame.not_found()
}
