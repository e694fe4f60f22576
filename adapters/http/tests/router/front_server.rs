//! Files that a front server sends in place of the router.

use crate::redirects::{AddressedStore, Answer as Found, Requests};
use crate::stage::{Answer, SIZE, Stage, pdf, staff};
use axum::body::Body;
use axum::extract::ConnectInfo;
use desktop_delivery::Policy;
use desktop_delivery_http::{FrontServer, Proxies, Redirects};
use http::{Method, Request, StatusCode, header};
use std::net::SocketAddr;
use std::sync::Arc;

const PROXY: &str = "10.0.0.1";
const LOCATION: &str = "/internal/files/07f/07f3";
const HEADERS: [&str; 2] = ["x-accel-redirect", "x-sendfile"];

fn by(server: FrontServer) -> Redirects {
    Redirects::by(server, Proxies::new(vec![PROXY.parse().expect("an address")]))
}

async fn stage(policy: Policy, answer: Found, server: FrontServer) -> Stage {
    let store =
        move |blobs| Arc::new(AddressedStore::new(blobs, answer, Requests::default())) as Arc<_>;
    Stage::shipped_over(policy, store, Some(by(server))).await
}

fn open_policy() -> Policy {
    Policy::illume().with_allow_redirect(true)
}

/// Sends a request whose connection comes from this address.
async fn ask(
    stage: &Stage,
    peer: &str,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).expect("the request is valid");
    let peer = SocketAddr::new(peer.parse().expect("an address"), 40_000);
    request.extensions_mut().insert(ConnectInfo(peer));
    stage.send(request).await
}

fn is_handed_over(answer: &Answer) -> bool {
    HEADERS.iter().any(|name| answer.headers.contains_key(*name))
}

#[tokio::test]
async fn the_front_server_gets_the_location_and_the_headers_of_the_file() {
    for (server, name) in [FrontServer::Nginx, FrontServer::Apache].into_iter().zip(HEADERS) {
        let stage = stage(open_policy(), Found::Location, server).await;
        let ticket = stage.ticket(1).await;
        let head = ask(&stage, PROXY, Method::HEAD, &ticket, &[]).await;
        let answer = ask(&stage, PROXY, Method::GET, &ticket, &[]).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header(name), LOCATION);
        assert!(answer.headers[name].is_sensitive(), "the header is not logged");
        assert!(answer.body.is_empty());
        // The front server states the length itself. This body is empty.
        assert_eq!(answer.header(header::CONTENT_LENGTH), "0");
        let has_ranges = answer.headers.contains_key(header::ACCEPT_RANGES);
        assert_eq!(has_ranges, server == FrontServer::Apache, "nginx adds its own");
        // All others are those of HEAD, and of a download through this router.
        for (name, value) in &head.headers {
            if ![header::CONTENT_LENGTH, header::ACCEPT_RANGES].contains(name) {
                assert_eq!(answer.headers.get(name), Some(value), "{name}");
            }
        }
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/pdf");
        assert_eq!(answer.header(header::CACHE_CONTROL), "private, no-store");
        assert_eq!(stage.left().await, 4, "only the claim counted");
    }
}

#[tokio::test]
async fn only_a_trusted_proxy_gets_a_location() {
    let stage = stage(open_policy(), Found::Location, FrontServer::Nginx).await;
    let ticket = stage.ticket(1).await;
    // No request header makes a client a front server.
    let forged = [
        ("x-forwarded-for", PROXY),
        ("x-sendfile-type", "X-Accel-Redirect"),
        ("x-accel-mapping", "/=/internal/"),
        ("x-accel-redirect", "/internal/files/07f/07f4"),
        ("x-sendfile", "/etc/passwd"),
    ];
    let direct = ask(&stage, "203.0.113.9", Method::GET, &ticket, &forged).await;
    assert!(direct.body == pdf(SIZE) && !is_handed_over(&direct));
    // Neither does a service that does not provide the address of the peer.
    let unknown = stage.get(&ticket).await;
    assert!(unknown.body == pdf(SIZE) && !is_handed_over(&unknown));
    // What a client sends does not change the location.
    let stage = self::stage(open_policy(), Found::Location, FrontServer::Nginx).await;
    let ticket = stage.ticket(1).await;
    let answer = ask(&stage, PROXY, Method::GET, &ticket, &forged).await;
    assert_eq!(answer.headers.get_all("x-accel-redirect").iter().count(), 1);
    assert_eq!(answer.header("x-accel-redirect"), LOCATION);
}

#[tokio::test]
async fn the_router_sends_the_bytes_unless_profile_and_store_allow_a_front_server() {
    for (policy, found) in [
        (Policy::illume(), Found::Location),
        (open_policy(), Found::None),
        (open_policy(), Found::Failure),
        // An address of an object store is not for a front server.
        (open_policy(), Found::Address),
    ] {
        let stage = stage(policy, found, FrontServer::Nginx).await;
        let ticket = stage.ticket(1).await;
        let answer = ask(&stage, PROXY, Method::GET, &ticket, &[]).await;
        assert!(answer.body == pdf(SIZE) && !is_handed_over(&answer), "{found:?}");
        assert!(!answer.headers.contains_key(header::LOCATION));
    }
}

#[tokio::test]
async fn a_location_is_never_sent_to_a_client_as_a_redirect() {
    let store = |blobs| {
        Arc::new(AddressedStore::new(blobs, Found::Location, Requests::default())) as Arc<_>
    };
    let redirects = Redirects::to("https://scans.example.org").expect("a valid origin");
    let stage = Stage::shipped_over(open_policy(), store, Some(redirects)).await;
    let answer = ask(&stage, PROXY, Method::GET, &stage.ticket(1).await, &[]).await;
    assert!(answer.body == pdf(SIZE) && !answer.headers.contains_key(header::LOCATION));
}

#[tokio::test]
async fn the_router_answers_head_ranges_and_preconditions() {
    let stage = stage(open_policy(), Found::Location, FrontServer::Nginx).await;
    let ticket = stage.ticket(1).await;
    let head = ask(&stage, PROXY, Method::HEAD, &ticket, &[]).await;
    assert_eq!(head.header(header::CONTENT_LENGTH), SIZE.to_string());
    assert!(!is_handed_over(&head));
    let (etag, modified) = (head.header(header::ETAG), head.header(header::LAST_MODIFIED));
    let other = "\"another\"";
    let old = "Mon, 01 Jan 2001 00:00:00 GMT";
    let cases: &[(&[(&str, &str)], StatusCode)] = &[
        (&[("range", "bytes=0-9")], StatusCode::PARTIAL_CONTENT),
        (&[("range", "bytes=0-1,5-6")], StatusCode::OK),
        (&[("range", "bytes=9999999-")], StatusCode::RANGE_NOT_SATISFIABLE),
        (&[("range", "bytes=10-19"), ("if-range", etag)], StatusCode::PARTIAL_CONTENT),
        (&[("range", "bytes=10-19"), ("if-range", other)], StatusCode::OK),
        (&[("if-range", etag)], StatusCode::OK),
        (&[("if-none-match", etag)], StatusCode::NOT_MODIFIED),
        (&[("if-none-match", other)], StatusCode::OK),
        (&[("if-match", etag)], StatusCode::OK),
        (&[("if-match", other)], StatusCode::PRECONDITION_FAILED),
        (&[("if-modified-since", modified)], StatusCode::NOT_MODIFIED),
        (&[("if-modified-since", old)], StatusCode::OK),
        (&[("if-unmodified-since", modified)], StatusCode::OK),
        (&[("if-unmodified-since", old)], StatusCode::PRECONDITION_FAILED),
    ];
    // A ticket allows five transfers of the whole file.
    for (headers, status) in cases.iter().take(6).chain(&cases[10..12]).chain(&cases[13..]) {
        let answer = ask(&stage, PROXY, Method::GET, &ticket, headers).await;
        assert_eq!(answer.status, *status, "{headers:?}");
        assert!(!is_handed_over(&answer), "{headers:?}");
    }
    let second = stage.ticket(2).await;
    for (headers, status) in cases[6..10].iter().chain(&cases[12..13]) {
        let answer = ask(&stage, PROXY, Method::GET, &second, headers).await;
        assert_eq!(answer.status, *status, "{headers:?}");
        assert!(!is_handed_over(&answer), "{headers:?}");
    }
}

#[tokio::test]
async fn each_location_is_charged_with_the_length_of_the_file() {
    let stage = stage(open_policy(), Found::Location, FrontServer::Nginx).await;
    let ticket = stage.ticket(1).await;
    for time in 1..=5 {
        let answer = ask(&stage, PROXY, Method::GET, &ticket, &[]).await;
        assert!(is_handed_over(&answer), "time {time}");
    }
    // The limit of 2 × 300,001 bytes plus 1 MiB allows five transfers, and leaves less than one.
    let answer = ask(&stage, PROXY, Method::GET, &ticket, &[]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!is_handed_over(&answer));
    let range = [("range", "bytes=0-99999")];
    let answer = ask(&stage, PROXY, Method::GET, &ticket, &range).await;
    assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT, "a range is charged with its length");
}

#[tokio::test]
async fn a_closed_ticket_has_no_location() {
    let stage = stage(open_policy(), Found::Location, FrontServer::Nginx).await;
    let ticket = stage.ticket(1).await;
    let link = stage.desk.open_link(&stage.token).await.expect("the link opens").link;
    let revoked = stage.desk.revoke_link(stage.handle, &staff("CA-OTU"), link).await;
    revoked.expect("the link is revoked");
    let answer = ask(&stage, PROXY, Method::GET, &ticket, &[]).await;
    assert_eq!(answer.status, StatusCode::GONE);
    assert!(!is_handed_over(&answer));
}

#[tokio::test]
async fn forms_of_the_link_page_stay_on_its_own_origin() {
    let stage = stage(open_policy(), Found::Location, FrontServer::Nginx).await;
    let page = stage.get(&stage.link()).await;
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.ends_with("form-action 'self'"), "{policy}");
}
