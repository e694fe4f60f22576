//! A library's color on staff pages.

use crate::host::{Host, send};
use desktop_delivery_pages::Templates;
use http::{Request, StatusCode};

#[tokio::test]
async fn staff_pages_load_the_style_sheet_of_their_librarys_color() {
    let host = Host::new(Templates::default()).await;
    let (_, plain) = host.staff_page("/borrow").await;
    assert!(!plain.contains("/accent/"), "this library has no color: {plain}");
    let request = Request::get("/ill/delivery/supply").header("x-user", "m.ito");
    let page = send(&host.app, request.header("x-library", "CA-OTU"), "").await.text;
    let path = "/ill/delivery/assets/accent/7a1f3d.css";
    assert!(page.contains(&format!("<link rel=\"stylesheet\" href=\"{path}\">")), "{page}");
    let sheet = send(&host.app, Request::get(path), "").await;
    assert_eq!(sheet.status, StatusCode::OK);
    assert_eq!(sheet.headers["content-type"], "text/css; charset=utf-8");
    assert!(sheet.text.starts_with(":root{--accent:#7a1f3d;"), "{}", sheet.text);
    for other in ["ffcc00.css", "7a1f3d", "red.css", ".css"] {
        let path = format!("/ill/delivery/assets/accent/{other}");
        assert_eq!(send(&host.app, Request::get(&path), "").await.status, StatusCode::NOT_FOUND);
    }
}
