//! Checks of every page in each look and language: accessible, no overflow, nothing loaded from
//! elsewhere, and small.

mod pages;

use crate::support::browser::{Browser, Look};
use crate::support::sample::Sample;
use crate::support::server::Server;
use crate::support::states::States;
use crate::support::{tool, until};
use fantoccini::Locator;
use pages::{Page, Who};
use serde_json::json;

/// The maximum size of a page in bytes.
const MAX_PAGE: u64 = 60_000;

/// The rules of WCAG 2.2, levels A and AA, that a program can check.
const AXE: &str = "
    const [done] = arguments;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })
        .then(found => done(found.violations.map(v =>
            `${v.id}: ${v.help}: ${v.nodes.map(n => n.html.slice(0, 200)).join(' | ')}`)))
        .catch(error => done([String(error)]));";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_is_accessible_fits_and_loads_nothing_from_elsewhere() {
    let here = Sample::start();
    let states = States::of(&here).await;
    let pages = pages::all(&here, &states).await;
    assert!(pages.len() > 60, "only {} pages", pages.len());
    let axe = std::fs::read_to_string(tool("node_modules/axe-core/axe.min.js")).unwrap();
    let round = |look, language| Round { server: &here.server, axe: &axe, look, language };
    // Two at a time, since a browser keeps one processor busy.
    let (wide, narrow) = tokio::join!(
        round(Look::Wide, "en").problems(&pages),
        round(Look::NarrowDark, "en").problems(&pages),
    );
    let (french, dark) = tokio::join!(
        round(Look::Narrow, "fr").problems(&pages),
        round(Look::WideDark, "fr").problems(&pages),
    );
    let wrong = [wide, narrow, french, dark].concat();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All pages, once, in one look and language.
struct Round<'a> {
    server: &'a Server,
    axe: &'a str,
    look: Look,
    language: &'static str,
}

impl Round<'_> {
    async fn problems(self, pages: &[Page]) -> Vec<String> {
        let browser = Browser::start_as(self.look).await;
        let mut found = Vec::new();
        let mut signed_in = None;
        for page in pages {
            if signed_in != Some(page.who) {
                self.sign_in(&browser, page.who).await;
                signed_in = Some(page.who);
            }
            self.visit(&browser, page).await;
            for problem in self.problems_of(&browser).await {
                found
                    .push(format!("{} ({:?}, {}): {problem}", page.name, self.look, self.language));
            }
        }
        found
    }

    async fn sign_in(&self, browser: &Browser, who: Who) {
        browser.client.delete_all_cookies().await.expect("the browser answers");
        let language = format!("/language?to={}&back=/", self.language);
        browser.open(&format!("{}{language}", self.server.address)).await;
        match who {
            Who::Nobody => {}
            Who::Patron => browser.sign_in_to_track(self.server).await,
            Who::Staff(login) => browser.sign_in(self.server, login).await,
        }
    }

    async fn visit(&self, browser: &Browser, page: &Page) {
        let mut path = page.path.clone();
        if path.starts_with("/d/") || path.starts_with("/t/") {
            path = format!("{path}?lang={}", self.language);
        }
        browser.open(&format!("{}{path}", self.server.address)).await;
        let shown = browser.evaluate("location.pathname + location.search").await;
        assert_eq!(shown, *path, "{}: somebody was led elsewhere", page.name);
        let Some((script, shows)) = page.then else { return };
        browser.client.execute(script, Vec::new()).await.expect("the page has what it needs");
        until(&format!("{shows} on {}", page.name), || async {
            browser.client.find(Locator::Css(shows)).await.ok()
        })
        .await;
    }

    async fn problems_of(&self, browser: &Browser) -> Vec<String> {
        browser.client.execute(self.axe, Vec::new()).await.expect("axe is a script");
        let mut found = violations(browser).await;
        let overflow = browser
            .evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            .await;
        if overflow != json!(0) {
            found.push(format!("overflows its window by {overflow} pixels"));
        }
        let size = browser
            .evaluate("performance.getEntriesByType('navigation')[0].decodedBodySize")
            .await
            .as_f64()
            .expect("it is a number");
        if size > MAX_PAGE as f64 {
            found.push(format!("is {size} bytes long"));
        }
        let loaded = "performance.getEntriesByType('resource').map(one => one.name)";
        for address in browser.evaluate(loaded).await.as_array().expect("it is a list") {
            let address = address.as_str().expect("it is text");
            if !address.starts_with(&self.server.address) && !address.starts_with("data:") {
                found.push(format!("loads {address}"));
            }
        }
        let heading = browser.evaluate("document.querySelectorAll('h1').length").await;
        if heading != json!(1) {
            found.push(format!("has {heading} main headings"));
        }
        let language = browser.evaluate("document.documentElement.lang").await;
        if language != json!(self.language) {
            found.push(format!("is in the language {language}"));
        }
        found
    }
}

/// Loads the accessibility checker into a page.
pub(crate) async fn with_axe(browser: &Browser) {
    let axe = std::fs::read_to_string(tool("node_modules/axe-core/axe.min.js"));
    let axe = axe.expect("the file is text");
    browser.client.execute(&axe, Vec::new()).await.expect("axe is a script");
}

/// Returns the violations of accessibility rules on a page in which the checker is loaded.
pub(crate) async fn violations(browser: &Browser) -> Vec<String> {
    let violations = browser.client.execute_async(AXE, Vec::new()).await.expect("axe answers");
    let violations = violations.as_array().expect("it is a list").clone();
    violations.iter().map(|one| one.as_str().expect("it is text").to_owned()).collect()
}
