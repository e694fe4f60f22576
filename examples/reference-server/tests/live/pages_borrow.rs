//! Staff of the borrowing library receive documents, in a browser and without scripts.

use crate::support::browser::Browser;
use crate::support::caller::{Answer, Caller, send};
use crate::support::documents::{by_ghostscript, locked};
use crate::support::server::{Launch, Server};
use crate::support::{digest, until};
use fantoccini::Locator;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A server with the sample libraries: Vancouver borrows from Toronto under this profile.
struct Libraries {
    server: Server,
    host: Caller,
    lender: Caller,
    password: String,
    _folder: TempDir,
}

impl Libraries {
    async fn start(policy: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let server = Launch::new(folder.path()).with_sample_data().start();
        let word = |start| server.printed_word(start);
        let host = Caller::new(&server.address, Some(&word("API key of the host")));
        let lender = word("API key of the lending library's staff");
        let lender = Caller::new(&server.address, Some(&lender));
        let password = word("The password of all three");
        let vancouver = json!({
            "name": "Vancouver University Library", "email": "ill@vancouver.example.org",
            "zone": "America/Vancouver", "channel": "account", "policy": policy,
        });
        host.put("/api/v1/participants/CA-BVAU", vancouver).await.expect(204);
        Self { server, host, lender, password, _folder: folder }
    }

    /// Ships a request with this document; returns its handle.
    async fn shipped(&self, document: &[u8]) -> String {
        let news = json!({
            "reference": "2026-00700", "requester": "CA-BVAU", "supplier": "CA-OTU",
            "title": "On Moraines", "source": "Journal of Glaciology 13 (1974), 21-40",
            "patron": "p-2041", "status": "pending",
        });
        let known = self.host.post("/api/v1/requests", news).await.expect(200).json();
        let handle = known["handle"].as_str().expect("it is text").to_owned();
        let request = format!("/api/v1/requests/{handle}");
        self.lender.upload(&request, "on-moraines.pdf", document.to_vec()).await.expect(201);
        self.lender.post(&format!("{request}/ship"), json!({})).await.expect(204);
        handle
    }

    /// Returns the request as seen by the lending library's staff.
    async fn view(&self, handle: &str) -> Value {
        self.lender.get(&format!("/api/v1/requests/{handle}")).await.expect(200).json()
    }

    /// Returns the downloads used of a budget of the only file.
    async fn used(&self, handle: &str, budget: &str) -> u64 {
        let view = self.view(handle).await;
        let budgets = view["files"][0]["budgets"].as_array().expect("it is a list").clone();
        let budget = budgets.iter().find(|one| one["of"] == budget).expect("it has one");
        budget["used"].as_u64().expect("it is a number")
    }

    async fn events(&self, handle: &str, kind: &str) -> usize {
        let history = self.host.get(&format!("/api/v1/requests/{handle}/events")).await.expect(200);
        let events = history.json()["events"].as_array().expect("it is a list").clone();
        events.iter().filter(|event| event["event"] == kind).count()
    }

    async fn sign_in(&self, browser: &Browser, login: &str) {
        browser.open(&format!("{}/sign-in?next=/borrow", self.server.address)).await;
        type_in(browser, "#login", login).await;
        type_in(browser, "#password", &self.password).await;
        browser.press("Sign in").await;
        sees(browser, "Borrowing requests").await;
    }

    /// Signs in without scripts; returns the session cookie.
    async fn cookie(&self, login: &str) -> String {
        let stranger = Caller::new(&self.server.address, None);
        let fields = [("login", login), ("password", &self.password), ("next", "/borrow")];
        let answer = post(&stranger, "/sign-in", "", &fields).await.expect(303);
        answer.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
    }
}

async fn type_in(browser: &Browser, css: &str, text: &str) {
    let field = browser.client.find(Locator::Css(css)).await;
    let field = field.unwrap_or_else(|error| panic!("no field {css}: {error}"));
    field.send_keys(text).await.expect("it takes text");
}

async fn follow(browser: &Browser, words: &str) {
    let link = browser.client.find(Locator::LinkText(words)).await;
    let link = link.unwrap_or_else(|error| panic!("no link {words}: {error}"));
    link.click().await.expect("it can be followed");
}

/// Waits until the page shows this text; returns all of its text.
async fn sees(browser: &Browser, text: &str) -> String {
    until(&format!("a page that says `{text}`"), || async {
        // A page being unloaded returns nothing.
        let shown = browser.client.execute("return document.body.innerText", Vec::new()).await;
        let shown = shown.ok()?.as_str()?.to_owned();
        shown.contains(text).then_some(shown)
    })
    .await
}

async fn post(caller: &Caller, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
    let form = serde_urlencoded::to_string(fields).expect("it is text");
    let request = caller.request(Method::POST, path).header("cookie", cookie);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    send(request.body(form)).await
}

async fn get(caller: &Caller, path: &str, cookie: &str) -> Answer {
    send(caller.request(Method::GET, path).header("cookie", cookie)).await
}

/// Returns the value of the first field with this name on a page.
fn field(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start).unwrap_or_else(|| panic!("no field {name}: {page}"));
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn staff_preview_pages_download_and_email_the_patron() {
    let here = Libraries::start("recommended").await;
    let document = by_ghostscript();
    let handle = here.shipped(&document).await;
    let browser = Browser::start().await;
    here.sign_in(&browser, "vancouver").await;
    type_in(&browser, "#q", "moraines").await;
    browser.press("Show requests").await;
    let found = || async { (!browser.shows("On Ice Ages").await).then_some(()) };
    until("the list of what was searched for", found).await;
    follow(&browser, "On Moraines").await;
    let text = sees(&browser, "Documents from the lending library").await;
    for shown in [
        "on-moraines.pdf",
        "Toronto University Library",
        "2026-00700",
        "Available until the end of",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(text.contains("This uses 1 of your staff’s 2 downloads. 2 left."), "{text}");

    // Previews are free and recorded.
    follow(&browser, "Preview the document").await;
    sees(&browser, "Page 1 of 4").await;
    let width = "document.querySelector('img.sheet').naturalWidth";
    let drawn = || async { (browser.evaluate(width).await == 900).then_some(()) };
    until("the image of the page", drawn).await;
    let first = browser.evaluate("document.querySelector('img.sheet').src").await;
    follow(&browser, "Next page").await;
    sees(&browser, "Page 2 of 4").await;
    until("the image of the next page", drawn).await;
    assert_ne!(browser.evaluate("document.querySelector('img.sheet').src").await, first);
    assert_eq!(here.events(&handle, "previewed").await, 2);
    assert_eq!(here.used(&handle, "staff").await, 0);

    // A download states its cost and is counted once.
    browser.open(&format!("{}/borrow/{handle}", here.server.address)).await;
    browser.tick().await;
    browser.press("Download").await;
    let (name, bytes) = browser.downloaded().await;
    assert_eq!((name.as_str(), digest(&bytes)), ("on-moraines.pdf", digest(&document)));
    browser.open(&format!("{}/borrow/{handle}", here.server.address)).await;
    let text = sees(&browser, "Resume or repeat the download").await;
    assert!(text.contains("This uses 1 of your staff’s 2 downloads. 1 left."), "{text}");
    assert_eq!((here.used(&handle, "staff").await, here.used(&handle, "patron").await), (1, 0));

    // Receiving emails the patron. The email can be resent, and its link copied.
    browser.press("Mark as received").await;
    sees(&browser, "The request has been marked as received.").await;
    let taken = || async {
        browser.open(&format!("{}/borrow/{handle}", here.server.address)).await;
        browser.shows("Accepted by the mail server").await.then_some(())
    };
    until("the mail", taken).await;
    assert!(browser.shows("c****@CA-BVAU.example.org").await, "the address is masked");
    let url = browser.evaluate("document.querySelector('#url').value").await;
    let url = url.as_str().expect("it is text").to_owned();
    assert!(url.starts_with(&format!("{}/d/", here.server.address)), "{url}");
    let page = Caller::new(&here.server.address, None).get(&url).await.expect(200);
    assert!(page.text().contains("On Moraines"), "the link opens");
    browser.press("Email the link again").await;
    sees(&browser, "The email to the patron will be sent shortly").await;
    assert_eq!(here.events(&handle, "resent").await, 1);
    follow(&browser, "History of this request").await;
    sees(&browser, "Back to the request").await;
}

#[tokio::test]
async fn staff_report_a_problem_and_ask_to_cancel_in_french_too() {
    let here = Libraries::start("illume").await;
    let handle = here.shipped(&by_ghostscript()).await;
    let browser = Browser::start().await;
    here.sign_in(&browser, "vancouver").await;
    browser.open(&format!("{}/borrow/{handle}", here.server.address)).await;
    let text = sees(&browser, "Documents from the lending library").await;
    assert!(text.contains("There is no preview for this request"), "{text}");
    assert!(text.contains("This uses 1 of the 5 downloads that your staff and the patron share"));

    let summary = browser.client.find(Locator::Css("#file-1 details summary")).await.unwrap();
    summary.click().await.unwrap();
    browser.client.find(Locator::Css("[value=missing-page]")).await.unwrap().click().await.unwrap();
    type_in(&browser, "#note-1", "Page 17 is cut off").await;
    browser.press("Report the problem").await;
    let text = sees(&browser, "The problem has been reported to the lending library.").await;
    assert!(text.contains("A page is missing or cut off: reported on"), "{text}");
    assert!(text.contains("Page 17 is cut off") && text.contains("has not answered yet"), "{text}");
    assert_eq!(here.events(&handle, "problem-reported").await, 1);

    follow(&browser, "Français").await;
    let text = sees(&browser, "Documents de la bibliothèque prêteuse").await;
    assert!(text.contains("5 téléchargements restants sur 5"), "{text}");
    assert!(text.contains("Il manque une page ou une partie de page\u{a0}: signalé le"), "{text}");
    let cancel = browser.client.find(Locator::Css("section:last-child details summary")).await;
    cancel.unwrap().click().await.unwrap();
    browser.press("Demander l’annulation").await;
    sees(&browser, "Vous avez demandé l’annulation le").await;
    assert_eq!(here.events(&handle, "cancel-requested").await, 1);
}

#[tokio::test]
async fn pages_are_limited_to_the_borrowing_library_and_forms_to_its_sessions() {
    let here = Libraries::start("recommended").await;
    let document = by_ghostscript();
    let handle = here.shipped(&document).await;
    let stranger = Caller::new(&here.server.address, None);
    let page = format!("/borrow/{handle}");
    let pages = format!("{page}/files/1/pages");
    for path in [&page, &pages] {
        let sent_to = get(&stranger, path, "").await.location();
        assert!(sent_to.starts_with("/sign-in?next="), "{sent_to}");
    }
    let montreal = here.cookie("montreal").await;
    let toronto = here.cookie("toronto").await;
    for path in [&page, &pages] {
        get(&stranger, path, &montreal).await.expect(404);
        get(&stranger, path, &toronto).await.expect(404);
    }
    // The lending library previews pages on its own side.
    let supplied = format!("/supply/{handle}/files/1/pages");
    get(&stranger, &supplied, &toronto).await.expect(200);
    let file = get(&stranger, &format!("/supply/{handle}/files/1"), &toronto).await.expect(200);
    assert!(file.text().contains(&format!("href=\"{supplied}\"")), "its page leads there");

    let vancouver = here.cookie("vancouver").await;
    let shown = get(&stranger, &page, &vancouver).await.expect(200).text();
    let (form_key, ordinal) = (field(&shown, "form_key"), field(&shown, "ordinal"));
    assert!(shown.len() < 60_000 && !shown.contains("<script>"), "{} bytes", shown.len());
    let mut form = vec![("file", "1"), ("ordinal", &ordinal), ("copyright_version", "0")];
    let download = format!("{page}/download");
    post(&stranger, &download, &vancouver, &form).await.expect(403);
    form.push(("form_key", &form_key));
    let refused = post(&stranger, &download, &vancouver, &form).await.expect(422).text();
    assert!(refused.contains("role=\"alert\"") && refused.contains("select the box"), "{refused}");
    assert_eq!(here.used(&handle, "staff").await, 0);

    form.push(("acknowledged", "yes"));
    let ticket = post(&stranger, &download, &vancouver, &form).await.location();
    assert_eq!(digest(&stranger.get(&ticket).await.expect(200).bytes), digest(&document));
    // The same form again is the same download.
    assert_eq!(post(&stranger, &download, &vancouver, &form).await.location(), ticket);
    assert_eq!(here.used(&handle, "staff").await, 1);

    // The address of an image is valid for minutes, within the session.
    let viewer = get(&stranger, &pages, &vancouver).await.expect(200).text();
    let (_, image) = viewer.split_once("class=\"sheet\" src=\"").expect("it shows a page");
    let image = image.split('"').next().unwrap_or_default();
    let answer = get(&stranger, image, &vancouver).await.expect(200);
    assert_eq!(answer.header("content-type"), "image/png");
    assert!(answer.header("cache-control").contains("no-store"), "{:?}", answer.headers);
    get(&stranger, image, &toronto).await.expect(404);
    get(&stranger, &image.replace("/1/1/", "/1/2/"), &vancouver).await.expect(404);
    let beyond = get(&stranger, &format!("{pages}?page=5"), &vancouver).await.expect(404).text();
    assert!(beyond.contains("There is no such page") && beyond.contains("?page=4"), "{beyond}");

    // Withdrawn documents are no longer shown.
    let withdraw = json!({ "why": "sent by mistake" });
    here.lender.post(&format!("/api/v1/requests/{handle}/withdraw"), withdraw).await.expect(204);
    get(&stranger, image, &vancouver).await.expect(404);
    let gone = get(&stranger, &page, &vancouver).await.expect(200).text();
    assert!(gone.contains("There are no documents for this request"), "{gone}");
}

#[tokio::test]
async fn each_side_gets_its_own_advice_for_failed_previews() {
    let here = Libraries::start("recommended").await;
    let handle = here.shipped(&locked(&by_ghostscript(), "secret")).await;
    let (vancouver, toronto) = (here.cookie("vancouver").await, here.cookie("toronto").await);
    let stranger = Caller::new(&here.server.address, None);
    for (side, cookie, language, advice) in [
        ("borrow", &vancouver, "en", "Report a problem to the lending library"),
        ("supply", &toronto, "en", "Replace it with an unlocked copy"),
        ("borrow", &vancouver, "fr", "Signalez un problème à la bibliothèque prêteuse"),
        ("supply", &toronto, "fr", "Remplacez-le par une copie déverrouillée"),
    ] {
        let path = format!("/{side}/{handle}/files/1/pages");
        let cookie = format!("{cookie}; desk_language={language}");
        let page = get(&stranger, &path, &cookie).await.expect(422).text();
        assert!(page.contains(advice), "{path}: {page}");
        let reports = ["Report a problem", "Signalez un problème"];
        let is_report = reports.iter().any(|report| page.contains(report));
        assert_eq!(is_report, side == "borrow", "{path}: {page}");
    }
}
