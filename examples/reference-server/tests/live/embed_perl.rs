//! The Perl application of `examples/embed-perl`, beside the server, in a browser.

mod perl_app;

use crate::every_page::{violations, with_axe};
use crate::support::browser::{Browser, Look};
use crate::support::documents::noise_pdf;
use crate::support::sample::Sample;
use crate::support::{digest, until};
use fantoccini::Locator;
use fantoccini::wd::WindowHandle;
use perl_app::PerlApp;
use serde_json::json;
use std::path::Path;
use std::process::Command;

const TITLE: &str = "On Ice Ages";

/// A browser at the application.
struct Visit<'a> {
    app: &'a PerlApp,
    browser: Browser,
    page: WindowHandle,
}

impl<'a> Visit<'a> {
    async fn of(app: &'a PerlApp, look: Look) -> Self {
        let browser = Browser::start_as(look).await;
        let page = browser.client.window().await.expect("the browser answers");
        Self { app, browser, page }
    }

    /// Signs in as a sample person.
    async fn sign_in(&self, name: &str) {
        self.browser.open(&format!("{}/", self.app.address)).await;
        if self.browser.shows("Sign out").await {
            self.browser.press("Sign out").await;
        }
        self.browser.sees("Choose one of the sample people").await;
        self.browser.press(name).await;
        self.browser.sees("Sign out").await;
    }

    async fn follow(&self, link: &str) {
        let found = self.browser.client.find(Locator::LinkText(link)).await;
        let found = found.unwrap_or_else(|error| panic!("no link {link}: {error}"));
        found.click().await.expect("it can be clicked");
    }

    /// Reloads the page until it shows this text, which the webhook brings.
    async fn comes_to_show(&self, text: &str) {
        until(&format!("a page with `{text}`"), || async {
            self.browser.client.refresh().await.ok()?;
            self.browser.shows(text).await.then_some(())
        })
        .await;
    }

    /// Presses a button that opens a window, and goes on in the window.
    async fn open_window(&self, button: &str) {
        // A page that is loaded again does not have this.
        self.browser.evaluate("window.isOld = true").await;
        self.browser.press(button).await;
        let other = until("the pop-up", || async {
            let all = self.browser.client.windows().await.ok()?;
            all.into_iter().find(|one| *one != self.page)
        });
        self.browser.client.switch_to_window(other.await).await.expect("it is open");
    }

    /// Ends a window in which something was changed; the application's page then reloads itself.
    async fn end_window(&self) {
        self.browser.press("Done").await;
        let only =
            || async { (self.browser.client.windows().await.ok()?.len() == 1).then_some(()) };
        until("the pop-up to close", only).await;
        self.browser.client.switch_to_window(self.page.clone()).await.expect("it is open");
        until("the page to reload", || async {
            let script = "return window.isOld ?? null";
            let is_old = self.browser.client.execute(script, Vec::new()).await.ok()?;
            is_old.is_null().then_some(())
        })
        .await;
    }

    /// Returns what is wrong with the page. With `WINDOW_PICTURES`, saves a picture in that folder.
    async fn problems(&self, name: &str) -> Vec<String> {
        with_axe(&self.browser).await;
        let mut found = violations(&self.browser).await;
        let root = "document.documentElement";
        let overflow = format!("{root}.scrollWidth - {root}.clientWidth");
        if self.browser.evaluate(&overflow).await != json!(0) {
            found.push("overflows its window".to_owned());
        }
        if let Some(folder) = std::env::var_os("WINDOW_PICTURES") {
            let picture = self.browser.client.screenshot().await.expect("it takes pictures");
            let path = Path::new(&folder).join(format!("perl-{name}.png"));
            std::fs::write(path, picture).expect("the folder is writable");
        }
        found.into_iter().map(|problem| format!("{name}: {problem}")).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn embed_perl_a_request_lives_in_the_application_and_nothing_is_polled() {
    let here =
        Sample::start_with(|launch| launch.with("WEBHOOKS__ALLOWED_NETWORKS", "127.0.0.0/8"));
    let app = PerlApp::start(&here).await;
    let visit = Visit::of(&app, Look::Wide).await;
    let browser = &visit.browser;
    // Large enough that its progress shows.
    let bytes = noise_pdf(6_000_000);
    let document = here.data.join("ice-ages.pdf");
    std::fs::write(&document, &bytes).expect("the folder is ours");

    // The borrowing library requests an article.
    visit.sign_in("Ana Ruiz Staff").await;
    visit.follow("Request an article").await;
    browser.fill("title", TITLE).await;
    browser.fill("source", "Journal of Glaciology 12 (1973), 3-18").await;
    browser.press("Request the article").await;
    browser.sees("ILL-1").await;

    // The lending library uploads it, with progress, and ships.
    visit.sign_in("Lena Brandt Staff").await;
    visit.follow(TITLE).await;
    visit.comes_to_show("Upload Document").await;
    visit.open_window("Upload Document").await;
    browser.sees("There are no documents yet").await;
    let watch = "window.most = 0; new MutationObserver(() => {
            const bar = document.querySelector('progress:not([hidden])');
            if (bar) window.most = Math.max(window.most, bar.value);
        }).observe(document.querySelector('[data-queue]'), { subtree: true, attributes: true })";
    browser.client.execute(watch, Vec::new()).await.expect("it is a script");
    browser.choose_file("upload", &document).await;
    browser.press("Upload the files").await;
    let attached = || async { (browser.count("a[href$='/content']").await == 1).then_some(()) };
    until("the document in the list", attached).await;
    assert!(browser.evaluate("window.most").await.as_f64().expect("it is a number") > 0.0);
    browser.press("Ship to Vancouver University Library (sample)").await;
    browser.sees("The request has been shipped").await;
    visit.end_window().await;
    visit.comes_to_show("Shipped Lena Brandt").await;

    // The borrowing library downloads it, and marks it as received.
    visit.sign_in("Ana Ruiz Staff").await;
    visit.follow(TITLE).await;
    browser.sees("Shipped Lena Brandt").await;
    visit.open_window("Uploaded Files").await;
    browser.sees("ice-ages.pdf").await;
    browser.tick().await;
    browser.press("Download").await;
    assert_eq!(digest(&browser.take_download().await.1), digest(&bytes));
    browser.press("Mark as received").await;
    browser.sees("has been marked as received").await;
    visit.end_window().await;
    visit.comes_to_show("Received Ana Ruiz").await;
    browser.sees("Downloads so far: 1").await;

    // The patron downloads it.
    visit.sign_in("Carla Santos Patron").await;
    browser.press("Open your document").await;
    browser.sees("Copyright notice").await;
    browser.tick().await;
    browser.press("Download").await;
    assert_eq!(digest(&browser.take_download().await.1), digest(&bytes));
    browser.open(&format!("{}/", app.address)).await;
    visit.comes_to_show("Downloads so far: 2").await;
    visit.sign_in("Ana Ruiz Staff").await;
    visit.follow(TITLE).await;
    let shown = browser.sees("Document downloaded Patron").await;
    assert_eq!(shown.matches("Document downloaded").count(), 2, "{shown}");

    // Nothing was polled: the application only sent what people did.
    let log = here.server.log();
    assert!(log.contains("method=\"POST\" path=\"/api/v1/requests\""), "{log}");
    assert!(!log.contains("method=\"GET\" path=\"/api/"), "{log}");

    let mut wrong = Vec::new();
    drop(visit);
    for (look, name) in [(Look::Wide, "wide"), (Look::Narrow, "narrow")] {
        let visit = Visit::of(&app, look).await;
        visit.browser.open(&format!("{}/sign-in", app.address)).await;
        wrong.extend(visit.problems(&format!("sign-in-{name}")).await);
        for person in ["Ana Ruiz Staff", "Lena Brandt Staff", "Carla Santos Patron"] {
            visit.sign_in(person).await;
            wrong.extend(visit.problems(&format!("list-{}-{name}", &person[..3])).await);
            visit.follow(TITLE).await;
            visit.browser.sees("ILL-1").await;
            wrong.extend(visit.problems(&format!("request-{}-{name}", &person[..3])).await);
        }
        visit.sign_in("Ana Ruiz Staff").await;
        visit.follow("Request an article").await;
        visit.browser.sees("Lending library").await;
        wrong.extend(visit.problems(&format!("new-{name}")).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn embed_perl_tests_pass() {
    let output = Command::new("/usr/bin/prove")
        .arg("t")
        .current_dir(PerlApp::sources())
        .env("PATH", "/usr/bin:/bin")
        .output()
        .expect("prove is needed: apt-get install perl");
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && err.is_empty(), "{out}\n{err}");
}

/// The parts of the integration, without empty lines and documentation (POD).
#[test]
fn embed_perl_integrates_in_at_most_150_lines() {
    let parts = [
        "lib/ILL/DesktopDelivery.pm",
        "public/desktop-delivery.js",
        "templates/desktop_delivery/links.html.ep",
    ];
    let mut lines = 0;
    for part in parts {
        let text = std::fs::read_to_string(PerlApp::sources().join(part)).expect("it is there");
        let mut is_documentation = false;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let is_directive = line.starts_with('=');
            is_documentation |= is_directive;
            lines += usize::from(!is_documentation);
            is_documentation &= line != "=cut";
        }
    }
    assert!((100..=150).contains(&lines), "{lines}");
    // The application itself does not mention it.
    let mut others = 0;
    for folder in ["lib", "public", "script", "templates"] {
        for path in files(&PerlApp::sources().join(folder)) {
            if parts.iter().any(|part| path.ends_with(part)) {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("it is text").to_lowercase();
            assert!(!text.contains("delivery"), "{}", path.display());
            others += 1;
        }
    }
    assert!(others >= 15, "{others}");
}

/// Returns all files below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let paths = entries.map(|entry| entry.expect("it can be read").path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
