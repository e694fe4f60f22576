use crate::stage::{Lines, NOW, Stage, pdf, staff};
use axum::body::Body;
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::desk::{Grant, TermsChange};
use desktop_delivery::policy::Quotas;
use desktop_delivery::{Actor, AttachmentNo, Audience, Participant, Policy, Shipment, Terms};
use desktop_delivery_http::LinkPages;
use desktop_delivery_text::Catalog;
use http::{Method, StatusCode, header};

const ARTICLE: AttachmentNo = AttachmentNo::new(1);

#[tokio::test]
async fn the_page_shows_the_documents_and_loads_no_resources() {
    let stage = Stage::shipped().await;
    let page = stage.get(&stage.link()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
    let text = page.text();
    for expected in [
        "On &lt;b&gt;Ice&lt;/b&gt; Ages",
        "Vancouver Library",
        "Supplied by Toronto Library",
        "ice-ages.pdf",
        "5 of 5 downloads left",
        "Available until the end of February\u{a0}21,\u{a0}2027",
        "name=\"ordinal\" value=\"1\"",
        "type=\"checkbox\" name=\"acknowledged\" value=\"yes\" required",
        "action=\"/delivery/d/",
    ] {
        assert!(text.contains(expected), "{expected:?} is missing in {text}");
    }
    assert!(!text.contains("checked"), "the box is not checked in advance");
    assert!(!text.contains("p-2041"), "the patron's id is not shown");
    for loading in ["<script", "src=", "@import", "url(", "rel=\"stylesheet\""] {
        assert!(!text.contains(loading), "{loading} loads something");
    }
    assert!(text.len() < 60_000);
    assert_eq!(page.header(header::REFERRER_POLICY), "no-referrer");
    assert_eq!(page.header(header::CACHE_CONTROL), "private, no-store");
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(
        policy.contains("default-src 'none'") && policy.contains("form-action 'self'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"));
}

#[tokio::test]
async fn the_language_is_the_requested_one_else_the_browsers_else_the_librarys() {
    let stage = Stage::shipped().await;
    let link = stage.link();
    let french = ("accept-language", "fr-CA, en;q=0.5");
    let cases: [(&str, Lines<'_>, &str); 5] = [
        (&link, &[], "en"),
        (&link, &[french], "fr"),
        (&link, &[("accept-language", "de")], "en"),
        (&format!("{link}?lang=fr"), &[], "fr"),
        (&format!("{link}?lang=en"), &[french], "en"),
    ];
    for (path, headers, language) in cases {
        let page = stage.ask(Method::GET, path, headers, Body::empty()).await;
        assert!(
            page.text().contains(&format!("<html lang=\"{language}\" dir=\"ltr\">")),
            "{path} {headers:?}"
        );
    }
    let page = stage.get(&format!("{link}?lang=fr")).await;
    assert!(page.text().contains("Télécharger") && page.text().contains("/claim?lang=fr"));
}

#[tokio::test]
async fn an_open_ticket_is_offered_without_another_claim() {
    let stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    let page = stage.get(&stage.link()).await;
    assert!(page.text().contains(&format!("href=\"/delivery{ticket}\"")), "{}", page.text());
    assert!(page.text().contains("Downloading again uses one more download."));
    assert!(page.text().contains("name=\"ordinal\" value=\"2\""));
    stage.clock.advance(7_200);
    let page = stage.get(&stage.link()).await;
    assert!(!page.text().contains(&ticket), "an ended ticket is not offered");
}

#[tokio::test]
async fn after_a_replacement_only_the_current_version_is_offered() {
    for (reason, old_status) in [
        (ReplaceReason::MissingPages, StatusCode::OK),
        (ReplaceReason::WrongDocument, StatusCode::GONE),
    ] {
        let stage = Stage::shipped().await;
        let old = stage.ticket(1).await;
        stage.replace("whole.pdf", pdf(700), reason).await;
        let page = stage.get(&stage.link()).await;
        let text = page.text();
        assert!(
            !text.contains("/t/") && !text.contains("Resume or repeat your download"),
            "{text}"
        );
        assert!(text.contains("whole.pdf") && !text.contains("ice-ages.pdf"), "{text}");
        assert!(text.contains("5 of 5 downloads left"), "{text}");
        let is_wrong = reason == ReplaceReason::WrongDocument;
        let sentence = "The lending library sent the wrong document and replaced it on November";
        assert_eq!(text.contains(sentence), is_wrong, "{reason:?}: {text}");
        let french = stage.get(&format!("{}?lang=fr", stage.link())).await;
        let french = french.text();
        assert_eq!(french.contains("s’est trompée de document et l’a remplacé le"), is_wrong);
        let json = [("accept", "application/json")];
        let shown = stage.ask(Method::GET, &stage.link(), &json, Body::empty()).await.json();
        assert_eq!(shown["files"][0]["version"], 2);
        assert_eq!(shown["files"][0]["recalled_at"].is_string(), is_wrong, "{shown}");
        // A ticket for the old version still works, unless it was the wrong document.
        let answer = stage.get(&old).await;
        assert_eq!(answer.status, old_status, "{reason:?}");
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(text.contains("This was the wrong document"), is_wrong);
        let again = stage.claim(1).await;
        let (status, location) = (again.status, again.header(header::LOCATION).to_owned());
        match reason {
            ReplaceReason::WrongDocument => {
                assert_eq!(status, StatusCode::GONE);
                let text = again.text();
                assert!(text.contains("This was the wrong document"), "{text}");
                assert!(text.contains("Please delete any copy that you saved"), "{text}");
            }
            _ => assert_eq!(
                location,
                format!("/delivery{old}"),
                "the same claim returns the same ticket"
            ),
        }
        let new = stage.ticket(2).await;
        assert_eq!(stage.get(&new).await.body, pdf(700));
        let page = stage.get(&stage.link()).await;
        let text = page.text();
        assert!(text.contains(&format!("href=\"/delivery{new}\"")), "{text}");
        assert!(!text.contains(&old), "{text}");
    }
}

#[tokio::test]
async fn tickets_for_all_earlier_versions_of_a_wrong_document_are_gone() {
    let stage = Stage::shipped().await;
    let first = stage.ticket(1).await;
    stage.replace("whole.pdf", pdf(700), ReplaceReason::MissingPages).await;
    let second = stage.ticket(2).await;
    assert_eq!(
        stage.get(&first).await.status,
        StatusCode::OK,
        "it was the right document at that time"
    );
    stage.replace("right.pdf", pdf(800), ReplaceReason::WrongDocument).await;
    for ticket in [&first, &second] {
        let gone = stage.get(ticket).await;
        assert_eq!(gone.status, StatusCode::GONE);
        assert!(gone.text().contains("This was the wrong document"), "{}", gone.text());
    }
    let right = stage.ticket(3).await;
    assert_eq!(stage.get(&right).await.body, pdf(800));
}

#[tokio::test]
async fn a_partner_sees_the_notice_for_libraries_and_the_lenders_contact() {
    let own = "For the patrons of Vancouver alone.";
    let set = |library: Participant| library.with_copyright_notice(own);
    let stage = Stage::pending_for(Policy::recommended(), set).await;
    stage.attach("ice-ages.pdf", pdf(100)).await;
    let lender = staff("CA-OTU");
    stage
        .desk
        .ship(stage.handle, &lender, Shipment::WithFiles)
        .await
        .expect("the request can be shipped");
    let mut stage = stage.linked().await;
    let page = stage.get(&stage.link()).await;
    assert!(page.text().contains(own), "a patron sees their library's own notice");
    assert!(page.text().contains("Write to Vancouver Library"), "{}", page.text());
    let link = stage.desk.issue_link(stage.handle, &Actor::Host, Audience::Partner).await;
    link.expect("a link can be issued").token.expose().clone_into(&mut stage.token);
    for (language, terms, acknowledges, contact) in [
        (
            "en",
            "supplied to your library",
            "our library will respect it",
            "Write to Toronto Library",
        ),
        (
            "fr",
            "fournie à votre bibliothèque",
            "notre bibliothèque s’y conformera",
            "Toronto Library",
        ),
    ] {
        let page = stage.get(&format!("{}?lang={language}", stage.link())).await;
        let text = page.text();
        assert!(text.contains(terms) && text.contains(acknowledges), "{text}");
        assert!(text.contains(contact) && text.contains("lending@toronto.example.org"), "{text}");
        assert!(!text.contains(own) && !text.contains("ill@vancouver.example.org"), "{text}");
        assert!(!text.contains("your own research") && !text.contains("Vancouver"), "{text}");
        assert!(text.contains("name=\"copyright_version\" value=\"0\""), "{text}");
    }
    stage.clock.set(NOW.plus_days(130));
    stage.desk.run_due().await.expect("the due work is done");
    let page = stage.get(&stage.link()).await;
    assert!(page.text().contains("ask the lending library to send it again."), "{}", page.text());
    stage.desk.withdraw(stage.handle, &lender, "").await.expect("the request can be withdrawn");
    let page = stage.get(&stage.link()).await;
    let text = page.text();
    assert!(text.contains("The document was withdrawn"), "{text}");
    assert!(text.contains("lending@toronto.example.org") && !text.contains("Vancouver"), "{text}");
}

#[tokio::test]
async fn a_page_says_when_the_daily_quota_is_used_up() {
    let mut quotas = Quotas::default();
    quotas.patron_claims_per_day = Some(2);
    let policy = Policy::illume().with_quotas(quotas);
    let stage = Stage::shipped_over(policy, |store| store, None).await;
    for ordinal in 1..=2 {
        stage.ticket(ordinal).await;
    }
    let page = stage.get(&stage.link()).await;
    let text = page.text();
    assert!(text.contains("You can download again from"), "{text}");
    assert!(text.contains("3 of 5 downloads left"), "{text}");
    assert!(!text.contains("name=\"ordinal\""), "no form to claim with: {text}");
    let accept = [("accept", "application/json")];
    let json = stage.ask(Method::GET, &stage.link(), &accept, Body::empty()).await.json();
    assert_eq!(json["files"][0]["refused"], "over-quota", "{json}");
    assert_eq!(json["files"][0]["available_from"], "2026-11-24T00:00:00Z", "{json}");
    stage.clock.set(NOW.plus_days(1));
    let json = stage.ask(Method::GET, &stage.link(), &accept, Body::empty()).await.json();
    assert!(json["files"][0]["refused"].is_null(), "{json}");
    assert_eq!(json["files"][0].get("available_from"), Some(&serde_json::Value::Null), "{json}");
}

#[tokio::test]
async fn a_used_up_link_offers_an_extension_request() {
    let stage = Stage::shipped().await;
    for ordinal in 1..=5 {
        stage.ticket(ordinal).await;
    }
    let refused = stage.claim(6).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let count = refused.text().matches("All 5 downloads").count();
    assert_eq!(count, 1, "the reason is shown once: {}", refused.text());
    let page = stage.get(&stage.link()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text().contains("/claim"), "there is no download button");
    assert!(page.text().contains("Request an extension"));
    let ask = format!("{}/1/ask", stage.link());
    let form = [("content-type", "application/x-www-form-urlencoded")];
    // The error for a note that is too long is in the reader's language.
    let long = format!("note={}", "x".repeat(1_001));
    let refused = stage.ask(Method::POST, &format!("{ask}?lang=fr"), &form, long).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = refused.text();
    assert!(text.contains("au plus 1000 caractères de texte"), "{text}");
    let asked = stage.ask(Method::POST, &ask, &form, "note=The+last+page%3F").await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    assert_eq!(asked.header(header::LOCATION), format!("/delivery{}", stage.link()));
    let page = stage.get(&stage.link()).await;
    assert!(page.text().contains("You requested an extension on November\u{a0}23,\u{a0}2026"));
    assert!(!page.text().contains("<textarea"), "the form is hidden after a request");
    let grant = Grant::new(ARTICLE, Audience::Patron).with_downloads(2);
    stage
        .desk
        .grant(stage.handle, &staff("CA-OTU"), &grant)
        .await
        .expect("the extension is granted");
    let page = stage.get(&stage.link()).await;
    assert!(page.text().contains("2 of 7 downloads left"), "the same link works again");
    stage.ticket(6).await;
}

#[tokio::test]
async fn an_expired_document_shows_its_last_day() {
    let stage = Stage::shipped().await;
    stage.clock.set(NOW.plus_days(91));
    let page = stage.get(&stage.link()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text().contains("The last day to download was February\u{a0}21,\u{a0}2027."));
    assert!(page.text().contains("Request an extension") && !page.text().contains("/claim"));
    assert_eq!(stage.claim(1).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_document_that_is_not_yet_available_shows_its_first_day() {
    let stage = Stage::shipped().await;
    let terms = Terms::new(5, 90).with_not_before(NOW.plus_days(7));
    let change = TermsChange::new(ARTICLE, terms, "embargo");
    let changed = stage.desk.change_terms(stage.handle, &staff("CA-OTU"), &change).await;
    changed.expect("the terms change");
    let page = stage.get(&stage.link()).await;
    assert!(
        page.text().contains("You can download it from November\u{a0}30,\u{a0}2026, "),
        "{}",
        page.text()
    );
    assert!(page.text().contains("5 of 5 downloads left"), "{}", page.text());
    assert!(page.text().contains("Available until the end of"), "{}", page.text());
    let accept = [("accept", "application/json")];
    let json = stage.ask(Method::GET, &stage.link(), &accept, Body::empty()).await.json();
    assert_eq!(json["files"][0]["available_from"], "2026-11-30T20:46:32Z", "{json}");
    assert_eq!(stage.claim(1).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_used_up_document_that_is_not_yet_available_shows_that_no_downloads_are_left() {
    let stage = Stage::shipped().await;
    for ordinal in 1..=5 {
        stage.ticket(ordinal).await;
    }
    let terms = Terms::new(5, 90).with_not_before(NOW.plus_days(7));
    let change = TermsChange::new(ARTICLE, terms, "embargo");
    let changed = stage.desk.change_terms(stage.handle, &staff("CA-OTU"), &change).await;
    changed.expect("the terms change");
    let page = stage.get(&stage.link()).await;
    let text = page.text();
    assert!(text.contains("You can download it from November\u{a0}30,\u{a0}2026, "), "{text}");
    assert!(text.contains("No downloads left (out of 5)"), "{text}");
}

#[tokio::test]
async fn a_closed_link_shows_the_reason_and_the_contact() {
    let cases = [
        ("pending", StatusCode::CONFLICT, "Not sent yet"),
        ("revoked", StatusCode::GONE, "This link no longer works"),
        ("withdrawn", StatusCode::GONE, "The document was withdrawn"),
        ("cancelled", StatusCode::GONE, "The request was cancelled"),
    ];
    for (what, status, heading) in cases {
        let stage = Stage::pending(Policy::illume()).await;
        stage.attach("ice-ages.pdf", pdf(100)).await;
        let stage = stage.linked().await;
        let (desk, handle, lender) = (&stage.desk, stage.handle, staff("CA-OTU"));
        match what {
            "revoked" => {
                let link =
                    desk.link_context(&stage.token).await.expect("the token is genuine").link;
                desk.ship(handle, &lender, Shipment::WithFiles)
                    .await
                    .expect("the request is shipped");
                desk.revoke_link(handle, &lender, link).await.expect("the link is revoked");
            }
            "withdrawn" => {
                desk.ship(handle, &lender, Shipment::WithFiles)
                    .await
                    .expect("the request is shipped");
                desk.withdraw(handle, &lender, "wrong article")
                    .await
                    .expect("the request is withdrawn");
            }
            "cancelled" => {
                desk.request_cancel(handle, &staff("CA-BVAU"))
                    .await
                    .expect("the cancellation is requested");
                desk.answer_cancel(handle, &lender, true)
                    .await
                    .expect("the cancellation is answered");
            }
            _ => {}
        }
        let page = stage.get(&stage.link()).await;
        assert_eq!(page.status, status, "{what}");
        let text = page.text();
        assert!(text.contains(heading), "{what}: {text}");
        assert!(text.contains("Vancouver Library") && text.contains("ill@vancouver.example.org"));
        assert!(!text.contains("Ice"), "the title is not shown: {text}");
        assert_eq!(page.header(header::CONTENT_LANGUAGE), "en", "{what}");
        let switch = format!("href=\"/delivery{}?lang=fr\"", stage.link());
        assert!(text.contains(&switch), "{what}: {text}");
        let french = stage.get(&format!("{}?lang=fr", stage.link())).await;
        assert!(
            french.text().contains("<html lang=\"fr\" dir=\"ltr\">"),
            "{what}: {}",
            french.text()
        );
        assert_eq!(french.header(header::CONTENT_LANGUAGE), "fr", "{what}");
        let json = [("accept", "application/json")];
        let problem = stage.ask(Method::GET, &stage.link(), &json, Body::empty()).await;
        assert_eq!(problem.header(header::CONTENT_TYPE), "application/problem+json");
        assert_eq!(problem.json()["status"], status.as_u16());
    }
}

#[tokio::test]
async fn every_invalid_token_gets_the_same_response() {
    let stage = Stage::shipped().await;
    let genuine = stage.token.clone();
    let mut flipped = genuine.clone();
    flipped.replace_range(20..21, if &genuine[20..21] == "A" { "B" } else { "A" });
    let ticket = stage.ticket(1).await;
    let ticket = ticket.trim_start_matches("/t/");
    let wrong =
        ["x", "", &genuine[1..], &flipped, &format!("{genuine}A"), ticket, "%00", "..%2F..%2Fetc"];
    let first = stage.get("/d/wrong").await;
    assert_eq!(first.status, StatusCode::NOT_FOUND);
    for token in wrong {
        for path in [format!("/d/{token}"), format!("/t/{token}")] {
            if path == format!("/t/{ticket}") || token.is_empty() {
                continue;
            }
            let answer = stage.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(answer.body == first.body, "{path}: the same page");
            assert_eq!(answer.headers, first.headers, "{path}: the same headers");
            let french = stage.get(&format!("{path}?lang=fr")).await;
            assert!(
                french.text().contains("<html lang=\"fr\" dir=\"ltr\">"),
                "{path}: {}",
                french.text()
            );
        }
    }
}

#[tokio::test]
async fn a_wrong_document_is_not_mentioned_to_those_who_could_not_download_it() {
    // The document is replaced before shipping.
    let stage = Stage::pending(Policy::illume()).await;
    stage.attach("wrong.pdf", pdf(600)).await;
    stage.replace("right.pdf", pdf(700), ReplaceReason::WrongDocument).await;
    stage
        .desk
        .ship(stage.handle, &staff("CA-OTU"), Shipment::WithFiles)
        .await
        .expect("the request can be shipped");
    let stage = stage.linked().await;
    let page = stage.get(&stage.link()).await;
    assert!(!page.text().contains("the wrong one"), "{}", page.text());
    // The first link is issued after the replacement.
    let stage = Stage::pending(Policy::illume()).await;
    stage.attach("wrong.pdf", pdf(600)).await;
    stage
        .desk
        .ship(stage.handle, &staff("CA-OTU"), Shipment::WithFiles)
        .await
        .expect("the request can be shipped");
    stage.replace("right.pdf", pdf(700), ReplaceReason::WrongDocument).await;
    stage.clock.advance(1);
    let stage = stage.linked().await;
    let page = stage.get(&stage.link()).await;
    assert!(!page.text().contains("the wrong one"), "{}", page.text());
}

#[tokio::test]
async fn a_request_in_json_gets_an_error_in_json_with_the_cause() {
    let stage = Stage::shipped().await;
    for (path, body, cause) in [
        ("1/claim", r#"{"acknowledged": "maybe"}"#, "`acknowledged`"),
        ("1/claim", r#"{"acknowledged": true}"#, "Idempotency-Key"),
        ("1/claim", "{", "the JSON ends too early"),
        ("1/ask", r#"{"note": 7}"#, "`note` is a number; expected a string"),
    ] {
        let path = format!("{}/{path}", stage.link());
        let json = [("content-type", "application/json")];
        let answer = stage.ask(Method::POST, &path, &json, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json");
        let title = answer.json()["title"].to_string();
        assert!(title.contains(cause), "{body}: {title}");
        let browser = [json[0], ("accept", "text/html,*/*;q=0.8")];
        let answer = stage.ask(Method::POST, &path, &browser, body).await;
        assert_eq!(answer.header(header::CONTENT_TYPE), "text/html; charset=utf-8");
    }
}

#[tokio::test]
async fn a_claim_in_json_is_answered_in_json_unless_html_is_accepted() {
    let stage = Stage::shipped().await;
    for (path, body, status) in [
        ("1/claim", r#"{"acknowledged": true, "ordinal": 1}"#, StatusCode::OK),
        ("1/ask", r#"{"note": "please"}"#, StatusCode::NO_CONTENT),
    ] {
        let path = format!("{}/{path}", stage.link());
        let json = ("content-type", "application/json");
        let answer = stage.ask(Method::POST, &path, &[json, ("accept", "*/*")], body).await;
        assert_eq!(answer.status, status, "{path} {}", answer.text());
        let browser = [json, ("accept", "text/html,*/*;q=0.8")];
        let answer = stage.ask(Method::POST, &path, &browser, body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path} {}", answer.text());
    }
}

#[tokio::test]
async fn the_page_of_a_closed_ticket_does_not_link_to_the_start_page() {
    let stage = Stage::shipped().await;
    let ticket = stage.ticket(1).await;
    stage.desk.remove(stage.handle, &staff("CA-OTU"), ARTICLE).await.expect("the file exists");
    let page = stage.get(&ticket).await;
    assert_eq!(page.status, StatusCode::GONE);
    let text = page.text();
    assert!(!text.contains("Go to the home page"), "{text}");
    assert!(text.contains("Open your link again"), "{text}");
    let french = stage.get(&format!("{ticket}?lang=fr")).await;
    assert!(french.text().contains("Ouvrez de nouveau votre lien"), "{}", french.text());
    // The page of an invalid address does, since its reader is unknown.
    let wrong = stage.get("/t/wrong").await;
    assert!(wrong.text().contains("href=\"/start\""), "{}", wrong.text());
}

/// Returns link pages with Spanish, added only by files, and a right-to-left language.
fn four_languages() -> LinkPages {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../text/tests/languages");
    let texts = Catalog::builder().with_folder(std::path::Path::new(folder));
    let texts = texts.expect("the folder can be read").with_pseudo_language().build();
    LinkPages::with_texts(texts.expect("the messages are right"))
}

#[tokio::test]
async fn a_third_language_needs_only_message_files() {
    let stage = Stage::shipped().await.with_pages(four_languages());
    let browser = ("accept-language", "es-MX, en;q=0.5");
    let page = stage.ask(Method::GET, &stage.link(), &[browser], Body::empty()).await;
    let text = page.text();
    assert!(text.contains("<html lang=\"es\" dir=\"ltr\">"), "{text}");
    assert_eq!(page.header(header::CONTENT_LANGUAGE), "es");
    for part in [
        "Aviso de derechos de autor",
        "Quedan 5 descargas de 5",
        "Disponible hasta el final del 21\u{a0}de\u{a0}febrero\u{a0}de\u{a0}2027",
        "Descargar</button>",
        "¿Tiene preguntas? Escriba a Vancouver Library:",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for (tag, name) in [("en", "English"), ("fr", "Français")] {
        let link =
            format!("?lang={tag}\" lang=\"{tag}\" hreflang=\"{tag}\" dir=\"ltr\">{name}</a>");
        assert!(text.contains(&link), "{link}: {text}");
    }
    assert!(!text.contains(">Español</a>"), "the current language has no link");
    let missing = stage.get("/d/wrong?lang=es").await;
    assert!(missing.text().contains("Página no encontrada"), "{}", missing.text());
    // The response to a form keeps the language.
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let claim = format!("{}/1/claim?lang=es", stage.link());
    let refused = stage.ask(Method::POST, &claim, &form, "ordinal=1&copyright_version=0").await;
    assert!(refused.text().contains("Lea el aviso de derechos de autor"), "{}", refused.text());
}

#[tokio::test]
async fn a_right_to_left_page_isolates_every_value() {
    let stage = Stage::shipped().await.with_pages(four_languages());
    let page = stage.get(&format!("{}?lang=ar-XB", stage.link())).await;
    let text = page.text();
    assert!(text.contains("<html lang=\"ar-XB\" dir=\"rtl\">"), "{text}");
    assert!(text.contains("<bdi>ice-ages.pdf</bdi>"), "{text}");
    assert!(text.contains("\u{2068}Vancouver Library\u{2069}"), "{text}");
    // Without markup, language names and entered values, no Latin letters are left.
    let main = text.split("<main>").nth(1).expect("the page has a main element");
    let mut bare: String =
        main.split('<').map(|piece| piece.split_once('>').map_or("", |(_, text)| text)).collect();
    for value in ["ice-ages.pdf", "PDF", "Vancouver Library", "Toronto Library"] {
        bare = bare.replace(value, "");
    }
    let words = |text: &str| {
        let word =
            |word: &&str| word.chars().any(|c| c.is_ascii_lowercase()) && !word.contains('@');
        text.split_whitespace().filter(word).map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let facts = ["On", "Ice", "Ages", "&lt;b&gt;Ice&lt;/b&gt;"];
    let left: Vec<_> = words(&bare).into_iter().filter(|word| !facts.contains(&&**word)).collect();
    assert!(left.is_empty(), "text that is not from a message: {left:?}");
}

#[test]
fn style_sheets_use_no_left_or_right() {
    let own = include_str!("../../templates/link.css");
    for line in desktop_delivery_text::STYLE_SHEET.lines().chain(own.lines()) {
        for side in ["left:", "-left", " left;", "right:", "-right", " right;"] {
            assert!(!line.contains(side), "{line}");
        }
    }
}
