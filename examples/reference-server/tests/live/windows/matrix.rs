//! Every route of the server, with the session of a window.

use super::stage::Stage;
use crate::support::caller::{Answer, Caller, send};
use desktop_delivery_http::Route;
use desktop_delivery_identity::administration_routes;
use desktop_delivery_pages::window_api_routes;
use desktop_delivery_webhook::webhook_routes;
use reqwest::Method;

/// Every method and path of the server.
fn listed() -> Vec<Route> {
    let mut routes = desktop_delivery_http::routes();
    routes.extend(desktop_delivery_pages::routes());
    routes.extend(administration_routes());
    routes.extend(window_api_routes());
    routes.extend(webhook_routes());
    routes
}

fn filled(path: &str, handle: &str) -> String {
    let mut filled = String::new();
    for segment in path.split('/').skip(1) {
        filled.push('/');
        filled.push_str(match segment {
            "{handle}" => handle,
            "{no}" | "{page}" | "{attachment}" => "1",
            segment if segment.starts_with('{') => "x",
            segment => segment,
        });
    }
    filled
}

async fn ask(stage: &Stage, method: &Method, path: &str, cookie: &str) -> Answer {
    let request = Caller::new(&stage.here.server.address, None).request(method.clone(), path);
    send(request.header("cookie", cookie)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_session_of_a_window_opens_no_other_route() {
    let stage = Stage::start_with(|launch| launch.with("LIMITS__MISSES_PER_MINUTE", 10_000)).await;
    let handle = stage.here.handle("2026-00411").await;
    let listed = listed();
    assert!(listed.len() > 110, "{}", listed.len());
    let mut strangers = Vec::new();
    for Route { method, path, .. } in &listed {
        let path = filled(path, &handle);
        let stranger = ask(&stage, method, &path, "").await;
        strangers.push((stranger.status, stranger.headers.get("location").cloned()));
    }
    for kind in ["upload", "files", "request", "history", "requests"] {
        let (id, address) = match kind {
            "requests" => stage.offer_to_patron().await,
            _ => stage.offer(&handle, kind, "CA-OTU").await,
        };
        let opened = ask(&stage, &Method::POST, &address, "").await.expect(303);
        let cookie = opened.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        let start = opened.header("location").to_owned();
        ask(&stage, &Method::GET, &start, &cookie).await.expect(200);
        let mut inside = 0;
        for (Route { method, path, .. }, stranger) in listed.iter().zip(&strangers) {
            let path = filled(path, &handle);
            // The route itself: the cookie changes nothing.
            let answer = ask(&stage, method, &path, &cookie).await;
            let answer = (answer.status, answer.headers.get("location").cloned());
            assert_eq!(answer, *stranger, "{kind}: {method} {path}");
            // The first page of the window.
            if path == "/" {
                continue;
            }
            // The same path below the window: only what its rules name. A form without its key is
            // refused.
            let below = ask(&stage, method, &format!("/windows/{id}{path}"), &cookie).await;
            if below.text().contains("does not include that page") {
                assert_eq!(below.status, 404, "{kind}: {method} {path}");
            } else if below.status != 405 {
                inside += 1;
                let side = if kind == "requests" { "/track/requests" } else { "/supply/" };
                let is_within = path.starts_with(side) || path.starts_with("/pages/");
                assert!(is_within, "{kind}: {method} {path}: {}", below.status);
            }
        }
        let expected = match kind {
            "upload" => 12,
            "files" => 11,
            "request" => 20,
            "history" => 3,
            _ => 3,
        };
        assert_eq!(inside, expected, "{kind}");
    }
}
