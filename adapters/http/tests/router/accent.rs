//! Tests of a library's color on the page of a link.

use crate::stage::{Stage, pdf, staff};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use desktop_delivery::participants::{Accent, Logo};
use desktop_delivery::{Policy, Shipment};
use desktop_delivery_http::LinkPages;
use desktop_delivery_text::Catalog;
use desktop_delivery_text::templates::Look;
use sha2::{Digest as _, Sha256};

/// Returns the inline style sheets of a page, of which each must be allowed by the policy.
fn allowed_styles(page: &crate::stage::Answer) -> Vec<String> {
    let policy = page.header("content-security-policy");
    let styles: Vec<String> = page
        .text()
        .split("<style>")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("</style>")?.0.to_owned()))
        .collect();
    for style in &styles {
        let hash = format!("'sha256-{}'", STANDARD.encode(Sha256::digest(style)));
        assert!(policy.contains(&hash), "{policy} does not allow {style}");
    }
    styles
}

async fn stage(accent: Accent) -> Stage {
    let stage = Stage::pending_for(Policy::illume(), |library| library.with_accent(accent)).await;
    stage.attach("ice-ages.pdf", pdf(999)).await;
    let shipped = stage.desk.ship(stage.handle, &staff("CA-OTU"), Shipment::WithFiles).await;
    shipped.expect("the request can be shipped");
    stage.linked().await
}

#[tokio::test]
async fn a_librarys_color_is_a_style_sheet_that_the_policy_allows() {
    let stage = stage(Accent::new("#7A1F3D").unwrap()).await;
    let styles = allowed_styles(&stage.get(&stage.link()).await);
    assert_eq!(styles.len(), 2);
    assert!(styles[1].starts_with(":root{--accent:#7a1f3d;--accent-ink:#ffffff;"), "{}", styles[1]);
    // Explains an error in the colors of the library.
    let withdrawn = stage.desk.withdraw(stage.handle, &staff("CA-OTU"), "").await;
    withdrawn.expect("the request is shipped");
    let closed = stage.get(&stage.link()).await;
    assert!(allowed_styles(&closed)[1].contains("#7a1f3d"));
}

#[tokio::test]
async fn the_hosts_look_is_used_for_a_library_without_one() {
    let picture = STANDARD.decode("iVBORw0KGgo=").unwrap();
    let look = Look::default()
        .with_accent(Accent::new("#14435d").unwrap())
        .with_logo(Logo::of_picture(&picture).unwrap());
    let pages = LinkPages::builder(Catalog::builtin()).with_look(look);
    let stage = stage(Accent::default()).await.with_pages(LinkPages::new(pages).unwrap());
    let page = stage.get(&stage.link()).await;
    let styles = allowed_styles(&page);
    assert_eq!(styles.len(), 1);
    assert!(styles[0].contains("--accent:#14435d;"));
    assert!(page.text().contains("<img class=\"logo\" src=\"data:image/png;base64,iVBORw0KGgo=\""));
}
