//! Files in an object store, with browsers redirected to it where a profile allows.

use crate::support::browser::Browser;
use crate::support::caller::Caller;
use crate::support::digest;
use crate::support::documents::by_img2pdf;
use crate::support::patron::Patron;
use crate::support::sample::Sample;
use crate::support::scans::Scans;
use serde_json::json;

const PROFILES: &str = "[[policies]]\nname = \"led-to-the-store\"\nallow_redirect = true\n";

/// Ships a request of a library with this profile; returns its path in the API.
async fn shipped(here: &Sample, policy: &str, document: &[u8]) -> String {
    let vancouver = json!({
        "name": "Vancouver University Library", "email": "ill@vancouver.example.org",
        "zone": "America/Vancouver", "channel": "account", "policy": policy,
    });
    here.host.put("/api/v1/participants/CA-BVAU", vancouver).await.expect(204);
    let news = json!({
        "reference": policy, "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "On Moraines", "patron": "p-2041", "status": "pending",
    });
    let known = here.host.post("/api/v1/requests", news).await.expect(200).json();
    let request = format!("/api/v1/requests/{}", known["handle"].as_str().expect("it is text"));
    let lender = here.lender("s.tremblay").await;
    lender.upload(&request, "on-moraines.pdf", document.to_vec()).await.expect(201);
    lender.post(&format!("{request}/ship"), json!({})).await.expect(204);
    request
}

async fn patron(here: &Sample, request: &str) -> Patron {
    let audience = json!({ "audience": "patron" });
    let issued = here.host.post(&format!("{request}/links"), audience).await.expect(200);
    Patron::new(&here.server.address, issued.json()["url"].as_str().expect("it is text"))
}

#[tokio::test]
async fn tickets_redirect_to_the_store_if_the_profile_allows() {
    let scans = Scans::start().await;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let profiles = folder.path().join("desk.toml");
    std::fs::write(&profiles, PROFILES).expect("a file can be written");
    let here = Sample::start_with(|launch| {
        let launch = scans.of_server(launch).with("CONFIG", profiles.display());
        launch.with("STORAGE__REDIRECT_TO", scans.origin())
    });
    let document = by_img2pdf();

    // For a program: the store responds with the file's name, and the key does not appear.
    let led = shipped(&here, "led-to-the-store", &document).await;
    let reader = patron(&here, &led).await;
    let ticket = reader.ticket(1, "k1").await;
    let answer = reader.fetch(&ticket).await.expect(302);
    let store = Caller::new(scans.origin(), None);
    let file = store.get(answer.header("location")).await.expect(200);
    assert_eq!(digest(&file.bytes), digest(&document));
    assert!(file.header("content-disposition").contains("on-moraines.pdf"));
    assert_eq!(file.header("content-type"), "application/pdf");
    assert!(!here.server.log().contains("X-Amz-Signature"), "the address is no one else's");
    // Ranges are served by the server, so that a download can resume after the address has expired.
    let part = reader.caller.request(reqwest::Method::GET, &ticket).header("range", "bytes=100-");
    let part = crate::support::caller::send(part).await.expect(206);
    assert_eq!(digest(&part.bytes), digest(&document[100..]));

    // For patrons and staff: the browser follows both redirects.
    let browser = Browser::start().await;
    browser.open(&format!("{}{}", here.server.address, reader.link)).await;
    browser.tick().await;
    browser.press("Download again").await;
    let (name, bytes) = browser.take_download().await;
    assert_eq!((name.as_str(), digest(&bytes)), ("on-moraines.pdf", digest(&document)));
    browser.sign_in(&here.server, "vancouver").await;
    let handle = led.rsplit('/').next().unwrap_or_default();
    browser.open(&format!("{}/borrow/{handle}", here.server.address)).await;
    browser.tick().await;
    browser.press("Download").await;
    let (name, bytes) = browser.take_download().await;
    assert_eq!((name.as_str(), digest(&bytes)), ("on-moraines.pdf", digest(&document)));

    // Under a profile without redirects, the same server sends the bytes itself.
    let kept = patron(&here, &shipped(&here, "illume", &document).await).await;
    let ticket = kept.ticket(1, "k1").await;
    assert_eq!(digest(&kept.fetch(&ticket).await.expect(200).bytes), digest(&document));
}
