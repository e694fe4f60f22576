//! What holds for every page, in each look: nobody is shut out, nothing overflows, nothing is loaded from
//! elsewhere, and no page is heavy.

use crate::support::browser::{Browser, Look};
use crate::support::caller::Caller;
use crate::support::server::{Launch, Server};
use crate::support::tool;
use serde_json::{Value, json};

/// The largest page, bytes.
const MAX_PAGE: u64 = 60_000;

/// The rules of WCAG 2.2, levels A and AA, that a program can check.
const AXE: &str = "
    const [done] = arguments;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: { type: 'tag', values: tags } })
        .then(found => done(found.violations.map(v =>
            `${v.id}: ${v.help}: ${v.nodes.map(n => n.html.slice(0, 200)).join(' | ')}`)))
        .catch(error => done([String(error)]));";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_shuts_anybody_out_overflows_or_loads_from_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let server = Launch::new(folder.path()).with_sample_data().start();
    let pages = pages(&server).await;
    let axe = std::fs::read_to_string(tool("node_modules/axe-core/axe.min.js")).unwrap();
    let mut wrong = Vec::new();
    for look in [Look::Wide, Look::WideDark, Look::Narrow, Look::NarrowDark] {
        let browser = Browser::start_as(look).await;
        for (name, path) in &pages {
            visit(&browser, &server, path).await;
            for problem in problems(&browser, &server, &axe).await {
                wrong.push(format!("{name} ({look:?}): {problem}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Opens a page; one that begins with a user's name is opened by that user.
async fn visit(browser: &Browser, server: &Server, path: &str) {
    let (user, path) = path.split_once(':').expect("a user and a path");
    browser.client.delete_all_cookies().await.expect("the browser answers");
    match user {
        "" => {}
        "patron" => browser.sign_in_to_track(server).await,
        user => browser.sign_in(server, user).await,
    }
    browser.open(&format!("{}{path}", server.address)).await;
    let shown = browser.evaluate("location.pathname + location.search").await;
    assert_eq!(shown, *path, "somebody was led elsewhere");
}

async fn problems(browser: &Browser, server: &Server, axe: &str) -> Vec<String> {
    let mut found = Vec::new();
    browser.client.execute(axe, Vec::new()).await.expect("axe is a script");
    let violations = browser.client.execute_async(AXE, Vec::new()).await.expect("axe answers");
    for violation in violations.as_array().expect("it is a list") {
        found.push(violation.as_str().expect("it is text").to_owned());
    }
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
        if !address.starts_with(&server.address) && !address.starts_with("data:") {
            found.push(format!("loads {address}"));
        }
    }
    let heading = browser.evaluate("document.querySelectorAll('h1').length").await;
    if heading != json!(1) {
        found.push(format!("has {heading} main headings"));
    }
    found
}

/// Every page and state: a name for messages, and `user:path`.
async fn pages(server: &Server) -> Vec<(String, String)> {
    let host = Caller::new(&server.address, Some(&server.printed_word("API key of the host")));
    let listed = host.get("/api/requests?limit=100").await.expect(200).json();
    let requests = listed["requests"].as_array().expect("it is a list").clone();
    let handle = |reference: &str| {
        let of = |request: &&Value| request["facts"]["reference"] == reference;
        let found = requests.iter().find(of).unwrap_or_else(|| panic!("no {reference}"));
        found["handle"].as_str().expect("it is text").to_owned()
    };
    let link = server.printed.iter().rev().find_map(|line| line.split_once("/d/"));
    let link = format!("/d/{}", link.expect("a link is printed").1);
    let mut pages = vec![
        ("start".to_owned(), ":/".to_owned()),
        ("sign-in".to_owned(), ":/sign-in".to_owned()),
        ("link".to_owned(), format!(":{link}")),
        ("no link".to_owned(), ":/d/nothing".to_owned()),
        ("account".to_owned(), "toronto:/account".to_owned()),
        ("no page".to_owned(), "toronto:/supply/0000000000000000".to_owned()),
        ("lending list".to_owned(), "toronto:/supply".to_owned()),
        ("lending search".to_owned(), "toronto:/supply?search=nothing+like+it".to_owned()),
        ("borrowing list".to_owned(), "vancouver:/borrow".to_owned()),
        ("library".to_owned(), "toronto:/library".to_owned()),
        ("track sign-in".to_owned(), ":/track".to_owned()),
        ("track list".to_owned(), "patron:/track/requests".to_owned()),
    ];
    for reference in ["2026-00411", "2026-00412", "2026-00413", "2026-00416", "2026-00417"] {
        pages.push((
            format!("lending {reference}"),
            format!("toronto:/supply/{}", handle(reference)),
        ));
    }
    for reference in ["2026-00411", "2026-00415", "2026-00417"] {
        pages.push((
            format!("borrowing {reference}"),
            format!("vancouver:/borrow/{}", handle(reference)),
        ));
        pages.push((
            format!("tracking {reference}"),
            format!("patron:/track/requests/{}", handle(reference)),
        ));
    }
    pages.push(("history".to_owned(), format!("toronto:/supply/{}/history", handle("2026-00417"))));
    pages
}
