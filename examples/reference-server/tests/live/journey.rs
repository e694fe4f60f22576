//! One delivery from end to end, using only pages and real email, including the reader's problems.

mod steps;

use crate::support::browser::Look;
use crate::support::hands::With;
use steps::{Journey, Way};

/// English, on a desktop, with a mouse and scripts.
const USUAL: Way = Way { look: Look::Wide, with: With::Mouse, scripts: true, language: "en" };

#[tokio::test]
async fn from_the_lenders_scans_to_the_reader() {
    travel(USUAL).await;
}

#[tokio::test]
async fn without_scripts() {
    travel(Way { scripts: false, ..USUAL }).await;
}

#[tokio::test]
async fn by_keyboard_alone() {
    travel(Way { with: With::Keyboard, ..USUAL }).await;
}

#[tokio::test]
async fn in_french_on_a_phone() {
    travel(Way { look: Look::Narrow, language: "fr", ..USUAL }).await;
}

async fn travel(way: Way) {
    let journey = Journey::start(way).await;
    journey.lender_uploads_and_ships().await;
    journey.borrower_previews_and_receives().await;
    let link = journey.mailed_link().await;
    journey.patron_downloads_all(&link).await;
    journey.patron_uses_up_the_first_and_asks_for_more(&link).await;
    journey.lender_grants_with_one_click().await;
    journey.patron_downloads_the_first_again(&link).await;
    journey.borrower_reports_a_problem_with_the_second().await;
    journey.lender_replaces_the_second().await;
    journey.borrower_and_patron_have_the_new_version(&link).await;
}
