//! Tests of the routers for links, tickets and the API, each mounted alone.

use crate::stage::{SIZE, Stage, pdf};
use axum::Router;
use axum::routing::get;
use desktop_delivery_http::{HttpParts, api_router, link_router, router, ticket_router};
use http::StatusCode;
use std::sync::Arc;

/// Requests the page of the link, a ticket and the list of requests from a stage with only these
/// routes.
async fn statuses(routes: fn(HttpParts) -> Router) -> (StatusCode, StatusCode, StatusCode) {
    let mut stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    stage.app = routes(HttpParts::new(Arc::clone(&stage.desk), Stage::authorizer()));
    let link = stage.get(&stage.link()).await;
    let fetched = stage.get(&ticket).await;
    if fetched.status == StatusCode::OK {
        assert_eq!(fetched.body, pdf(SIZE));
    }
    let headers = [("x-actor", "CA-OTU")];
    let listed = stage.ask(http::Method::GET, "/api/v1/requests", &headers, "").await;
    for answer in [&link, &fetched, &listed].into_iter().filter(|it| it.status == StatusCode::OK) {
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
    }
    (link.status, fetched.status, listed.status)
}

#[tokio::test]
async fn each_router_answers_only_its_own_paths() {
    const MISSING: StatusCode = StatusCode::NOT_FOUND;
    const OK: StatusCode = StatusCode::OK;
    assert_eq!(statuses(link_router).await, (OK, MISSING, MISSING));
    assert_eq!(statuses(ticket_router).await, (MISSING, OK, MISSING));
    assert_eq!(statuses(api_router).await, (MISSING, MISSING, OK));
}

#[tokio::test]
async fn routers_below_different_paths_of_a_host_work_together() {
    let mut stage = Stage::shipped().await;
    let parts = || HttpParts::new(Arc::clone(&stage.desk), Stage::authorizer());
    let public = Router::new().merge(link_router(parts())).merge(ticket_router(parts()));
    stage.app = Router::new().nest("/delivery", public).nest("/internal", api_router(parts()));
    let page = stage.get(&format!("/delivery{}", stage.link())).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let headers = [("x-actor", "CA-OTU")];
    let listed = stage.ask(http::Method::GET, "/internal/api/v1/requests", &headers, "").await;
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.text());
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let claim = format!("/delivery{}/1/claim", stage.link());
    let claimed = stage.ask(http::Method::POST, &claim, &form, "ordinal=1&acknowledged=yes").await;
    assert_eq!(claimed.status, StatusCode::SEE_OTHER, "{}", claimed.text());
    let fetched = stage.get(claimed.header("location")).await;
    assert_eq!((fetched.status, fetched.body), (StatusCode::OK, pdf(SIZE)));
}

#[tokio::test]
async fn a_damaged_address_of_a_router_alone_is_explained() {
    for (routes, path) in
        [(link_router as fn(HttpParts) -> Router, "/d/abc/def"), (ticket_router, "/t/abc/def")]
    {
        let mut stage = Stage::shipped().await;
        stage.app = routes(HttpParts::new(Arc::clone(&stage.desk), Stage::authorizer()));
        let answer = stage.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text().contains("<h1"), "{path}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_fallback_of_the_host_leaves_damaged_addresses_to_the_routers() {
    let mut stage = Stage::shipped().await;
    let parts = HttpParts::new(Arc::clone(&stage.desk), Stage::authorizer());
    let own = Router::new().fallback(async || "the host's page");
    stage.app = own.merge(router(parts));
    assert_eq!(stage.get("/catalog/ice").await.text(), "the host's page");
    assert_eq!(stage.get(&stage.link()).await.status, StatusCode::OK);
    assert_eq!(stage.get("/d/abc/def").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_wildcard_of_the_host_answers_damaged_addresses_only() {
    let mut stage = Stage::shipped().await;
    let parts = HttpParts::new(Arc::clone(&stage.desk), Stage::authorizer());
    let own = Router::new().route("/{*path}", get(async || "the host's page"));
    stage.app = own.merge(router(parts));
    assert_eq!(stage.get(&stage.link()).await.status, StatusCode::OK);
    assert_eq!(stage.get("/d/abc/def").await.text(), "the host's page");
}

#[tokio::test]
#[should_panic(expected = "Overlapping method route")]
async fn merging_a_route_of_the_host_with_the_same_path_panics_at_once() {
    let stage = Stage::shipped().await;
    let parts = HttpParts::new(Arc::clone(&stage.desk), Stage::authorizer());
    let own = Router::<()>::new().route("/api/v1/requests", get(async || "the host's list"));
    let _app = own.merge(router(parts));
}
