//! The link page in a real browser, as a patron sees it.

use crate::support::browser::Browser;
use crate::support::documents::{by_ghostscript, by_weasyprint};
use crate::support::installation::Installation;
use crate::support::patron::Patron;
use crate::support::{digest, until};
use serde_json::json;

fn address(here: &Installation, patron: &Patron) -> String {
    format!("{}{}", here.server.address, patron.link)
}

#[tokio::test]
async fn opening_a_link_counts_nothing_and_loads_no_other_resource() {
    let here = Installation::start().await;
    let (request, patron) = here.shipped(&by_ghostscript()).await;
    let browser = Browser::start().await;
    browser.open(&address(&here, &patron)).await;
    let text = browser.text().await;
    for shown in ["On Ice Ages", "Copyright notice", "on-ice-ages.pdf", "5 of 5 downloads left"] {
        assert!(text.contains(shown), "{text}");
    }
    // The style sheet allowed by its hash is applied.
    let font =
        browser.evaluate("getComputedStyle(document.querySelector('.file')).borderStyle").await;
    assert_eq!(font, "solid");
    let loaded = "performance.getEntriesByType('resource').map(one => one.name)";
    assert_eq!(browser.evaluate(loaded).await, json!([]));
    assert_eq!(browser.count("input[type=checkbox]:checked").await, 0, "the tick is the patron's");
    browser.client.refresh().await.unwrap();
    assert_eq!(here.used(&request).await, [0]);
}

#[tokio::test]
async fn ticking_and_pressing_downloads_the_document() {
    let here = Installation::start().await;
    let document = by_weasyprint();
    let (request, patron) = here.shipped(&document).await;
    let browser = Browser::start().await;
    browser.open(&address(&here, &patron)).await;

    browser.press("Download").await;
    let missing = "document.querySelector('input[type=checkbox]').matches(':invalid')";
    assert_eq!(browser.evaluate(missing).await, true, "the browser asks for the tick");
    assert_eq!(browser.count("[role=alert]").await, 0, "without asking the server");
    assert_eq!(here.used(&request).await, [0]);

    browser.tick().await;
    browser.press("Download").await;
    let (name, bytes) = browser.downloaded().await;
    assert_eq!((name.as_str(), digest(&bytes)), ("on-ice-ages.pdf", digest(&document)));
    assert_eq!(here.used(&request).await, [1]);
    // Pressing again repeats the same download.
    browser.press("Download").await;
    // A running download can keep the browser from reloading the page.
    let text = until("the page as it is now", || async {
        browser.open(&address(&here, &patron)).await;
        Some(browser.text().await).filter(|text| text.contains("4 of 5 downloads left"))
    });
    let text = text.await;
    assert!(
        text.contains("Resume or repeat your download") && text.contains("Download again"),
        "{text}"
    );
    assert_eq!(here.used(&request).await, [1]);
}

#[tokio::test]
async fn the_page_is_in_french_for_french_browsers() {
    let here = Installation::start().await;
    let document = by_ghostscript();
    let (request, patron) = here.shipped(&document).await;
    let browser = Browser::start().await;
    browser.open(&address(&here, &patron)).await;
    let french = fantoccini::Locator::LinkText("Français");
    browser.client.find(french).await.unwrap().click().await.unwrap();
    let text = until("the French page", || async {
        let text = browser.text().await;
        text.contains("Avis de droit d’auteur").then_some(text)
    });
    assert!(text.await.contains("5 téléchargements restants sur 5"));
    assert_eq!(browser.evaluate("document.documentElement.lang").await, "fr");

    browser.tick().await;
    browser.press("Télécharger").await;
    assert_eq!(digest(&browser.downloaded().await.1), digest(&document));
    assert_eq!(here.used(&request).await, [1]);
}

#[tokio::test]
async fn a_used_up_page_offers_to_ask_for_an_extension() {
    let here = Installation::start().await;
    let (request, patron) = here.shipped(&by_ghostscript()).await;
    for ordinal in 1..=5 {
        patron.submit(1, ordinal).await.location();
    }
    let browser = Browser::start().await;
    browser.open(&address(&here, &patron)).await;
    let text = browser.text().await;
    assert!(text.contains("All 5 downloads have been used. The last one was used on"), "{text}");
    assert_eq!(browser.count("form[action$=claim]").await, 0, "nothing is left to download");

    let note = browser.client.find(fantoccini::Locator::Css("textarea")).await.unwrap();
    note.send_keys("The last page is cut off").await.unwrap();
    browser.press("Request an extension").await;
    until("the page to say so", || async {
        browser.shows("You requested an extension").await.then_some(())
    })
    .await;
    assert_eq!(browser.count("form[action$=ask]").await, 0, "once is enough");
    assert_eq!(
        here.view(&request).await["extension_requests"][0]["note"],
        "The last page is cut off"
    );
    assert_eq!(here.used(&request).await, [5]);
}
