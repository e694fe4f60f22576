//! Staff of the lending library upload, reorder and ship files, and grant extensions.

#![expect(
    clippy::unwrap_used,
    reason = "what is shared here fails a test as the tests themselves do"
)]

use crate::support::browser::Browser;
use crate::support::caller::{Answer, Caller, send};
use crate::support::documents::{by_debian, by_ghostscript, by_img2pdf, by_weasyprint, noise_pdf};
use crate::support::patron::Patron;
use crate::support::server::{Launch, Server};
use crate::support::{digest, until};
use fantoccini::Locator;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A server with sample data, with staff of its lending library.
struct Library {
    server: Server,
    host: Caller,
    lender: Caller,
    borrower: Caller,
    folder: TempDir,
}

impl Library {
    async fn start() -> Self {
        Self::start_with("").await
    }

    /// Starts it with these settings.
    async fn start_with(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let file = folder.path().join("settings.toml");
        std::fs::write(&file, settings).expect("the folder can be written");
        let launch = Launch::new(&folder.path().join("data")).with("CONFIG", file.display());
        let server = launch.with_sample_data().start();
        let host = Caller::new(&server.address, Some(&server.printed_word("API key of the host")));
        let lender = staff(&host, &server, "CA-OTU").await;
        let borrower = staff(&host, &server, "CA-BVAU").await;
        Self { server, host, lender, borrower, folder }
    }

    /// Returns the path of a sample request in the API.
    async fn request(&self, reference: &str) -> String {
        let path = format!("/api/v1/requests?search={reference}");
        let list = self.host.get(&path).await.expect(200).json();
        let handle = list["requests"][0]["handle"].as_str().expect("it is text");
        format!("/api/v1/requests/{handle}")
    }

    /// Returns the address of its page.
    fn page(&self, request: &str) -> String {
        format!("{}{}", self.server.address, path(request))
    }

    async fn signed_in(&self) -> Browser {
        let browser = Browser::start().await;
        browser.sign_in(&self.server, "toronto").await;
        browser.sees("Lending requests").await;
        browser
    }

    /// Writes a file for the browser to choose.
    fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Returns the files' names and descriptions in order, as seen by the lending staff.
    async fn files(&self, request: &str) -> Vec<(String, String)> {
        let view = self.lender.get(request).await.expect(200).json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let files = view["files"].as_array().unwrap().iter();
        files.map(|file| (text(&file["file_name"]), text(&file["description"]))).collect()
    }
}

async fn staff(host: &Caller, server: &Server, agency: &str) -> Caller {
    let holder = json!({ "role": "staff", "agency": agency, "id": "m-7" });
    let made = host.post("/api/v1/keys", holder).await.expect(201).json();
    Caller::new(&server.address, made["key"].as_str())
}

/// Returns the path of a request's page.
fn path(request: &str) -> String {
    request.replace("/api/v1/requests/", "/supply/")
}

/// Chooses these files in the field.
async fn choose(browser: &Browser, id: &str, files: &[String]) {
    let field = browser.client.find(Locator::Id(id)).await.unwrap();
    field.send_keys(&files.join("\n")).await.unwrap();
}

/// Clicks the button or link with this accessible name.
async fn press_named(browser: &Browser, name: &str) {
    let css = format!("[aria-label='{name}']");
    browser.client.find(Locator::Css(&css)).await.unwrap().click().await.unwrap();
}

/// Opens the collapsed section with this summary.
async fn unfold(browser: &Browser, words: &str) {
    let path = format!("//summary[normalize-space()='{words}']");
    browser.client.find(Locator::XPath(&path)).await.unwrap().click().await.unwrap();
}

#[tokio::test]
async fn three_files_are_uploaded_reordered_and_shipped() {
    let here = Library::start().await;
    let request = here.request("2026-00411").await;
    let browser = here.signed_in().await;
    browser.open(&here.page(&request)).await;
    browser.sees("There are no documents yet").await;

    // Three documents by three programs, each with a description.
    let scans = [
        ("part-1.pdf", by_weasyprint()),
        ("part-2.pdf", by_ghostscript()),
        ("scan.pdf", by_img2pdf()),
    ];
    let paths: Vec<String> = scans.iter().map(|(name, bytes)| here.file(name, bytes)).collect();
    choose(&browser, "upload", &paths).await;
    let fields = browser.client.find_all(Locator::Css("[data-queue] [data-description]")).await;
    let fields = fields.unwrap();
    assert_eq!(fields.len(), 3);
    for (field, words) in fields.iter().zip(["Pages 44 to 50", "Pages 51 to 61", "The map"]) {
        field.send_keys(words).await.unwrap();
    }
    browser.press("Upload the files").await;
    let listed = "document.querySelectorAll('#files li').length";
    until("three files in the list", || async {
        (browser.evaluate(listed).await == json!(3)).then_some(())
    })
    .await;
    let text = browser.sees("can see the 3 documents immediately").await;
    assert!(text.contains("Pages 51 to 61") && text.contains("5 of 5 downloads left"), "{text}");
    assert!(text.contains("90 days after it is shipped"), "{text}");

    press_named(&browser, "Move scan.pdf up").await;
    browser.sees("The order of the documents has been changed").await;
    press_named(&browser, "Change part-2.pdf").await;
    browser.sees("Description and limits").await;
    browser.fill("description", "The rest").await;
    browser.fill("downloads", "2").await;
    browser.fill("days", "30").await;
    browser.press("Save changes").await;
    let text = browser.sees("Your changes to the document have been saved").await;
    assert!(text.contains("2 of 2 downloads left") && text.contains("30 days"), "{text}");
    // A value over the policy's limit is refused at its field, which keeps the value.
    press_named(&browser, "Change part-1.pdf").await;
    browser.sees("Description and limits").await;
    browser.evaluate("document.querySelector('form.panel').noValidate = true").await;
    browser.fill("downloads", "6").await;
    browser.fill("why", "a long course").await;
    browser.press("Save changes").await;
    browser.sees("Enter a whole number from 1 to 5").await;
    let kept = "document.getElementById('downloads').value + document.getElementById('why').value";
    assert_eq!(browser.evaluate(kept).await, json!("6a long course"));
    unfold(&browser, "Remove this document…").await;
    browser.press("Remove the document").await;
    browser.sees("The document has been removed").await;
    let files = here.files(&request).await;
    let (map, rest) =
        (("scan.pdf".into(), "The map".into()), ("part-2.pdf".into(), "The rest".into()));
    assert_eq!(files, [map, rest]);

    // The page says what shipping does. Afterwards, and not before, the other library sees the
    // documents.
    let text = browser.text().await;
    for said in [
        "Vancouver University Library (sample) can see the 2 documents immediately",
        "different last days, from",
        "We will email the link to the patron when Vancouver University Library (sample) marks",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let hidden = here.borrower.get(&request).await.expect(200).json();
    assert_eq!(hidden["files"].as_array().map(Vec::len), Some(0));
    browser.press("Ship to Vancouver University Library (sample)").await;
    let text = browser.sees("The request has been shipped").await;
    assert!(!text.contains("When you ship this request"), "{text}");
    let seen = here.borrower.get(&request).await.expect(200).json();
    assert_eq!(seen["status"], "shipped");
    assert_eq!(seen["files"][0]["digest"], digest(&scans[2].1));

    // Their own copy is free.
    press_named(&browser, "Download a staff copy of scan.pdf").await;
    let (name, bytes) = browser.downloaded().await;
    assert_eq!((name.as_str(), digest(&bytes)), ("scan.pdf", digest(&scans[2].1)));
    let seen = here.borrower.get(&request).await.expect(200).json();
    assert_eq!(seen["files"][0]["budgets"][0]["used"], 0);

    unfold(&browser, "Withdraw this delivery…").await;
    browser.fill("withdraw-why", "The wrong volume").await;
    browser.press("Withdraw the delivery").await;
    browser.sees("The delivery has been withdrawn").await;
}

#[tokio::test]
async fn refused_files_give_a_reason_and_can_be_retried() {
    let here = Library::start().await;
    let request = here.request("2026-00411").await;
    let browser = here.signed_in().await;
    browser.open(&here.page(&request)).await;
    browser.evaluate("document.querySelector('[data-upload]').dataset.max = 100000").await;
    let large = here.file("large.pdf", &noise_pdf(200_000));
    let program = here.file("setup.exe", b"MZ\x90\0\x03\0\0\0");
    let good = here.file("good.pdf", &by_ghostscript());
    choose(&browser, "upload", &[large, program, good]).await;
    browser.press("Upload the files").await;
    let text = browser.sees("Files whose names end in “.exe” are not accepted").await;
    assert!(text.contains("The file is larger than 125\u{a0}MB"), "{text}");
    until("the good one in the list", || async {
        let files = here.files(&request).await;
        (files.len() == 1 && files[0].0 == "good.pdf").then_some(())
    })
    .await;
    // Both failed files are still listed, to be retried or removed.
    let again = browser.client.find_all(Locator::Css("[data-again]:not([hidden])")).await.unwrap();
    assert_eq!(again.len(), 2);
    browser.evaluate("document.querySelector('[data-upload]').dataset.max = 125000000").await;
    again[0].click().await.unwrap();
    until("the large one in the list", || async {
        (here.files(&request).await.len() == 2).then_some(())
    })
    .await;
    press_named(&browser, "Remove from the list: setup.exe").await;
    assert_eq!(browser.count("[data-queue] li").await, 0);
}

#[tokio::test]
async fn extensions_are_granted_with_one_click_and_problems_answered() {
    let here = Library::start().await;
    let request = here.request("2026-00417").await;
    let patron = json!({ "audience": "patron" });
    let issued = here.host.post(&format!("{request}/links"), patron).await.expect(200).json();
    let patron = Patron::new(&here.server.address, issued["url"].as_str().unwrap());
    for number in 0..5 {
        patron.claim(1, &format!("key-{number}")).await.expect(200);
    }
    patron.ask(1, "The+printer+ate+it").await.expect(303);
    let problem = json!({ "kind": "missing-page", "note": "Page 12 is cut off" });
    let path = format!("{request}/files/1/problem");
    here.borrower.post(&path, problem).await.expect(204);

    let browser = here.signed_in().await;
    browser.open(&format!("{}/supply?waiting=yes", here.server.address)).await;
    let text = browser.sees("Extension requested").await;
    assert!(text.contains("On Ice Ages") && text.contains("Problem reported"), "{text}");
    assert!(!text.contains("Bees"), "nothing waits there: {text}");
    browser.open(&here.page(&request)).await;
    let text = browser.sees("The printer ate it").await;
    assert!(text.contains("No downloads left (out of 5)"), "{text}");
    assert!(text.contains("Page 12 is cut off"), "{text}");
    browser.press("Grant the extension").await;
    let text = browser.sees("The extension has been granted").await;
    assert!(!text.contains("The printer ate it"), "it is answered: {text}");
    assert!(text.contains("2 of 7 downloads left"), "{text}");

    // Replaces the document for the reported reason.
    browser.open(&format!("{}/files/1", here.page(&request))).await;
    let reason = "document.getElementById('reason').value";
    assert_eq!(browser.evaluate(reason).await, json!("missing-pages"));
    choose(&browser, "copy", &[here.file("better.pdf", &by_weasyprint())]).await;
    browser.press("Replace the document").await;
    let text = browser.sees("The document has been replaced").await;
    assert!(text.contains("version 2") && !text.contains("Page 12"), "{text}");

    // The link's address appears on request only.
    assert!(!browser.evaluate("document.body.innerHTML").await.to_string().contains("/d/"));
    browser.press("Show the link").await;
    browser.sees("Anyone who has this link can download").await;
    let shown = browser.evaluate("document.getElementById('address').value").await;
    assert_eq!(shown, issued["url"]);
    assert!(!browser.client.current_url().await.unwrap().as_str().contains("/d/"));
    unfold(&browser, "Turn off the link…").await;
    browser.press("Turn off the link").await;
    browser.sees("The link has been turned off").await;
    assert_eq!(patron.page().await.status, 410);
}

/// Staff signed in with a browser without scripts.
#[derive(Clone)]
struct Plain {
    caller: Caller,
    cookie: String,
}

impl Plain {
    async fn sign_in(server: &Server, login: &str) -> Self {
        let password = server.printed_word("The password of all three:");
        let caller = Caller::new(&server.address, None);
        let request = caller.request(Method::POST, "/sign-in");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let form = format!("login={login}&password={password}");
        let answer = send(request.body(form)).await.expect(303);
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        Self { caller, cookie }
    }

    async fn get(&self, path: &str) -> Answer {
        send(self.caller.request(Method::GET, path).header("cookie", &self.cookie)).await
    }

    /// Returns the key in the forms of a page.
    async fn key(&self, path: &str) -> String {
        let page = self.get(path).await.expect(200).text();
        let (_, rest) = page.split_once("name=\"form_key\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.caller.request(Method::POST, path).header("cookie", &self.cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        send(request.body(serde_urlencoded::to_string(fields).unwrap())).await
    }

    async fn upload(&self, path: &str, form: Form) -> Answer {
        let request = self.caller.request(Method::POST, path).header("cookie", &self.cookie);
        send(request.multipart(form)).await
    }
}

fn part(name: &'static str, bytes: Vec<u8>) -> Part {
    Part::bytes(bytes).file_name(name).mime_str("application/octet-stream").unwrap()
}

#[tokio::test]
async fn without_scripts_one_form_uploads_all_files() {
    let here = Library::start().await;
    let request = here.request("2026-00411").await;
    let page = path(&request);
    let staff = Plain::sign_in(&here.server, "toronto").await;
    let key = staff.key(&page).await;

    // Shipping without files asks first.
    let form = [("form_key", key.as_str())];
    let asked = staff.post(&format!("{page}/ship"), &form).await.expect(409).text();
    assert!(asked.contains("This request has no documents. Upload a document first"), "{asked}");
    assert!(asked.contains("name=\"deliberate\""), "{asked}");

    let form = Form::new()
        .text("form_key", key.clone())
        .text("description", "A part")
        .text("downloads", "3")
        .text("days", "10")
        .part("file", part("one.pdf", by_weasyprint()))
        .part("file", part("setup.exe", b"MZ\x90\0".to_vec()))
        .part("file", part("two.pdf", by_debian()));
    let told = staff.upload(&format!("{page}/upload"), form).await.expect(415).text();
    assert!(told.contains("setup.exe: Files whose names end in “.exe”"), "{told}");
    assert!(told.contains("The 2 other files were uploaded"), "{told}");
    assert!(
        told.contains(
            "name=\"downloads\" type=\"number\" required min=\"1\" max=\"5\" value=\"3\""
        )
    );
    let part_of = |name: &str| (name.to_owned(), "A part".to_owned());
    assert_eq!(here.files(&request).await, [part_of("one.pdf"), part_of("two.pdf")]);

    // A form that does not begin with the session's key comes from another site.
    for form in [
        Form::new().part("file", part("a.pdf", by_weasyprint())).text("form_key", key.clone()),
        Form::new().text("form_key", "x").part("file", part("a.pdf", by_weasyprint())),
    ] {
        staff.upload(&format!("{page}/upload"), form).await.expect(403);
    }
    let form = Form::new().text("form_key", key.clone());
    let told = staff.upload(&format!("{page}/upload"), form).await.expect(422).text();
    assert!(told.contains("You did not choose a file"), "{told}");
    assert_eq!(here.files(&request).await.len(), 2);

    let moved = staff.post(&format!("{page}/move"), &[("form_key", &key), ("down", "1")]).await;
    moved.expect(303);
    assert_eq!(here.files(&request).await, [part_of("two.pdf"), part_of("one.pdf")]);
    let last = [("form_key", key.as_str()), ("downloads", "3"), ("until", "2026-02-30")];
    let told = staff.post(&format!("{page}/files/1/edit"), &last).await.expect(422).text();
    assert!(told.contains("value=\"2026-02-30\""), "what was entered stands there: {told}");
    let said = "The request has been shipped";
    let claimed = staff.get(&format!("{page}?done=supply-shipped")).await.expect(200).text();
    assert!(!claimed.contains(said), "an address alone claims it: {claimed}");
    let done = staff.post(&format!("{page}/ship"), &form_of(&key)).await.expect(303);
    assert!(done.header("location").ends_with(&format!("{page}#done")), "{:?}", done.headers);
    let flash = done.header("set-cookie").split(';').next().unwrap();
    let mut again = staff.clone();
    again.cookie = format!("{}; {flash}", staff.cookie);
    let shown = again.get(&page).await.expect(200);
    assert!(shown.bytes.len() < 60_000, "{} bytes", shown.bytes.len());
    let text = shown.text();
    assert!(text.contains(said), "{text}");
    assert!(text.contains("id=\"done\" role=\"status\" tabindex=\"-1\" autofocus"), "{text}");
    // The message is shown once; other pages do not show it.
    assert!(shown.header("set-cookie").starts_with("desk_done=;"), "{:?}", shown.headers);
    let other = again.get("/supply").await.expect(200);
    assert!(!other.text().contains(said) && other.header("set-cookie").is_empty());
    assert!(!staff.get(&page).await.expect(200).text().contains(said));
}

fn form_of(key: &str) -> [(&str, &str); 1] {
    [("form_key", key)]
}

#[tokio::test]
async fn a_request_is_limited_to_its_lending_library() {
    let here = Library::start().await;
    let request = here.request("2026-00412").await;
    let page = path(&request);
    let borrower = Plain::sign_in(&here.server, "vancouver").await;
    let to = borrower.get(&page).await.location();
    assert_eq!(to, page.replace("/supply/", "/borrow/"));
    let stranger = Plain::sign_in(&here.server, "montreal").await;
    stranger.get(&page).await.expect(404);
    stranger.get(&format!("{page}/files/1/content")).await.expect(404);
    let key = stranger.key("/supply").await;
    stranger.post(&format!("{page}/ship"), &form_of(&key)).await.expect(404);
    let form = Form::new().text("form_key", key).part("file", part("a.pdf", by_weasyprint()));
    stranger.upload(&format!("{page}/upload"), form).await.expect(404);
    let nobody = Caller::new(&here.server.address, None);
    let form = Form::new().text("form_key", "").part("file", part("a.pdf", by_img2pdf()));
    let sent = nobody.request(Method::POST, &format!("{page}/upload")).multipart(form);
    assert!(send(sent).await.location().starts_with("/sign-in?next="));
    assert_eq!(here.files(&request).await.len(), 1);
}

#[tokio::test]
async fn the_shipping_form_explains_a_request_without_a_patron() {
    let here = Library::start().await;
    let news = json!({
        "reference": "2026-00900", "requester": "CA-BVAU", "supplier": "CA-OTU",
        "title": "On Moraines", "status": "pending",
    });
    let known = here.host.post("/api/v1/requests", news).await.expect(200).json();
    let handle = known["handle"].as_str().unwrap();
    let (request, page) = (format!("/api/v1/requests/{handle}"), format!("/supply/{handle}"));
    here.lender.upload(&request, "on-moraines.pdf", noise_pdf(2_000)).await.expect(201);
    let staff = Plain::sign_in(&here.server, "toronto").await;
    let text = staff.get(&page).await.expect(200).text();
    assert!(text.contains("can see the document immediately."), "{text}");
    assert!(
        text.contains("Nobody will be emailed, because the request does not name a patron."),
        "{text}"
    );
    assert!(!text.contains("tracking page"), "{text}");

    // The status determines what the page shows and offers.
    here.lender.post(&format!("{request}/ship"), json!({})).await.expect(204);
    let text = staff.get(&page).await.expect(200).text();
    assert!(text.contains("5 of 5 downloads left") && text.contains(">Change</a>"), "{text}");
    let why = json!({ "why": "The wrong volume" });
    here.lender.post(&format!("{request}/withdraw"), why).await.expect(204);
    for path in [page.clone(), format!("{page}/files/1")] {
        let text = staff.get(&path).await.expect(200).text();
        assert!(
            text.contains("The borrowing library and its patron cannot download this document."),
            "{text}"
        );
        assert!(
            !text.contains("downloads left") && !text.contains("Available until the end of"),
            "{text}"
        );
        assert!(!text.contains(">Change</a>") && !text.contains("/edit"), "{text}");
        assert!(text.contains("Download a staff copy"), "it is theirs: {text}");
    }
}

#[tokio::test]
async fn numbers_and_days_out_of_range_are_reported_at_their_field() {
    let here = Library::start().await;
    let request = here.request("2026-00412").await;
    let edit = format!("{}/files/1/edit", path(&request));
    let staff = Plain::sign_in(&here.server, "toronto").await;
    let key = staff.key(&path(&request)).await;
    for (language, number, day) in [
        ("en", "Enter a whole number from 1 to 5.", "or an earlier day."),
        ("fr", "Entrez un nombre entier de 1 à 5.", "ou un jour antérieur."),
    ] {
        let mut reader = staff.clone();
        reader.cookie = format!("{}; desk_language={language}", staff.cookie);
        for downloads in ["0", "6", "-1"] {
            let form = [("form_key", key.as_str()), ("downloads", downloads)];
            let told = reader.post(&edit, &form).await.expect(422).text();
            assert!(told.contains(number), "{told}");
            assert!(told.contains("aria-invalid=\"true\""), "{told}");
        }
        let form = [("form_key", key.as_str()), ("downloads", "3"), ("until", "2099-01-01")];
        let told = reader.post(&edit, &form).await.expect(422).text();
        let (_, field) = told.split_once("id=\"until-error\"").expect("the field says it");
        assert!(field.split("</p>").next().unwrap().contains(day), "{told}");
    }
}

#[tokio::test]
async fn a_daily_quota_says_when_it_resets() {
    let quota =
        "[[policies]]\nname = \"illume\"\n[policies.quotas]\nsupplier_uploads_per_day = 9\n";
    let here = Library::start_with(quota).await;
    let request = here.request("2026-00411").await;
    let page = path(&request);
    let staff = Plain::sign_in(&here.server, "toronto").await;
    let key = staff.key(&page).await;
    for (language, said) in [("en", "Try again from "), ("fr", "Réessayez à partir du ")] {
        let send = async || {
            let form = Form::new().text("form_key", key.clone());
            let form = form.part("file", part("scan.pdf", noise_pdf(2_000)));
            let sent = staff.caller.request(Method::POST, &format!("{page}/upload"));
            let sent = sent.header("cookie", format!("{}; desk_language={language}", staff.cookie));
            send(sent.multipart(form)).await
        };
        let mut told = send().await;
        for _ in 0..9 {
            if told.status == 429 {
                break;
            }
            told = send().await;
        }
        let told = told.expect(429).text();
        let (_, moment) = told.split_once(said).unwrap_or_else(|| panic!("{told}"));
        let moment = moment.split("</p>").next().unwrap();
        assert!(moment.contains("202") && moment.contains("00"), "{moment}");
    }
}

#[tokio::test]
async fn never_fits_is_explained_in_the_readers_language() {
    let quota = "[[policies]]\nname = \"illume\"\n[policies.quotas]\nsupplier_bytes = 5000000\n";
    let here = Library::start_with(quota).await;
    let request = here.request("2026-00411").await;
    let page = path(&request);
    let staff = Plain::sign_in(&here.server, "toronto").await;
    let key = staff.key(&page).await;
    for (language, said) in
        [("en", "raise the limit supplier_bytes"), ("fr", "relever la limite supplier_bytes")]
    {
        let form = Form::new()
            .text("form_key", key.clone())
            .part("file", part("large.pdf", noise_pdf(5_000_001)));
        let sent = staff.caller.request(Method::POST, &format!("{page}/upload"));
        let sent = sent.header("cookie", format!("{}; desk_language={language}", staff.cookie));
        let told = send(sent.multipart(form)).await.expect(413).text();
        assert!(told.contains(said), "{told}");
        assert!(told.contains("large.pdf"), "{told}");
    }
    assert_eq!(here.files(&request).await, []);
}

#[tokio::test]
async fn a_form_with_too_many_files_reports_how_many_are_attached() {
    let here = Library::start().await;
    let request = here.request("2026-00411").await;
    let page = path(&request);
    let staff = Plain::sign_in(&here.server, "toronto").await;
    let key = staff.key(&page).await;
    let mut form = Form::new().text("form_key", key).text("description", "A part");
    for _ in 0..31 {
        form = form.part("file", part("scan.pdf", noise_pdf(2_000)));
    }
    let told = staff.upload(&format!("{page}/upload"), form).await.expect(422).text();
    assert!(told.contains("The first 30 files were uploaded."), "{told}");
    assert_eq!(here.files(&request).await.len(), 30);
}

#[tokio::test]
async fn staff_see_refusals_and_warnings_about_files() {
    let here = Library::start().await;
    let request = here.request("2026-00411").await;
    let page = path(&request);
    let staff = Plain::sign_in(&here.server, "toronto").await;
    let key = staff.key(&page).await;
    let upload = async |parts: Vec<(&'static str, Vec<u8>)>| {
        // Names are sent unescaped here; browsers would escape them.
        let mut form = Form::new().percent_encode_noop().text("form_key", key.clone());
        for (name, bytes) in parts {
            form = form.part("file", part(name, bytes));
        }
        staff.upload(&format!("{page}/upload"), form).await
    };
    let empty = [&b"PK\x05\x06"[..], &[0; 18]].concat();
    let refused: [(&str, &[u8], &str); 7] = [
        ("a.pdf", b"MZ\x90\0", "a.pdf: The file contains a Windows program."),
        ("b.png", b"<svg xmlns='x'/>", "b.png: The file contains an SVG drawing"),
        ("c.pdf", b"only text", "ends in “.pdf”, but the file contains plain text"),
        ("e.htm", b"%PDF-1.7", "e.htm: Files whose names end in “.htm” are not accepted"),
        ("f.zip", b"PK\x03\x04cut off", "f.zip: The archive is damaged"),
        ("g.zip", &empty, "g.zip: The archive contains no files"),
        ("h.ｅｘｅ", b"x", "Files whose names end in “.exe” are not accepted"),
    ];
    for (name, bytes, said) in refused {
        let told = upload(vec![(name, bytes.to_vec())]).await.expect(415).text();
        assert!(told.contains(said), "{said}: {told}");
    }
    assert_eq!(here.files(&request).await.len(), 0);
    let french = staff.caller.request(Method::POST, &format!("{page}/upload"));
    let french = french.header("cookie", format!("{}; desk_language=fr", staff.cookie));
    let form = Form::new().text("form_key", key.clone());
    let form = form.part("file", part("a.pdf", b"MZ\x90\0".to_vec()));
    let told = send(french.multipart(form)).await.expect(415).text();
    assert!(told.contains("Le fichier contient un programme Windows."), "{told}");

    let same = by_weasyprint();
    upload(vec![("The %22Ice%22 Ages.pdf", same.clone()), ("again.pdf", same.clone())])
        .await
        .expect(303);
    let shown = staff.get(&page).await.expect(200).text();
    let warning = "This document is the same as The &quot;Ice&quot; Ages.pdf (document 1).";
    assert_eq!(shown.matches(warning).count(), 1, "{shown}");
    let remove = [("form_key", key.as_str())];
    staff.post(&format!("{page}/files/1/remove"), &remove).await.expect(303);
    let shown = staff.get(&page).await.expect(200).text();
    assert!(!shown.contains("This document is the same as"), "one of the two is gone: {shown}");
    let form = Form::new().text("form_key", key.clone()).text("reason", "other");
    let form = form.part("file", part("better.pdf", same));
    staff.upload(&format!("{page}/files/2/replace"), form).await.expect(303);
    let shown = staff.get(&page).await.expect(200).text();
    assert!(
        shown.contains("This document is identical to the one it replaced, again.pdf."),
        "{shown}"
    );
}
