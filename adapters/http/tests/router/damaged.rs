//! Addresses damaged by mail programs, word processors or people.

use crate::stage::{NOW, Stage, signed_by_hand};
use axum::body::Body;
use http::{Method, StatusCode, header};

/// Text that follows an address, as browsers send it.
const SUFFIXES: [&str; 36] = [
    ".",
    ",",
    ";",
    ":",
    "!",
    "%3F",
    ")",
    "%5D",
    "%3E",
    "'",
    "%22",
    "%E2%80%99",
    "%E2%80%9D",
    "%C2%BB",
    "*",
    "_",
    "-",
    "**",
    "%20",
    "=",
    "%3D",
    "%253D",
    "%0D%0A",
    "%E2%80%8B",
    "%EF%BB%BF",
    "%C2%AD",
    "%92",
    ").",
    "%3E.",
    "/",
    "//",
    "/index.html",
    "%3C/a%3E",
    "&utm_source=mail",
    "%20(en%20anglais)",
    "%3Futm_source=mail",
];

#[tokio::test]
async fn text_after_an_address_redirects_to_the_correct_address() {
    let stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    for correct in [stage.link(), ticket] {
        for suffix in SUFFIXES {
            for method in [Method::GET, Method::HEAD] {
                let path = format!("{correct}{suffix}");
                let answer = stage.ask(method, &path, &[], Body::empty()).await;
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
                let location = answer.header(header::LOCATION);
                assert_eq!(location, format!("/delivery{correct}"), "{path}");
                assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer");
                assert_eq!(answer.header(header::CACHE_CONTROL), "private, no-store");
                assert!(answer.body.is_empty());
            }
        }
    }
    assert_eq!(stage.left().await, 4, "only the claim of the ticket was counted");
}

#[tokio::test]
async fn damage_before_and_inside_the_token_is_repaired() {
    let stage = Stage::shipped().await;
    let (front, back) = stage.token.split_at(20);
    for path in [
        format!("/d/%E2%80%8B{}", stage.token),
        format!("/d/%3C{}%3E", stage.token),
        format!("/d/%20{}", stage.token),
        format!("/d/_{}_", stage.token),
        format!("/d/{front}%0D%0A{back}"),
        format!("/d/{front}=%0A{back}"),
        format!("/d/{front}%C2%AD{back}."),
        format!("/d/{front}%20{back}"),
    ] {
        let answer = stage.get(&path).await;
        assert_eq!(answer.header(header::LOCATION), format!("/delivery{}", stage.link()), "{path}");
    }
}

#[tokio::test]
async fn repairing_an_address_keeps_only_the_language_of_its_query() {
    let stage = Stage::shipped().await;
    let damaged = stage.get(&format!("{}.?lang=fr&utm_source=mail", stage.link())).await;
    let correct = format!("/delivery{}?lang=fr", stage.link());
    assert_eq!(damaged.header(header::LOCATION), correct);
    for query in ["lang=fr.", "lang=fr)", "lang=fr%E2%80%8B", "utm_source=mail&lang=fr&fbclid=x"] {
        let page = stage.get(&format!("{}?{query}", stage.link())).await;
        assert_eq!(page.header(header::CONTENT_LANGUAGE), "fr", "{query}");
    }
    let tracked = stage.get(&format!("{}?utm_source=mail.", stage.link())).await;
    assert_eq!(tracked.status, StatusCode::OK);
}

#[tokio::test]
async fn a_lost_trailing_hyphen_or_underscore_is_restored() {
    let stage = Stage::shipped().await;
    for last in ["-", "_"] {
        let whole = signed_by_hand(&stage.token, |text| text.ends_with(last));
        assert_eq!(stage.get(&format!("/d/{whole}")).await.status, StatusCode::OK, "{last}");
        let shortened = whole.strip_suffix(last).expect("the token has this ending");
        for path in
            [format!("/d/{shortened}"), format!("/d/{shortened}."), format!("/d/{shortened}%20")]
        {
            let answer = stage.get(&path).await;
            assert_eq!(answer.header(header::LOCATION), format!("/delivery/d/{whole}"), "{path}");
        }
    }
    let whole = signed_by_hand(&stage.token, |text| text.ends_with("_-"));
    let answer = stage.get(&format!("/d/{}", &whole[..42])).await;
    assert_eq!(answer.header(header::LOCATION), format!("/delivery/d/{whole}"));
}

#[tokio::test]
async fn opening_the_address_of_a_form_redirects_to_its_page() {
    let stage = Stage::shipped().await;
    for form in ["1/claim", "1/ask"] {
        let answer = stage.get(&format!("{}/{form}?lang=fr", stage.link())).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        let correct = format!("/delivery{}?lang=fr", stage.link());
        assert_eq!(answer.header(header::LOCATION), correct);
    }
    let forged = stage.get("/d/EQEAAQIDBAUGBwABbVkqACJqsAbevWhQM2UwIdOtIa5D/1/claim").await;
    assert_eq!(forged.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_address_of_an_expired_link_is_repaired() {
    let stage = Stage::shipped().await;
    stage.clock.set(NOW.plus_days(401));
    let answer = stage.get(&format!("{}.", stage.link())).await;
    assert_eq!(answer.header(header::LOCATION), format!("/delivery{}", stage.link()));
    assert_eq!(stage.get(&stage.link()).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn damaged_forgeries_get_the_response_to_any_invalid_token() {
    let stage = Stage::shipped().await;
    let first = stage.get("/d/wrong").await;
    assert_eq!(first.status, StatusCode::NOT_FOUND);
    let genuine = &stage.token;
    let other = |at: usize| if &genuine[at..=at] == "A" { "B" } else { "A" };
    let flipped = format!("{}{}{}", &genuine[..20], other(20), &genuine[21..]);
    let [upper, lower] = [genuine.to_uppercase(), genuine.to_lowercase()];
    let short = &flipped[..43];
    for token in [&flipped, &upper, &lower, short, &format!("{genuine}A"), &format!("A{genuine}")] {
        for suffix in SUFFIXES.into_iter().chain([""]) {
            let path = format!("/d/{token}{suffix}");
            let answer = stage.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(answer.body == first.body && answer.headers == first.headers, "{path}");
        }
    }
    let long = format!("/d/{}", "E".repeat(8_000));
    assert_eq!(stage.get(&long).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_safe_methods_are_redirected() {
    let stage = Stage::shipped().await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for path in [
        format!("{}./1/claim", stage.link()),
        format!("{}/1/claim/", stage.link()),
        format!("{}/", stage.link()),
    ] {
        let body = "ordinal=1&acknowledged=yes";
        let answer = stage.ask(Method::POST, &path, &form, body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(stage.left().await, 5);
}
