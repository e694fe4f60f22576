//! What a patron reads about documents that cannot be downloaded now.

use crate::host::{Host, NOW, send};
use desktop_delivery::Terms;
use desktop_delivery_pages::Templates;
use http::{Request, StatusCode, header};

const LIST: &str = "/track/requests";
const NOTHING_LEFT: &str = "Nothing left to download.";
const EXTENSION: &str = "You can request an extension.";
const ASK: &str = "you can ask the lending library";

#[tokio::test]
async fn a_document_with_a_future_start_shows_its_downloads_and_dates() {
    let host = Host::new(Templates::default()).await;
    host.ship(Terms::new(5, 90).with_not_before(NOW.plus_days(7))).await;
    let list = host.patron_page(LIST).await;
    assert!(list.contains("can be downloaded from November\u{a0}30,\u{a0}2026"), "{list}");
    assert!(!list.contains(NOTHING_LEFT), "{list}");
    let page = host.patron_page(&format!("{LIST}/{}", host.handle)).await;
    for shown in ["can be downloaded from", "5 of 5 downloads left", "February", "Opening the page"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains(ASK), "{page}");
    let link = host.patron_page(host.link.trim_start_matches("/ill/delivery")).await;
    assert!(link.contains("5 of 5 downloads left") && link.contains("Available until"), "{link}");
}

#[tokio::test]
async fn an_extension_is_offered_until_the_document_is_deleted() {
    let host = Host::new(Templates::default()).await;
    host.ship(Terms::new(5, 1)).await;
    let page = format!("{LIST}/{}", host.handle);
    host.clock.set(NOW.plus_days(2));
    assert!(host.patron_page(LIST).await.contains(EXTENSION));
    assert!(host.patron_page(&page).await.contains(ASK));

    host.clock.set(NOW.plus_days(33));
    host.desk.run_due().await.expect("the stores answer");
    let list = host.patron_page(LIST).await;
    assert!(list.contains(NOTHING_LEFT) && !list.contains(EXTENSION), "{list}");
    let page = host.patron_page(&page).await;
    assert!(page.contains("was deleted") && page.contains("Open the download page"), "{page}");
    assert!(!page.contains(ASK) && !page.contains("Opening the page"), "{page}");
}

#[tokio::test]
async fn a_patron_reads_about_the_daily_quota_as_on_the_page_of_the_link() {
    let host = Host::new(Templates::default()).await;
    host.ship(Terms::new(5, 90)).await;
    let claim = Request::post(format!("{}/1/claim", host.link))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let claimed = send(&host.app, claim, "ordinal=1&acknowledged=yes").await;
    assert_eq!(claimed.status, StatusCode::SEE_OTHER, "{}", claimed.text);
    let page = host.patron_page(&format!("{LIST}/{}", host.handle)).await;
    for shown in ["You can download again from November", "4 of 5 downloads left"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("by this patron") && !page.contains(ASK), "{page}");
    assert!(host.patron_page(LIST).await.contains("4 of 5 downloads left"));
}
