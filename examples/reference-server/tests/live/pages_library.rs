//! An administrator maintains the library's record.

use crate::support::browser::Browser;
use crate::support::sample::Sample;
use crate::support::until;
use serde_json::{Value, json};

/// A picture of one red dot.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\x0c\
                     IDATx\x9cc\xf8\xcf\xc0\0\0\x03\x01\x01\0\xc9\xfe\x92\xef\0\0\0\0IEND\xaeB`\x82";

/// Ships and receives a sample request with a document.
async fn receive(here: &Sample, request: &str) {
    here.host.post(&format!("{request}/ship"), json!({})).await.expect(204);
    here.host.post(&format!("{request}/receive"), json!({})).await.expect(204);
}

/// Creates a request of the library in Vancouver with a document.
async fn request(here: &Sample, reference: &str) -> String {
    let news = json!({
        "reference": reference, "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "Salish Sea", "patron": "p-2041", "status": "pending",
    });
    let known = here.host.post("/api/v1/requests", news).await.expect(200).json();
    let request = format!("/api/v1/requests/{}", known["handle"].as_str().expect("it is text"));
    let document = crate::support::documents::by_ghostscript();
    here.host.upload(&request, "salish-sea.pdf", document).await.expect(201);
    request
}

async fn preview(browser: &Browser, id: &str, says: &str) {
    let script = format!(
        "document.getElementById('preview').contentDocument.getElementById('{id}')?.textContent ?? ''"
    );
    until(&format!("a preview that says {says}"), || async {
        let shown = browser.evaluate(&script).await;
        shown.as_str().is_some_and(|shown| shown.contains(says)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_changed_text_is_previewed_checked_and_sent() {
    let here = Sample::start();
    let browser = Browser::start().await;
    browser.sign_in(&here.server, "vancouver").await;
    browser.sees("Paul Chan").await;
    let page = format!("{}/library/notices/received-patron/en", here.server.address);
    browser.open(&page).await;
    browser.sees("Received, with documents").await;
    preview(&browser, "says-subject", "Ready to download: On Ice Ages").await;
    preview(&browser, "says-text", "5 downloads left").await;

    browser.fill("subject", "Come and get {title}").await;
    preview(&browser, "says-subject", "Come and get On Ice Ages").await;
    browser.fill("subject", "Come and get {titel}").await;
    let frame = "document.getElementById('preview').contentDocument.body.innerText";
    until("a preview that says what is wrong", || async {
        let shown = browser.evaluate(frame).await;
        shown
            .as_str()
            .unwrap_or_default()
            .contains("There is no placeholder {titel} for the subject")
            .then_some(())
    })
    .await;
    browser.press("Save changes").await;
    let text = browser.sees("Your text was not saved").await;
    assert!(text.contains("There is no placeholder {titel} for the subject"), "{text}");

    browser.fill("subject", "Come and get {title}").await;
    browser.press("Save changes").await;
    let text = browser.sees("Your text has been saved").await;
    assert!(text.contains("your text"), "{text}");
    let sample = format!("/api/v1/requests/{}", here.handle("2026-00412").await);
    receive(&here, &sample).await;
    until("the mail with the library's own text", || async {
        (here.mails_with("Subject: Come and get Bees of the Okanagan") == 1).then_some(())
    })
    .await;

    browser.press("Go back to the standard text").await;
    browser.sees("The standard text is in use again").await;
    let other = request(&here, "2026-00501").await;
    receive(&here, &other).await;
    until("the mail with our text", || async {
        (here.mails_with("Subject: Ready to download: Salish Sea") == 1).then_some(())
    })
    .await;

    browser.open(&format!("{}/library/notices", here.server.address)).await;
    browser.click("kind-received").await;
    browser.press("Save changes").await;
    browser.sees("Your choice of automatic emails has been saved").await;
    let silent = request(&here, "2026-00502").await;
    receive(&here, &silent).await;
    let view = here.host.get(&silent).await.expect(200).json();
    assert_eq!(view["notices"], Value::Array(Vec::new()), "nobody is told");
}

#[tokio::test]
async fn without_scripts_a_preview_is_a_separate_page_without_active_content() {
    let here = Sample::start();
    let cookie = here.cookie("vancouver").await;
    let page = "/library/notices/received-patron/fr";
    let markup = "<style>p</style><p onclick=\"alert(1)\">{title}</p>\n{link}";
    let typed = [("subject", "Venez chercher {title}"), ("text", markup)];
    let answer = here.submit(page, &format!("{page}/preview"), &cookie, &typed).await.expect(200);
    let policy = answer.header("content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("script"), "{policy}");
    let text = answer.text();
    assert!(text.contains("Venez chercher Les âges glaciaires"), "{text}");
    assert!(text.contains("&lt;p onclick"), "markup is text: {text}");
    assert!(text.contains("&amp;lt;p onclick"), "in the HTML too: {text}");
    let typed = [("subject", "Venez chercher {title}"), ("text", "{oups")];
    let answer = here.submit(page, &format!("{page}/preview"), &cookie, &typed).await.expect(200);
    let text = answer.text();
    assert!(text.contains("Line 1: There is a { without a }"), "it stands above: {text}");
    // Nothing was saved.
    let shown = here.get(page, &cookie, "en").await.expect(200).text();
    assert!(!shown.contains("Venez chercher"), "{shown}");
    let saved = here.submit(page, &format!("{page}/save"), &cookie, &typed).await.expect(422);
    assert!(saved.text().contains("Your text was not saved"));
    for unknown in ["/library/notices/nothing/en", "/library/notices/received-patron/de"] {
        here.get(unknown, &cookie, "en").await.expect(404);
    }
}

#[tokio::test]
async fn a_copyright_notice_that_is_too_long_is_rejected_in_the_readers_language() {
    let here = Sample::start();
    let cookie = here.cookie("vancouver").await;
    let (page, save) = ("/library/copyright", "/library/copyright/save");
    let text = "x".repeat(5_001);
    let typed = [("text", &*text)];
    let said = here.submit(page, save, &cookie, &typed).await.expect(422).text();
    assert!(
        said.contains("Copyright notice is longer than 5,000 characters (accented letters"),
        "{said}"
    );
    assert!(said.contains(&text), "what was typed stays");
    let french = format!("desk_language=fr; {cookie}");
    let said = here.submit(page, save, &french, &typed).await.expect(422).text();
    assert!(said.contains("Avis de droit d’auteur\u{a0}: dépasse 5\u{a0}000 caractères"), "{said}");
    let library = json!({ "name": "Vancouver", "copyright_notice": text });
    let refused = here.host.put("/api/v1/participants/CA-BVAU", library).await.expect(422).json();
    assert_eq!(
        (&refused["field"], &refused["reason"]),
        (&json!("copyright_notice"), &json!("too-long"))
    );
}

#[tokio::test]
async fn api_errors_name_the_field_and_value_of_a_library() {
    let here = Sample::start();
    for (library, field, said) in [
        (json!({ "name": " " }), "name", "`name` is empty"),
        (json!({ "name": "x".repeat(201) }), "name", "longer than 200 bytes"),
        (json!({ "name": "V", "zone": "Mars/X" }), "zone", "`zone` is \"Mars/X\", which is not in"),
        (json!({ "name": "V", "emails": ["a@x.org", "bad"] }), "emails", "(`emails[1]`)"),
    ] {
        let refused =
            here.host.put("/api/v1/participants/CA-BVAU", library).await.expect(422).json();
        assert_eq!(refused["field"], field, "{refused}");
        assert!(refused["title"].as_str().is_some_and(|title| title.contains(said)), "{refused}");
    }
}

#[tokio::test]
async fn texts_of_libraries_are_not_executed() {
    let here = Sample::start();
    let cookie = here.cookie("vancouver").await;
    let page = "/library/notices/received-patron/en";
    let nested = |tag: &str| format!("{{{{ {}1 }}}}\n{{link}}", tag.repeat(4_800 / tag.len()));
    let doubled = "{% set a = a + a %}".repeat(60);
    for text in [
        nested("-"),
        nested("not "),
        nested("1 ~ "),
        format!("{{% if a %}}{}{{% endif %}}\n{{link}}", "{% elif a %}".repeat(400)),
        format!("{{% set a = [1] %}}{doubled}{{{{ a }}}}\n{{link}}"),
        format!("{{% if title == 'x' %}}{doubled}{{{{ a }}}}{{% endif %}}{{link}}"),
    ] {
        let typed = [("subject", "{title}"), ("text", &*text)];
        for address in [format!("{page}/preview"), format!("{page}/save")] {
            let answer = here.submit(page, &address, &cookie, &typed).await;
            let status = if address.ends_with("save") { 422 } else { 200 };
            let said = answer.expect(status).text();
            assert!(said.contains("There is no placeholder"), "{said}");
        }
    }
    // The French page has the message in French.
    let page = "/library/notices/received-patron/fr";
    let typed = [("subject", "{title}"), ("text", "Bonjour {titre}\n{link}")];
    let french = format!("desk_language=fr; {cookie}");
    let said = here.submit(page, &format!("{page}/save"), &french, &typed).await.expect(422).text();
    assert!(said.contains("Ligne 1\u{a0}: Il n’y a pas de champ {titre}"), "{said}");
    // Plain text is sent as it is, and the worker continues.
    let page = "/library/notices/received-patron/en";
    let text = "%set a = a + a, not not not -- 1 ~ 1\n\nCome and get it:\n{link}";
    let typed = [("subject", "Here: {title}"), ("text", text)];
    here.submit(page, &format!("{page}/save"), &cookie, &typed).await.expect(303);
    let sample = format!("/api/v1/requests/{}", here.handle("2026-00412").await);
    receive(&here, &sample).await;
    until("the mail with the library's own text", || async {
        (here.mails_with("%set a = a + a, not not not -- 1 ~ 1") == 1).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_new_account_signs_in_and_is_signed_out_when_disabled() {
    let here = Sample::start();
    let browser = Browser::start().await;
    browser.sign_in(&here.server, "vancouver").await;
    browser.sees("Paul Chan").await;
    browser.open(&format!("{}/library/accounts", here.server.address)).await;
    browser.fill("name", "Lucie Tremblay").await;
    browser.fill("login", "Lucie").await;
    browser.press("Create the account").await;
    browser.sees("The account lucie has been created").await;
    let password = browser.evaluate("document.getElementById('password-created').value").await;
    let password = password.as_str().unwrap();
    let signed_in = here.sign_in("lucie", password).await.expect(303);
    let cookie = signed_in.header("set-cookie").split(';').next().unwrap();
    here.get("/supply", cookie, "en").await.expect(200);
    for kept in ["/library", "/library/accounts", "/library/notices", "/library/copyright"] {
        here.get(kept, cookie, "en").await.expect(403);
    }

    browser.open(&format!("{}/library/accounts/lucie", here.server.address)).await;
    browser.press("Disable the account").await;
    browser.sees("The account has been disabled").await;
    assert!(here.get("/supply", cookie, "en").await.location().contains("/sign-in"));
    here.sign_in("lucie", password).await.expect(403);

    browser.press("Enable the account").await;
    browser.sees("The account has been enabled").await;
    browser.press("Create a new password").await;
    browser.sees("This password is shown only once").await;
    here.sign_in("lucie", password).await.expect(403);
    let password = browser.evaluate("document.getElementById('password-created').value").await;
    here.sign_in("lucie", password.as_str().unwrap()).await.expect(303);

    // The last administrator cannot be demoted.
    browser.open(&format!("{}/library/accounts/vancouver", here.server.address)).await;
    browser.press("Disable the account").await;
    browser.sees("the last administrator of your library").await;
    browser.open(&format!("{}/library/accounts/vancouver", here.server.address)).await;
    browser
        .client
        .find(fantoccini::Locator::Css("#role option[value=staff]"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser.press("Save changes").await;
    browser.sees("the last administrator of your library").await;
    let taken = [("login", "toronto"), ("name", "Somebody"), ("role", "staff")];
    let own = here.cookie("vancouver").await;
    let page = "/library/accounts";
    here.submit(page, "/library/accounts/make", &own, &taken).await.expect(422);
    here.get("/library/accounts/toronto", &own, "en").await.expect(404);
}

#[tokio::test]
async fn patrons_see_the_record_the_logo_and_the_copyright_notice() {
    let here = Sample::start();
    let browser = Browser::start().await;
    browser.sign_in(&here.server, "vancouver").await;
    browser.sees("Paul Chan").await;
    let page = format!("{}/library", here.server.address);
    browser.open(&page).await;
    browser.fill("zone", "America/Nowhere").await;
    browser.fill("name", "Coast University Library").await;
    browser.press("Save changes").await;
    browser.sees("There is no such time zone").await;
    browser.fill("zone", "America/Edmonton").await;
    browser.press("Save changes").await;
    let text = browser.sees("Your changes to the library record have been saved").await;
    assert!(text.contains("Coast University Library"), "{text}");
    let known = here.host.get("/api/v1/participants").await.expect(200).json();
    let library = known.as_array().unwrap().iter().find(|one| one["id"] == "CA-BVAU").unwrap();
    assert_eq!(
        (&library["zone"], &library["policy"]),
        (&json!("America/Edmonton"), &json!("illume"))
    );

    let picture = here.data.join("dot.png");
    std::fs::write(&picture, PNG).unwrap();
    browser.choose_file("logo", &picture).await;
    browser.press("Upload the logo").await;
    browser.sees("The logo has been uploaded").await;
    assert_eq!(browser.count(".home img[src^='data:image/png;base64,']").await, 1);
    let fake = here.data.join("fake.png");
    std::fs::write(&fake, "<svg onload='alert(1)'>").unwrap();
    browser.choose_file("logo", &fake).await;
    browser.press("Upload the logo").await;
    browser.sees("The logo was not changed").await;

    let copyright = format!("{page}/copyright");
    for (text, version) in [("For private study.", 1), ("For private study\nalone.", 2)] {
        browser.open(&copyright).await;
        browser.fill("text", text).await;
        browser.press("Save changes").await;
        browser.sees(&format!("Version {version} is in use")).await;
    }
    let link = fantoccini::Locator::LinkText("Version 1");
    browser.client.find(link).await.unwrap().click().await.unwrap();
    let text = browser.sees("For private study.").await;
    assert!(text.contains("Paul Chan"), "{text}");

    browser.open(here.server.printed.last().unwrap()).await;
    let text = browser.sees("For private study").await;
    assert!(text.contains("alone.") && text.contains("Coast University Library"), "{text}");
    assert_eq!(browser.count("img[src^='data:image/png;base64,']").await, 1);
}
