//! The routers that a host mounts. Each works alone, beside [`shared`], which serves what all pages load.

use crate::identity::AccountParts;
use crate::web::{self, Failure, Routes, Visitor};
use crate::{
    LibraryParts, Pages, borrow, history, home, identity, library, preview, requests, supply, track,
};
use axum::Router;
use axum::extract::{FromRef, State};
use axum::middleware::{from_fn, from_fn_with_state, map_response_with_state};
use axum::response::Response;
use desktop_delivery_http::{ProblemDetails, is_api, linger, wants_json};
use http::{HeaderMap, Method, StatusCode, Uri};

/// The lending library's pages, below `/supply`.
pub fn lending(pages: Pages) -> Router {
    complete(lending_routes().into_router(), pages)
}

fn lending_routes() -> Routes<Pages> {
    requests::lending().merge(supply::routes()).merge(preview::lending()).merge(history::lending())
}

/// The borrowing library's pages, below `/borrow`.
pub fn borrowing(pages: Pages) -> Router {
    complete(borrowing_routes().into_router(), pages)
}

fn borrowing_routes() -> Routes<Pages> {
    requests::borrowing()
        .merge(borrow::routes())
        .merge(preview::borrowing())
        .merge(history::borrowing())
}

/// The pages on which patrons follow their requests, below `/track/requests`.
pub fn tracking(pages: Pages) -> Router {
    complete(track::routes().into_router(), pages)
}

/// A library's record, kept by its administrators, below `/library`.
pub fn library_record(parts: LibraryParts) -> Router {
    complete(library::routes().into_router(), parts)
}

/// Sign-in of staff and patrons, and the accounts of staff, for hosts that use
/// `desktop-delivery-identity`: `/sign-in`, `/account`, `/library/accounts`, `/track`.
pub fn accounts(parts: AccountParts) -> Router {
    complete(identity::routes().into_router(), parts)
}

/// What the pages of all routers load: style sheet, script and page images, and the choice of language.
/// Mounted once, beside any of the others.
pub fn shared(pages: Pages) -> Router {
    complete(shared_routes().into_router(), pages)
}

fn shared_routes() -> Routes<Pages> {
    web::assets().merge(preview::images()).get("/language", home::choose_language)
}

/// A whole site: all routers, a start page at `/`, and pages for addresses and methods that lead
/// nowhere.
///
/// A fallback of its own: a host that has one mounts the other routers one by one.
pub fn site(library: LibraryParts, account: AccountParts) -> Router {
    let pages = library.pages.clone();
    let own = Routes::new().get("/", home::show).into_router().fallback(nowhere);
    complete(own, pages.clone())
        .merge(shared(pages.clone()))
        .merge(lending(pages.clone()))
        .merge(borrowing(pages.clone()))
        .merge(tracking(pages))
        .merge(library_record(library))
        .merge(accounts(account))
}

/// The method and path of every route, without the path under which a host nests the routers.
#[must_use]
pub fn routes() -> Vec<(Method, &'static str)> {
    let pages = shared_routes()
        .merge(lending_routes())
        .merge(borrowing_routes())
        .merge(track::routes())
        .get("/", home::show);
    let mut listed = pages.into_list();
    listed.extend(library::routes().into_list());
    listed.extend(identity::routes().into_list());
    listed
}

/// Adds what every page needs around it, and the parts.
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
        .layer(from_fn_with_state(pages, web::say_once))
        .with_state(parts);
    match origin {
        Some(origin) => router.layer(map_response_with_state(origin, web::allow_forms_to)),
        None => router,
    }
}

/// The answer to opening a form's address without the form: a page that explains it and leads back.
async fn wrong_method(visitor: Visitor) -> Response {
    Failure::new(StatusCode::METHOD_NOT_ALLOWED, "method").show(&visitor.frame)
}

/// Where no route leads: a page for people, a problem for programs.
async fn nowhere(
    State(pages): State<Pages>,
    visitor: Visitor,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    // Behind a token, a page must run and lead to as little as that of the link.
    let has_token = ["/d/", "/t/"].iter().any(|start| uri.path().starts_with(start));
    if has_token || is_api(uri.path()) || wants_json(&headers) {
        return ProblemDetails::not_found().answer_at(uri.path(), &headers, &pages.link_pages);
    }
    visitor.frame.not_found()
}
