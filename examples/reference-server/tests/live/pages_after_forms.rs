//! What a page says after a form, where the focus is, what it offers, and what it prints.

use crate::support::browser::{Browser, Look};
use crate::support::documents::noise_pdf;
use crate::support::sample::Sample;
use crate::support::until;
use fantoccini::Locator;
use serde_json::{Value, json};

/// Creates a pending request with these files; returns its handle.
async fn request(here: &Sample, reference: &str, files: &[&str]) -> String {
    let news = json!({
        "reference": reference, "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": format!("On Eskers, part {reference}"), "status": "pending",
    });
    let known = here.host.post("/api/v1/requests", news).await.expect(200).json();
    let handle = known["handle"].as_str().expect("it is text").to_owned();
    let lender = here.lender("m-9").await;
    for (at, name) in files.iter().enumerate() {
        let bytes = noise_pdf(5_000 + at);
        lender.upload(&format!("/api/v1/requests/{handle}"), name, bytes).await.expect(201);
    }
    handle
}

async fn press(browser: &Browser, css: &str) {
    let button = browser.client.find(Locator::Css(css)).await;
    button.expect("there is such a button").click().await.expect("it can be pressed");
}

/// Waits until the element with this id has the focus, which the browser sets when it renders the
/// page.
async fn has_focus(browser: &Browser, id: &str) {
    until(&format!("the focus on {id}"), || async {
        (browser.evaluate("document.activeElement.id").await == id).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_focus_is_on_the_success_message() {
    let here = Sample::start();
    for scripts in [true, false] {
        let browser = Browser::start_with(Look::Wide, scripts).await;
        browser.sign_in(&here.server, "toronto").await;
        let empty = request(&here, &format!("2026-0098{}", u8::from(scripts)), &[]).await;
        browser.open(&format!("{}/supply/{empty}", here.server.address)).await;
        press(&browser, "#ship form button").await;
        browser.sees("This request has no documents").await;
        has_focus(&browser, "alert").await;

        let full = request(&here, &format!("2026-0097{}", u8::from(scripts)), &["one.pdf"]).await;
        let page = format!("{}/supply/{full}", here.server.address);
        browser.open(&format!("{page}?done=supply-shipped")).await;
        assert!(!browser.shows("The request has been shipped").await, "an address claims it");
        press(&browser, "#ship form button").await;
        browser.sees("The request has been shipped").await;
        has_focus(&browser, "done").await;
        assert_eq!(browser.evaluate("location.search").await, "");
        browser.client.refresh().await.expect("it is reloaded");
        assert!(!browser.shows("The request has been shipped").await, "it is said once");
        browser.open(&page).await;
        assert!(!browser.shows("The request has been shipped").await);
    }
}

#[tokio::test]
async fn a_request_prints_its_documents_and_offers_no_link_without_a_patron() {
    let here = Sample::start();
    let handle = request(&here, "2026-00960", &["first.pdf", "second.pdf"]).await;
    let browser = Browser::start().await;
    browser.sign_in(&here.server, "toronto").await;
    browser.open(&format!("{}/supply/{handle}", here.server.address)).await;
    let shown = browser.sees("This request does not name a patron").await;
    assert!(!shown.contains("Create a link"), "{shown}");
    // What the print rules hide, and whether a document is within it.
    let hidden = "[...document.styleSheets].flatMap(sheet => [...sheet.cssRules])\
        .filter(rule => rule.media && rule.media.mediaText === 'print')\
        .flatMap(rule => [...rule.cssRules])\
        .filter(rule => rule.style && rule.style.display === 'none')\
        .map(rule => rule.selectorText).join(',')";
    let hidden = browser.evaluate(hidden).await;
    let hidden = hidden.as_str().expect("it is text");
    assert!(hidden.contains(".top"), "the rules were found: {hidden}");
    let unprinted = |css: &str| {
        format!(
            "[...document.querySelectorAll('{css}')].filter(e => e.closest(\"{hidden}\")).length"
        )
    };
    assert_eq!(browser.count("#files li").await, 2);
    assert_eq!(
        browser
            .evaluate(&unprinted("#files li, #files li :not(form, form *, .actions, .actions *)"))
            .await,
        0
    );
    let buttons = browser.evaluate(&unprinted("main button")).await;
    assert_eq!(buttons, browser.count("main button").await as u64, "no button is printed");
    here.lender("m-9")
        .await
        .post(&format!("/api/v1/requests/{handle}/ship"), json!({}))
        .await
        .expect(204);

    let browser = Browser::start().await;
    browser.sign_in(&here.server, "vancouver").await;
    browser.open(&format!("{}/borrow/{handle}", here.server.address)).await;
    let shown = browser.sees("nobody to email and no link to create").await;
    assert!(!shown.contains("Create a link"), "{shown}");
    assert_eq!(browser.count("form[action$='/link']").await, 0);
}

#[tokio::test]
async fn the_script_writes_sizes_as_the_server_does() {
    let here = Sample::start();
    let handle = request(&here, "2026-00950", &[]).await;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let browser = Browser::start().await;
    browser.sign_in(&here.server, "toronto").await;
    for (language, sizes) in [
        ("en", [(999, "999 bytes"), (84_000, "84 kB"), (999_500, "1.0 MB"), (1_449_999, "1.4 MB")]),
        (
            "fr",
            [(999, "999 octets"), (84_000, "84 ko"), (999_500, "1,0 Mo"), (1_449_999, "1,4 Mo")],
        ),
    ] {
        let page = format!("/supply/{handle}");
        let address = &here.server.address;
        browser.open(&format!("{address}/language?to={language}&back={page}")).await;
        for (size, words) in sizes {
            let path = folder.path().join(format!("{size}.pdf"));
            std::fs::write(&path, vec![b'x'; size]).expect("the folder is writable");
            browser.choose_file("upload", &path).await;
            let last =
                "[...document.querySelectorAll('[data-queue] [data-size]')].at(-1).textContent";
            let shown = browser.evaluate(last).await;
            assert_eq!(shown, Value::from(words.replace(' ', "\u{a0}")), "{language}: {size}");
        }
    }
}

#[tokio::test]
async fn errors_below_api_are_problems_for_browsers_too() {
    use crate::support::caller::send;
    use reqwest::Method;
    let here = Sample::start();
    for (method, path, status) in [
        (Method::GET, "/api/nothing", 404),
        (Method::GET, "/api", 404),
        (Method::DELETE, "/api/v1/participants", 405),
        (Method::POST, "/api/v1/participants/CA-OTU", 405),
        (Method::GET, "/api/v1/requests", 401),
    ] {
        let call = crate::support::caller::Caller::new(&here.server.address, None);
        let call = call.request(method.clone(), path).header("accept", "text/html");
        let answer = send(call).await.expect(status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{method} {path}");
        assert_eq!(answer.json()["status"], status);
        assert_eq!(answer.header("allow").is_empty(), status != 405, "{method} {path}");
    }
    // The address of a form opened by hand also gets a page.
    for path in ["/sign-out", "/supply/000102ab040506ff/ship"] {
        let call = crate::support::caller::Caller::new(&here.server.address, None);
        let call = call.request(Method::GET, path).header("accept", "text/html");
        let answer = send(call).await.expect(405);
        assert!(answer.text().contains("</html>"), "{path}: {}", answer.text());
        assert_eq!(answer.header("allow"), "POST", "{path}");
    }
}
