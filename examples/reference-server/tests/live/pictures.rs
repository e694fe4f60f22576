//! Generates the pictures of the README and the book from the current pages: `cargo test
//! --workspace --features live-tests --test live pictures -- --ignored`.

use crate::support::browser::{Browser, Look};
use crate::support::documents::{by_ghostscript, by_weasyprint};
use crate::support::sample::Sample;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The maximum size of a picture in bytes: pages with four of them must load quickly.
const MAX_PICTURE: u64 = 120_000;

/// Uses Debian's Pillow, a dependency of WeasyPrint; pages have few colors.
const SHRINK: &str = "
import sys
from PIL import Image
picture = Image.open(sys.argv[1]).convert('RGB')
picture.quantize(96, dither=Image.Dither.NONE).save(sys.argv[1], optimize=True)";

#[tokio::test]
#[ignore = "writes into docs/pictures"]
async fn pictures_of_the_pages() {
    let here = Sample::start();
    let server = &here.server;
    let address = |path: String| format!("{}{path}", server.address);
    let to_ship = address(format!("/supply/{}", here.handle("2026-00412").await));
    let shipped = address(format!("/borrow/{}", shipped(&here).await));
    let link = server.printed.last().expect("a link is printed");
    let requests = address("/track/requests".to_owned());

    let desk = Browser::start_as(Look::Wide).await;
    desk.sign_in(server, "toronto").await;
    take(&desk, &to_ship, 1_100, "lending").await;
    desk.client.delete_all_cookies().await.unwrap();
    desk.sign_in(server, "vancouver").await;
    take(&desk, &shipped, 1_100, "borrowing").await;
    desk.client.delete_all_cookies().await.unwrap();
    take(&desk, link, 760, "link").await;
    let phone = Browser::start_as(Look::Narrow).await;
    phone.sign_in_to_track(server).await;
    take(&phone, &requests, 360, "tracking").await;
}

/// Ships a request with previews; returns its handle.
async fn shipped(here: &Sample) -> String {
    let vancouver = json!({
        "name": "Vancouver University Library (sample)", "email": "ill@vancouver.example.org",
        "zone": "America/Vancouver", "channel": "account", "policy": "recommended",
    });
    here.host.put("/api/v1/participants/CA-BVAU", vancouver).await.expect(204);
    let news = json!({
        "reference": "2026-00421", "requester": "CA-BVAU", "supplier": "CA-OTU", "patron": "p-2041",
        "title": "On Moraines", "source": "Journal of Glaciology 13 (1974), 21-40",
        "requester_request_id": "2026-00421", "supplier_request_id": "T-00421",
        "status": "pending",
    });
    let known = here.host.post("/api/v1/requests", news).await.expect(200).json();
    let handle = known["handle"].as_str().expect("it is text").to_owned();
    let (request, lender) = (format!("/api/v1/requests/{handle}"), here.lender("m-7").await);
    for (name, document) in [("on-moraines.pdf", by_ghostscript()), ("map.pdf", by_weasyprint())] {
        lender.upload(&request, name, document).await.expect(201);
    }
    lender.post(&format!("{request}/ship"), json!({})).await.expect(204);
    handle
}

/// Opens a page in a window of this width, as high as the page, and saves a small picture of it.
async fn take(browser: &Browser, address: &str, width: u32, name: &str) {
    browser.client.set_window_size(width, 700).await.expect("windows change");
    browser.open(address).await;
    browser.evaluate("document.documentElement.style.scrollbarWidth = 'none'").await;
    let height =
        "Math.min(1200, document.documentElement.scrollHeight) + outerHeight - innerHeight";
    let height = browser.evaluate(height).await.as_u64().expect("it is a number");
    let height = u32::try_from(height).expect("it is small");
    browser.client.set_window_size(width, height).await.expect("windows change");
    let picture = browser.client.screenshot().await.expect("the browser takes pictures");
    let path = folder().join(format!("{name}.png"));
    std::fs::write(&path, picture).expect("the folder is writable");
    let shrunk = Command::new("/usr/bin/python3").args(["-c", SHRINK]).arg(&path).status();
    let how = "python3-pil is needed: apt-get install python3-pil";
    assert!(shrunk.expect("there is a python3").success(), "{how}");
    let size = std::fs::metadata(&path).expect("it was written").len();
    assert!(size < MAX_PICTURE, "{name}.png has {size} bytes");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures")
}
