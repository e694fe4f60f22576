//! A patron follows their requests, in a browser and without one.

use crate::support::browser::{Browser, Look};
use crate::support::caller::{Answer, Caller, send};
use crate::support::documents::by_ghostscript;
use crate::support::installation::{Installation, PATRON_ADDRESS, PATRON_NAME};
use crate::support::server::{Launch, Server};
use crate::support::{digest, until};
use fantoccini::Locator;
use reqwest::Method;
use serde_json::json;

/// The password typed on the request form.
const PASSWORD: &str = "glacier";

async fn with_password(here: &Installation) {
    let patron =
        json!({ "name": PATRON_NAME, "email": PATRON_ADDRESS, "tracking_password": PASSWORD });
    here.host.put("/api/v1/participants/CA-BVAU/patrons/p-2041", patron).await.expect(204);
}

async fn sign_in(browser: &Browser, server: &Server, number: &str, password: &str) {
    browser.open(&format!("{}/track?library=CA-BVAU", server.address)).await;
    browser.fill("number", number).await;
    browser.fill("password", password).await;
    browser.press("Show my requests").await;
}

/// Sends the form as a browser without scripts would.
async fn try_in(caller: &Caller, library: &str, number: &str, password: &str) -> Answer {
    let form = [("library", library), ("number", number), ("password", password)];
    let form = serde_urlencoded::to_string(form).expect("it is text");
    let request = caller.request(Method::POST, "/track/sign-in");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    send(request.body(form)).await
}

fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
}

async fn get(caller: &Caller, path: &str, cookie: &str) -> Answer {
    send(caller.request(Method::GET, path).header("cookie", cookie)).await
}

#[tokio::test]
async fn a_patron_sees_the_status_and_downloads_the_documents() {
    let here = Installation::start().await;
    with_password(&here).await;
    let request = here.request("2026-00417").await;
    let document = by_ghostscript();
    here.lender.upload(&request, "on-ice-ages.pdf", document.clone()).await.expect(201);
    let browser = Browser::start().await;
    sign_in(&browser, &here.server, PATRON_ADDRESS, PASSWORD).await;
    let text = browser.sees("Toronto University Library has had your request since").await;
    assert!(!text.contains("Electronic documents"), "it is not shipped: {text}");
    assert!(!text.contains("Santos"), "others may look over the shoulder: {text}");

    here.ship(&request).await;
    browser.client.refresh().await.unwrap();
    let link = browser.client.find(Locator::LinkText("On Ice Ages")).await.unwrap();
    link.click().await.unwrap();
    let text = browser.text().await;
    for shown in ["filled your request on", "Electronic documents", "5 of 5 downloads left"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    let page = browser.client.current_url().await.unwrap();
    assert!(!page.path().contains("/d/"), "no token before it is asked for");

    browser.press("Open the download page").await;
    browser.sees("Copyright notice").await;
    browser.tick().await;
    browser.press("Download").await;
    assert_eq!(digest(&browser.downloaded().await.1), digest(&document));
    assert_eq!(here.used(&request).await, [1]);

    here.borrower.post(&format!("{request}/receive"), json!({})).await.expect(204);
    let text = until("the page as it is now", || async {
        browser.open(page.as_str()).await;
        Some(browser.text().await).filter(|text| text.contains("arrived at your library"))
    });
    let text = text.await;
    assert!(text.contains("4 of 5 downloads left"), "{text}");

    let patron = here.patron(&request).await;
    for ordinal in 2..=5 {
        patron.submit(1, ordinal).await.location();
    }
    browser.open(page.as_str()).await;
    let text = browser.sees("All 5 downloads have been used").await;
    assert!(text.contains("you can ask the lending library for more"), "{text}");
    browser.press("Open the download page").await;
    until("the link page", || async {
        browser.shows("Message to the library").await.then_some(())
    })
    .await;

    let right = "right.pdf?replaces=1&reason=wrong-document";
    here.lender.upload(&request, right, document).await.expect(201);
    browser.open(page.as_str()).await;
    browser.sees("The lending library sent the wrong document and replaced it on").await;
    browser.press("Sign out").await;
    browser.sees("You have signed out.").await;
    browser.open(page.as_str()).await;
    assert!(browser.shows("Your library").await, "the page asks to sign in again");
    assert!(!browser.shows("On Ice Ages").await);
}

#[tokio::test]
async fn every_failed_sign_in_looks_the_same_and_the_sixth_waits() {
    let here = Installation::start().await;
    with_password(&here).await;
    let nameless = json!({ "name": "Paul", "email": "paul@example.org" });
    here.host.put("/api/v1/participants/CA-BVAU/patrons/p-9", nameless).await.expect(204);
    let stranger = Caller::new(&here.server.address, None);
    let said = |answer: Answer| {
        let text = answer.expect(403).text();
        // The form keeps what was typed.
        let from = text.find("role=\"alert\"").expect("the page says no");
        text[from..].split("</div>").next().unwrap_or_default().to_owned()
    };
    let wrong = said(try_in(&stranger, "CA-BVAU", "p-2041", "x").await);
    for (library, number, password) in [
        ("CA-BVAU", "p-2042", PASSWORD),
        ("CA-OTU", "p-2041", PASSWORD),
        ("CA-XXXX", "p-2041", PASSWORD),
        ("", "", ""),
        // A patron without a tracking password.
        ("CA-BVAU", "p-9", ""),
        ("CA-BVAU", "p-9", "nobody has this password"),
    ] {
        let answer = said(try_in(&stranger, library, number, password).await);
        assert_eq!(answer, wrong, "{library} {number}");
    }

    for _ in 0..4 {
        try_in(&stranger, "CA-BVAU", "p-2041", "x").await.expect(403);
    }
    let waits = try_in(&stranger, "CA-BVAU", "p-2041", PASSWORD).await.expect(429);
    let seconds: u32 = waits.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&seconds), "{seconds}");
    assert!(waits.text().contains("Wait 15 minutes"), "{}", waits.text());
    let log = here.server.log();
    assert!(!log.contains(PASSWORD) && !log.contains("p-2041"), "{log}");
}

#[tokio::test]
async fn requests_are_limited_to_their_patron_and_sessions_end_with_the_password() {
    let here = Installation::start().await;
    with_password(&here).await;
    let other = json!({ "email": "paul@example.org", "tracking_password": "other" });
    here.host.put("/api/v1/participants/CA-BVAU/patrons/p-9", other).await.expect(204);
    let (request, _) = here.shipped(&by_ghostscript()).await;
    let page = request.replace("/api/v1/", "/track/");
    let stranger = Caller::new(&here.server.address, None);

    let other = cookie(&try_in(&stranger, "CA-BVAU", "p-9", "other").await.expect(303));
    let list = get(&stranger, "/track/requests", &other).await.expect(200).text();
    assert!(!list.contains("On Ice Ages"), "{list}");
    get(&stranger, &page, &other).await.expect(404);

    let own = cookie(&try_in(&stranger, "CA-BVAU", "P-2041", PASSWORD).await.expect(403));
    assert!(own.is_empty(), "numbers are as the library writes them");
    let own = cookie(&try_in(&stranger, "CA-BVAU", "p-2041", PASSWORD).await.expect(303));
    let text = get(&stranger, &page, &own).await.expect(200).text();
    let key = text.split("name=\"form_key\" value=\"").nth(1).unwrap();
    let key = key.split('"').next().unwrap();
    let open = async |cookie: &str, form: String| {
        let post = stranger.request(Method::POST, &format!("{page}/open"));
        let post = post.header("content-type", "application/x-www-form-urlencoded");
        send(post.header("cookie", cookie).body(form)).await
    };
    open(&own, "form_key=x".to_owned()).await.expect(403);
    open(&other, format!("form_key={key}")).await.expect(403);
    let link = open(&own, format!("form_key={key}")).await.location();
    assert!(link.contains("/d/"), "{link}");
    stranger.get(&link).await.expect(200);

    // Updating the contact keeps the password and the session.
    let contact = json!({ "name": PATRON_NAME, "email": "new@example.org" });
    let path = "/api/v1/participants/CA-BVAU/patrons/p-2041";
    here.host.put(path, contact).await.expect(204);
    get(&stranger, &page, &own).await.expect(200);
    try_in(&stranger, "CA-BVAU", PATRON_ADDRESS, PASSWORD).await.expect(403);
    try_in(&stranger, "CA-BVAU", "NEW@example.org", PASSWORD).await.expect(303);
    let changed = json!({ "email": "new@example.org", "tracking_password": "another" });
    here.host.put(path, changed).await.expect(204);
    assert!(get(&stranger, &page, &own).await.location().contains("/track?next="));
    let known = here.host.get("/api/v1/participants").await.expect(200).text();
    assert!(!known.contains("another") && !known.contains("argon2"), "{known}");
}

#[tokio::test]
async fn the_sample_patron_signs_in_with_the_printed_password_in_french_on_a_phone() {
    let folder = tempfile::tempdir().unwrap();
    let server = Launch::new(folder.path()).with_sample_data().start();
    let password = server.printed_word("A patron follows requests at");
    let browser = Browser::start_as(Look::NarrowDark).await;
    browser.open(&format!("{}/language?to=fr&back=/track", server.address)).await;
    assert!(browser.shows("Suivre vos demandes").await);
    browser.open(&format!("{}/track?library=CA-BVAU", server.address)).await;
    browser.fill("number", "p-2041").await;
    browser.fill("password", &password).await;
    browser.press("Afficher mes demandes").await;
    let text = browser.sees("Vos demandes").await;
    for shown in
        ["est arrivé à votre bibliothèque", "cherche le document", "téléchargements restants"]
    {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    let wide = "document.documentElement.scrollWidth <= innerWidth";
    assert_eq!(browser.evaluate(wide).await, true, "nothing sticks out at 360 pixels");
}
