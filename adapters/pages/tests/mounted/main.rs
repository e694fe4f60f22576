//! A host with sign-in of its own mounts the pages and the link page below a path.

mod accents;
mod citations;
mod host;
mod languages;
#[path = "../../../text/tests/support/message_files.rs"]
mod message_files;
mod previewing;
mod tracking;
mod windows;

use desktop_delivery::{
    Actor, Clock as _, Facts, FileName, NewFile, PatronId, RequestReference, Shipment, StaffId,
    Status, Terms,
};
use desktop_delivery_http::Route;
use desktop_delivery_pages::{Templates, routes};
use host::{Host, agency, host, send};
use http::{Request, StatusCode, header};

#[tokio::test]
async fn pages_use_the_hosts_sign_in_and_link_below_its_path() {
    let (app, page, _) = host(Templates::default()).await;
    let stranger = send(&app, Request::get(&page), "").await;
    assert_eq!(stranger.status, StatusCode::SEE_OTHER);
    let next = page.strip_prefix("/ill/delivery").expect("it is valid").replace('/', "%2F");
    assert_eq!(stranger.location, format!("/login?to={next}"));

    let shown = send(&app, Request::get(&page).header("x-user", "m.ito"), "").await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(shown.text.contains("On Ice Ages") && shown.text.contains("m.ito"), "{}", shown.text);
    assert!(!shown.text.contains("sign-out"), "the host has its own button: {}", shown.text);
    assert!(!shown.text.contains("/library\""), "the record is not mounted: {}", shown.text);
    let leads = shown.text.split(['"', '\'']).filter(|text| text.starts_with('/'));
    let astray: Vec<_> = leads.filter(|path| !path.starts_with("/ill/delivery/")).collect();
    assert!(astray.is_empty(), "{astray:?}");
    let style = shown.text.split('"').find(|text| text.ends_with(".css")).expect("it is valid");
    assert_eq!(send(&app, Request::get(style), "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn forms_require_the_key_of_the_staff_session() {
    let (app, page, _) = host(Templates::default()).await;
    let form = |key: &'static str| {
        let request = Request::post(format!("{page}/ship"))
            .header("x-user", "m.ito")
            .header("x-card", "p-2041")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        (request, format!("form_key={key}"))
    };
    for forged in ["", "patron-p-2041", "staff-other"] {
        let (request, body) = form(forged);
        let answer = send(&app, request, &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{forged}");
    }
    let (request, body) = form("staff-m.ito");
    let answer = send(&app, request, &body).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "nothing is attached: {}", answer.text);
}

#[tokio::test]
async fn staff_and_patron_pages_require_sign_in() {
    let (app, _, _) = host(Templates::default()).await;
    let mounted = ["/supply", "/borrow", "/track/requests"];
    let listed = routes();
    let behind = listed.iter().filter(|route| mounted.iter().any(|it| route.path.starts_with(it)));
    let mut tried = 0;
    for Route { method, path, .. } in behind {
        let path = path.replace("{handle}", "000102ab040506ff").replace("{no}", "1");
        let request = Request::builder().method(method).uri(format!("/ill/delivery{path}"));
        let answer = send(&app, request, "form_key=staff-m.ito").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{method} {path}: {}", answer.text);
        let sign_in = if path.starts_with("/track") { "/card?to=" } else { "/login?to=" };
        assert!(answer.location.starts_with(sign_in), "{path}: {}", answer.location);
        tried += 1;
    }
    assert!(tried >= 35, "{tried}");
}

#[tokio::test]
async fn patrons_track_and_links_open_below_the_same_path() {
    let (app, _, link) = host(Templates::default()).await;
    let track = "/ill/delivery/track/requests";
    let stranger = send(&app, Request::get(track), "").await;
    assert_eq!(stranger.location, "/card?to=%2Ftrack%2Frequests");
    let shown = send(&app, Request::get(track).header("x-card", "p-2041"), "").await;
    assert!(shown.text.contains("On Ice Ages"), "{}", shown.text);
    assert!(link.starts_with("/ill/delivery/d/"), "{link}");
    let opened = send(&app, Request::get(&link), "").await;
    assert_eq!(opened.status, StatusCode::CONFLICT, "it is not shipped: {}", opened.text);
    assert!(opened.text.contains("Coast University Library"), "{}", opened.text);
}

#[tokio::test]
async fn a_page_loads_its_request_once() {
    let Host { app, desk, ledger, handle, link, .. } = Host::new(Templates::default()).await;
    let lender = Actor::staff(agency("CA-OTU"), StaffId::new("m.ito").expect("it is valid"));
    for number in 0..3 {
        let name = FileName::new(&format!("part-{number}.pdf")).expect("it is valid");
        let bytes = futures_util::stream::iter([Ok(format!("%PDF-1.7 {number}").into())]);
        let upload = desk.upload(handle, &lender, NewFile::new(name), Box::pin(bytes));
        upload.await.expect("it is valid");
    }
    desk.ship(handle, &lender, Shipment::WithFiles).await.expect("it is valid");
    let pages = [
        (link, "x-nobody", "CA-BVAU"),
        (format!("/ill/delivery/borrow/{handle}"), "x-user", "CA-BVAU"),
        (format!("/ill/delivery/supply/{handle}"), "x-user", "CA-OTU"),
        (format!("/ill/delivery/supply/{handle}/files/1"), "x-user", "CA-OTU"),
        (format!("/ill/delivery/track/requests/{handle}"), "x-card", "CA-BVAU"),
    ];
    for (path, who, library) in pages {
        let before = ledger.loads();
        let id = if who == "x-card" { "p-2041" } else { "m.ito" };
        let request = Request::get(&path).header(who, id).header("x-library", library);
        let shown = send(&app, request, "").await;
        assert_eq!(shown.status, StatusCode::OK, "{path}: {}", shown.text);
        assert!(shown.text.contains("part-"), "{path} shows documents: {}", shown.text);
        assert_eq!(ledger.loads() - before, 1, "{path}");
    }
}

#[tokio::test]
async fn the_list_of_a_patron_loads_all_its_requests_together() {
    let host = Host::new(Templates::default()).await;
    host.ship(Terms::new(5, 90)).await;
    let patron = PatronId::new("p-2041").expect("it is valid");
    for number in 1..=30 {
        let reference = RequestReference::new(format!("2026-1{number:04}")).expect("it is valid");
        let title = format!("Number {number} of the series");
        let facts = Facts::new(reference, agency("CA-BVAU"), agency("CA-OTU"), title)
            .with_patron(patron.clone());
        host.clock.set(host.clock.now().plus_seconds(1));
        host.desk.sync(facts, Status::Pending, None).await.expect("it is valid");
    }
    let mut path = "/track/requests".to_owned();
    for (rows, is_last) in [(20, false), (11, true)] {
        let (loads, counts) = (host.ledger.loads(), host.ledger.counter_reads());
        let list = host.patron_page(&path).await;
        let shown = list.matches("of the series").count() + list.matches("On Ice Ages").count();
        assert_eq!(shown, rows, "{list}");
        assert_eq!(host.ledger.loads() - loads, 1, "{path}");
        assert_eq!(host.ledger.counter_reads() - counts, 1, "{path}");
        assert_eq!(list.contains("5 of 5 downloads left"), is_last, "{list}");
        if let Some((_, next)) = list.split_once("?after=") {
            path = format!("/track/requests?after={}", next.split(['"', '&']).next().expect("one"));
        }
    }
}
