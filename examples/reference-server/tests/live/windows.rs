//! A host opens windows in its own pages, on another site, in a browser that blocks third-party
//! cookies.

mod host_site;
mod matrix;
mod stage;

use crate::every_page::{violations, with_axe};
use crate::support::browser::{Browser, Look};
use crate::support::caller::Caller;
use crate::support::desk::Desk;
use crate::support::documents::{by_ghostscript, by_weasyprint, noise_pdf};
use crate::support::sample::Sample;
use crate::support::{digest, until};
use desktop_delivery_pages::window_api_routes;
use fantoccini::Locator;
use host_site::HostSite;
use serde_json::json;
use stage::{By, Shown, Stage};

/// Chooses a file in the field of the upload form.
async fn choose(browser: &Browser, id: &str, path: &str) {
    let field = browser.client.find(Locator::Id(id)).await.expect("there is a field");
    field.send_keys(path).await.expect("it takes a file");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_upload_ship_and_download_in_an_iframe() {
    upload_ship_and_download(By::Frame).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_upload_ship_and_download_in_a_pop_up() {
    upload_ship_and_download(By::PopUp).await;
}

async fn upload_ship_and_download(by: By) {
    let stage = Stage::start().await;
    let handle = stage.here.handle("2026-00411").await;
    let (window, address) = stage.offer(&handle, "upload", "CA-OTU").await;
    let shown = Shown::open(&stage, by, &address).await;
    let browser = &shown.browser;
    browser.sees("There are no documents yet").await;
    if by == By::Frame {
        assert!(blocks_third_party_cookies(browser).await, "cookies of the frame are blocked");
    }

    // Large enough that its progress shows.
    let bytes = noise_pdf(6_000_000);
    choose(browser, "upload", &stage.file("ice-ages.pdf", &bytes)).await;
    let watch = "window.most = 0; new MutationObserver(() => {
            const bar = document.querySelector('progress:not([hidden])');
            if (bar) window.most = Math.max(window.most, bar.value);
        }).observe(document.querySelector('[data-queue]'), { subtree: true, attributes: true })";
    browser.client.execute(watch, Vec::new()).await.expect("it is a script");
    browser.press("Upload the files").await;
    browser.sees("ice-ages.pdf").await;
    let heard = shown.heard("uploaded").await;
    for one in &heard {
        assert_eq!(one["source"], "desktop-delivery");
        assert_eq!(one["window"], *window, "{one}");
        assert_eq!(one["origin"], stage.here.server.address, "{one}");
        assert_eq!(one.as_object().map(serde_json::Map::len), Some(4), "nothing else: {one}");
    }
    let events: Vec<_> = heard.iter().map(|one| one["event"].as_str().unwrap_or("")).collect();
    assert!(events.starts_with(&["shown"]) && events.ends_with(&["uploaded"]), "{events:?}");
    assert!(browser.evaluate("window.most").await.as_f64().expect("it is a number") > 0.0);
    browser.sees("When you ship this request").await;
    let text = browser.text().await;
    for elsewhere in ["All lending requests", "Sign out", "Withdraw", "History of this request"] {
        assert!(!text.contains(elsewhere), "{elsewhere}: {text}");
    }

    browser.press("Ship to Vancouver University Library (sample)").await;
    browser.sees("The request has been shipped").await;
    shown.heard("shipped").await;
    assert_eq!(stage.status(&handle).await, "shipped");

    // The lending library's own copy.
    let copy = browser.client.find(Locator::Css("a[href$='/content']")).await.expect("a link");
    copy.click().await.expect("it can be clicked");
    let (_, copied) = browser.take_download().await;
    assert_eq!(digest(&copied), digest(&bytes));

    browser.press("Done").await;
    shown.heard("done").await;
    if by == By::PopUp {
        until("the pop-up to close", || async {
            let open = browser.client.windows().await.ok()?;
            (open.len() == 1).then_some(())
        })
        .await;
    } else {
        browser.sees("You can close this window").await;
    }

    // The borrowing library downloads.
    let (_, address) = stage.offer(&handle, "files", "CA-BVAU").await;
    browser.client.switch_to_window(shown.host.clone()).await.expect("it is open");
    let Shown { browser, .. } = shown;
    let shown = Shown::open_in(browser, &stage, by, &address).await;
    let browser = &shown.browser;
    browser.sees("ice-ages.pdf").await;
    browser.tick().await;
    browser.press("Download").await;
    let (_, downloaded) = browser.take_download().await;
    assert_eq!(digest(&downloaded), digest(&bytes));
    browser.press("Mark as received").await;
    browser.sees("has been marked as received").await;
    shown.heard("received").await;

    let history = stage.history(&handle).await;
    for (event, library) in [
        ("attached", "Toronto University Library (sample)"),
        ("shipped", "Toronto University Library (sample)"),
        ("claimed", "Vancouver University Library (sample)"),
        ("received", "Vancouver University Library (sample)"),
    ] {
        let who = history.iter().find(|(kind, _)| kind == event).map(|(_, who)| who.as_str());
        let expected = format!("Ana Ruiz, {library}");
        assert_eq!(who, Some(&*expected), "{event}: {history:?}");
    }
}

/// Returns whether the browser rejects an ordinary cookie of the frame that it is in, while it
/// accepts a partitioned one.
async fn blocks_third_party_cookies(browser: &Browser) -> bool {
    let attempt = "(() => {
        document.cookie = 'plain=1; SameSite=None; Secure';
        document.cookie = 'apart=1; SameSite=None; Secure; Partitioned';
        return document.cookie;
    })()";
    browser.evaluate(attempt).await == json!("apart=1")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_patron_follows_requests_and_downloads_in_an_iframe() {
    let stage = Stage::start().await;
    let document = by_weasyprint();
    let handle = stage.here.handle("2026-00411").await;
    let (request, lender) = (format!("/api/v1/requests/{handle}"), stage.here.lender("m-7").await);
    lender.upload(&request, "ice-ages.pdf", document.clone()).await.expect(201);
    lender.post(&format!("{request}/ship"), json!({})).await.expect(204);
    let title = stage.host.get(&request).await.expect(200).json();
    let title = title["facts"]["title"].as_str().expect("it is text").to_owned();
    let (_, address) = stage.offer_to_patron().await;
    let shown = Shown::open(&stage, By::Frame, &address).await;
    let browser = &shown.browser;
    browser.sees(&title).await;
    let link = browser.client.find(Locator::LinkText(&title)).await.expect("there is a link");
    link.click().await.expect("it can be clicked");
    browser.sees("ice-ages.pdf").await;
    browser.press_submit().await;
    browser.sees("Your documents are ready").await;
    assert_eq!(problems(browser, "link").await, Vec::<String>::new());
    // The page of the link opens beside the host's page.
    let link = browser.client.find(Locator::LinkText("Open the documents")).await;
    link.expect("there is a link").click().await.expect("it can be clicked");
    let other = until("another tab", || async {
        let all = browser.client.windows().await.ok()?;
        all.into_iter().find(|one| *one != shown.host)
    });
    browser.client.switch_to_window(other.await).await.expect("it is open");
    browser.sees("Copyright notice").await;
    browser.tick().await;
    browser.press("Download").await;
    assert_eq!(digest(&browser.downloaded().await.1), digest(&document));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_opens_without_scripts_by_a_button() {
    let stage = Stage::start().await;
    let handle = stage.here.handle("2026-00411").await;
    let (_, address) = stage.offer(&handle, "upload", "CA-OTU").await;
    let browser = Browser::start_without_third_party_cookies(Look::Wide, false).await;
    browser.open(&address).await;
    browser.open(&address).await;
    browser.press("Upload documents").await;
    browser.sees("There are no documents yet").await;
    browser.press("Done").await;
    browser.sees("You can close this window").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn used_and_foreign_windows_are_refused() {
    let stage = Stage::start().await;
    let handle = stage.here.handle("2026-00411").await;
    let (_, address) = stage.offer(&handle, "upload", "CA-OTU").await;
    let shown = Shown::open(&stage, By::Frame, &address).await;
    shown.browser.sees("There are no documents yet").await;
    let inside = shown.browser.evaluate("location.href").await;
    let inside = inside.as_str().expect("it is text").to_owned();

    // A second use, in the same browser and in another one.
    let again = Shown::open_in(shown.browser, &stage, By::Frame, &address).await;
    again.browser.sees("This address has already been used").await;
    again.heard("refused").await;
    let stranger = Browser::start().await;
    stranger.open(&address).await;
    stranger.sees("This address has already been used").await;
    // The page of the open window in another browser.
    stranger.open(&inside).await;
    stranger.sees("This window is not open in this browser").await;

    // The page of another site: the frame stays empty, and the address is not used.
    let foreign = HostSite::start().await;
    let (_, address) = stage.offer(&handle, "upload", "CA-OTU").await;
    let browser = again.browser;
    browser.open(&foreign.frame(&address)).await;
    browser.client.enter_frame(0).await.expect("there is a frame");
    until("the refused frame", || async {
        let shown = browser.evaluate("location.href").await;
        shown.as_str().is_some_and(|shown| shown.starts_with("chrome-error:")).then_some(())
    })
    .await;
    browser.client.enter_parent_frame().await.expect("it is the site's");
    assert_eq!(browser.evaluate("window.heard").await, json!([]));
    // Nor does an open window show itself to that site.
    let shown = Shown::open_in(browser, &stage, By::Frame, &address).await;
    shown.browser.sees("There are no documents yet").await;
    let inside = shown.browser.evaluate("location.href").await;
    let inside = inside.as_str().expect("it is text").to_owned();
    let browser = shown.browser;
    browser.open(&foreign.frame(&inside)).await;
    browser.client.enter_frame(0).await.expect("there is a frame");
    until("the refused frame", || async {
        let shown = browser.evaluate("location.href").await;
        shown.as_str().is_some_and(|shown| shown.starts_with("chrome-error:")).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_request_and_an_ended_window_are_refused() {
    let stage = Stage::start().await;
    let handle = stage.here.handle("2026-00411").await;
    let other = stage.here.handle("2026-00412").await;
    let (window, address) = stage.offer(&handle, "upload", "CA-OTU").await;
    let shown = Shown::open(&stage, By::PopUp, &address).await;
    let browser = &shown.browser;
    browser.sees("There are no documents yet").await;
    let base = format!("{}/windows/{window}", stage.here.server.address);
    for path in
        [format!("/supply/{other}"), format!("/supply/{handle}/history"), "/supply".to_owned()]
    {
        browser.open(&format!("{base}{path}")).await;
        browser.sees("This window does not include that page").await;
        let back = browser.client.find(Locator::LinkText("Go to the start of this window")).await;
        back.expect("there is a way on").click().await.expect("it can be clicked");
        browser.sees("There are no documents yet").await;
    }
    browser.open(&format!("{}/supply/{handle}", stage.here.server.address)).await;
    browser.sees("Sign in").await;

    browser.open(&format!("{base}/supply/{handle}")).await;
    choose(browser, "upload", &stage.file("late.pdf", &by_ghostscript())).await;
    let path = format!("/api/v1/requests/{handle}/windows/{window}");
    stage.host.delete(&path).await.expect(204);
    browser.press("Upload the files").await;
    browser.sees("This window has ended, and the file was not sent").await;
    browser.client.refresh().await.expect("the browser answers");
    browser.sees("This window has ended").await;
    let view = stage.host.get(&format!("/api/v1/requests/{handle}")).await.expect(200).json();
    assert_eq!(view["files"].as_array().map(Vec::len), Some(0));
}

/// Each window and each page about a window, wide and on a phone, in both languages: accessible,
/// and no wider than its window. With `WINDOW_PICTURES`, saves pictures in that folder.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_window_is_accessible_and_fits() {
    let stage = Stage::start().await;
    let handle = stage.here.handle("2026-00411").await;
    let (request, lender) = (format!("/api/v1/requests/{handle}"), stage.here.lender("m-7").await);
    lender.upload(&request, "ice-ages.pdf", by_weasyprint()).await.expect(201);
    lender
        .upload(&request, "a-map-of-the-glaciers-of-the-arctic.pdf", by_ghostscript())
        .await
        .expect(201);
    let mut wrong = Vec::new();
    for is_shipped in [false, true] {
        if is_shipped {
            lender.post(&format!("{request}/ship"), json!({})).await.expect(204);
        }
        for (look, name) in [(Look::Wide, "wide"), (Look::Narrow, "narrow")] {
            let mut browser = Browser::start_without_third_party_cookies(look, true).await;
            for (kind, agency) in [
                ("upload", "CA-OTU"),
                ("files", "CA-OTU"),
                ("request", "CA-OTU"),
                ("history", "CA-OTU"),
                ("files", "CA-BVAU"),
                ("request", "CA-BVAU"),
                ("requests", "CA-BVAU"),
            ] {
                let (_, address) = match kind {
                    "requests" => stage.offer_to_patron().await,
                    _ => stage.offer(&handle, kind, agency).await,
                };
                let shown = Shown::open_in(browser, &stage, By::Frame, &address).await;
                browser = shown.browser;
                browser.sees("Done").await;
                let what = format!("{kind}-{agency}-{name}-{is_shipped}");
                wrong.extend(problems(&browser, &what).await);
                if kind == "files" && agency == "CA-OTU" {
                    preview(&browser).await;
                    wrong.extend(problems(&browser, &format!("preview-{what}")).await);
                }
            }
            browser.press("Done").await;
            browser.sees("You can close this window").await;
            wrong.extend(problems(&browser, &format!("done-{name}-{is_shipped}")).await);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Opens the preview of the first document.
async fn preview(browser: &Browser) {
    let link = browser.client.find(Locator::LinkText("Preview the document")).await;
    link.expect("there is a link").click().await.expect("it can be clicked");
    let width = "document.querySelector('.sheet')?.naturalWidth ?? 0";
    until("the page image", || async {
        let width = browser.client.execute(&format!("return {width}"), Vec::new()).await.ok()?;
        (width.as_u64()? > 0).then_some(())
    })
    .await;
}

async fn problems(browser: &Browser, what: &str) -> Vec<String> {
    with_axe(browser).await;
    let mut found = violations(browser).await;
    let overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    if browser.evaluate(overflow).await != json!(0) {
        found.push("overflows its window".to_owned());
    }
    if let Some(folder) = std::env::var_os("WINDOW_PICTURES") {
        let picture = browser.client.screenshot().await.expect("the browser takes pictures");
        let path = std::path::Path::new(&folder).join(format!("{what}.png"));
        std::fs::write(path, picture).expect("the folder is writable");
    }
    found.into_iter().map(|problem| format!("{what}: {problem}")).collect()
}

#[tokio::test]
async fn the_origins_of_a_key_are_set_by_command_and_by_the_api() {
    let here = Sample::start();
    let handle = here.handle("2026-00411").await;
    let desk = Desk::on(&here.data);
    let made = desk.json("key make --role host --note plugin --origin https://ill.example.org");
    let host = Caller::new(&here.server.address, made["key"].as_str());
    let offer = async |origin: &str| {
        let asked = json!({
            "window": "history", "origin": origin,
            "person": { "agency": "CA-OTU", "id": "koha-7", "name": "Ana Ruiz" },
        });
        host.post(&format!("/api/v1/requests/{handle}/windows"), asked).await
    };
    offer("https://ill.example.org").await.expect(201);
    offer("https://ILL.example.org:443/").await.expect(201);
    let refused = offer("https://other.example.org").await.expect(403).json();
    assert_eq!(refused["code"], "origin-not-allowed");

    let listed = desk.json("key list");
    let keys = listed["keys"].as_array().expect("it is a list");
    let key = keys.iter().find(|key| key["note"] == "plugin").expect("it is listed");
    assert_eq!(key["origins"], json!(["https://ill.example.org"]));
    let id = key["id"].as_str().expect("it is text");
    desk.run(&format!("key origins {id} --origin https://other.example.org")).expect(0);
    offer("https://other.example.org").await.expect(201);
    offer("https://ill.example.org").await.expect(403);

    let path = format!("/api/v1/keys/{id}/origins");
    let two = json!({ "origins": ["https://ill.example.org", "http://localhost:8080"] });
    here.host.put(&path, two).await.expect(204);
    offer("http://localhost:8080").await.expect(201);
    for invalid in ["*", "https://*.example.org", "https://ill.example.org/koha", "null"] {
        let answer = here.host.put(&path, json!({ "origins": [invalid] })).await;
        assert!(matches!(answer.status, 400 | 422), "{invalid}: {}", answer.text());
    }
    desk.run(&format!("key origins {id}")).expect(0);
    offer("http://localhost:8080").await.expect(403);
    let staff = "key make --role staff --agency CA-OTU --id m-7 --origin https://ill.example.org";
    let refused = desk.run(staff).expect(2);
    assert!(refused.err.contains("--origin requires --role host"), "{}", refused.err);
    let unknown = format!("/api/v1/keys/{}/origins", "0".repeat(64));
    here.host.put(&unknown, json!({ "origins": [] })).await.expect(404);
}

#[tokio::test]
async fn the_document_of_the_api_describes_windows() {
    let here = Sample::start();
    let document = here.host.get("/api/v1/openapi.json").await.expect(200).json();
    for route in window_api_routes() {
        let operation = &document["paths"][&route.path][route.method.as_str().to_lowercase()];
        assert!(operation["operationId"].is_string(), "{route:?}");
    }
    let text = document.to_string();
    let pointers = text.split("\"$ref\":\"#").skip(1).filter_map(|rest| rest.split('"').next());
    for pointer in pointers {
        assert!(document.pointer(pointer).is_some(), "{pointer} leads nowhere");
    }
}
