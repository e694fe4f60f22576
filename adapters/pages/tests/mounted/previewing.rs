//! The preview on the page of the borrowing library.

use crate::host::{Host, NOW};
use desktop_delivery::Terms;
use desktop_delivery_pages::Templates;
use desktop_delivery_preview::Previews;
use http::StatusCode;

#[tokio::test]
async fn a_preview_is_offered_from_the_start_of_the_terms() {
    let host = Host::new(Templates::default()).await;
    host.ship(Terms::new(5, 90).with_not_before(NOW.plus_days(7))).await;
    let path = format!("/borrow/{}", host.handle);
    let preview = format!("{path}/files/1/pages");
    let (status, text) = host.staff_page(&path).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    assert!(!text.contains(&preview), "{text}");
    let said = "The preview will be available from November\u{a0}30,\u{a0}2026";
    assert_eq!(text.contains(said), Previews::ARE_BUILT, "{text}");
    let (status, text) = host.staff_page(&preview).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{text}");

    host.clock.set(NOW.plus_days(7));
    let (_, text) = host.staff_page(&path).await;
    assert_eq!(text.contains(&preview), Previews::ARE_BUILT, "{text}");
    host.clock.set(NOW.plus_days(100));
    let (_, text) = host.staff_page(&path).await;
    assert!(!text.contains(&preview), "{text}");
}
