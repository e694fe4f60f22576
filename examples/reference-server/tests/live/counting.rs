//! What counts as a download over HTTP, and what does not.

use crate::support::caller::{Answer, send};
use crate::support::documents::noise_pdf;
use crate::support::installation::Installation;
use crate::support::patron::Patron;
use crate::support::{digest, until};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

/// The target of a request in the table.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    Page,
    Claim,
    Ticket,
}

/// Method, target, headers, status.
type Row = (&'static str, At, &'static [(&'static str, &'static str)], u16);

const SIZE: usize = 5_000;

/// Requests while a claim is open and downloads are left. `{etag}` is that of the document.
const FREE: &[Row] = &[
    ("GET", At::Page, &[], 200),
    ("GET", At::Page, &[("accept", "text/html")], 200),
    ("GET", At::Page, &[("accept", "application/json")], 200),
    ("GET", At::Page, &[("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch")], 200),
    ("GET", At::Page, &[("x-moz", "prefetch")], 200),
    ("GET", At::Page, &[("range", "bytes=0-10")], 200),
    ("GET", At::Page, &[("user-agent", "Slackbot-LinkExpanding 1.0")], 200),
    ("HEAD", At::Page, &[], 200),
    ("OPTIONS", At::Page, &[], 405),
    ("POST", At::Page, &[], 405),
    ("PROPFIND", At::Page, &[], 405),
    ("GET", At::Claim, &[], 303),
    ("HEAD", At::Claim, &[], 303),
    ("OPTIONS", At::Claim, &[], 405),
    ("PUT", At::Claim, &[], 405),
    // A form sent by a scanner without ticking the box, and a malformed form.
    ("POST", At::Claim, &[("x-form", "ordinal=2")], 422),
    ("POST", At::Claim, &[("x-form", "ordinal=2&acknowledged=")], 422),
    ("POST", At::Claim, &[("x-form", "acknowledged=yes")], 400),
    ("POST", At::Claim, &[("x-form", "ordinal=many&acknowledged=yes")], 400),
    ("POST", At::Claim, &[], 400),
    // The page was opened before other claims were made, or shows a number never issued.
    ("POST", At::Claim, &[("x-form", "ordinal=9&acknowledged=yes")], 409),
    ("POST", At::Claim, &[("x-form", "ordinal=0&acknowledged=yes")], 409),
    ("GET", At::Ticket, &[], 200),
    ("HEAD", At::Ticket, &[], 200),
    ("HEAD", At::Ticket, &[("range", "bytes=0-9")], 200),
    ("OPTIONS", At::Ticket, &[], 405),
    ("POST", At::Ticket, &[], 405),
    ("GET", At::Ticket, &[("range", "bytes=0-")], 206),
    ("GET", At::Ticket, &[("range", "bytes=1-")], 206),
    ("GET", At::Ticket, &[("range", "bytes=-1")], 206),
    ("GET", At::Ticket, &[("range", "bytes=0-0")], 206),
    ("GET", At::Ticket, &[("range", "bytes=0-9,20-29")], 200),
    ("GET", At::Ticket, &[("range", "bytes=5000-")], 416),
    ("GET", At::Ticket, &[("range", "lines=1-2")], 200),
    ("GET", At::Ticket, &[("range", "bytes=9-"), ("if-range", "{etag}")], 206),
    ("GET", At::Ticket, &[("range", "bytes=9-"), ("if-range", "\"other\"")], 200),
    ("GET", At::Ticket, &[("if-none-match", "{etag}")], 304),
    ("GET", At::Ticket, &[("if-none-match", "*")], 304),
    ("GET", At::Ticket, &[("if-none-match", "\"other\"")], 200),
    ("HEAD", At::Ticket, &[("if-none-match", "{etag}")], 304),
    ("GET", At::Ticket, &[("if-match", "\"other\"")], 412),
    ("GET", At::Ticket, &[("if-match", "{etag}")], 200),
    ("GET", At::Ticket, &[("if-modified-since", "Wed, 01 Jan 2098 00:00:00 GMT")], 304),
    ("GET", At::Ticket, &[("if-unmodified-since", "Fri, 01 Jan 1999 00:00:00 GMT")], 412),
    ("GET", At::Ticket, &[("sec-purpose", "prefetch")], 200),
];

#[tokio::test]
async fn only_claims_count() {
    let here = Installation::start().await;
    let document = noise_pdf(SIZE);
    let (request, patron) = here.shipped(&document).await;
    let ticket = patron.submit(1, 1).await.location();
    let etag = format!("\"{}\"", digest(&document));
    for row in FREE {
        let answer = ask(&patron, &ticket, &etag, row).await;
        assert_eq!(answer.status, row.3, "{row:?}: {}", answer.text());
        assert_eq!(here.used(&request).await, [1], "{row:?}");
    }
    // After all this, a repeat is still free.
    assert_eq!(patron.submit(1, 1).await.location(), ticket);
    assert_eq!(here.used(&request).await, [1]);
}

#[tokio::test]
async fn refused_claims_give_a_reason_and_are_not_counted() {
    let here = Installation::start().await;
    let document = noise_pdf(SIZE);
    let states = [
        ("not shipped", 409, "not-shipped", "Not sent yet"),
        ("revoked", 410, "revoked", "This link no longer works"),
        ("withdrawn", 410, "withdrawn", "The document was withdrawn"),
        ("removed", 410, "removed", "has not added one yet, or has removed it"),
        ("used up", 403, "exhausted", "All 5 downloads have been used"),
        ("not yet valid", 403, "not-yet-valid", "Not available yet"),
    ];
    for (number, (state, status, code, words)) in states.into_iter().enumerate() {
        let request = here.request(&format!("2026-0042{number}")).await;
        here.lender.upload(&request, "ice.pdf", document.clone()).await.expect(201);
        let patron = here.patron(&request).await;
        let mut used = 0;
        if state != "not shipped" {
            here.ship(&request).await;
            used = 1;
            patron.submit(1, 1).await.location();
        }
        let file = format!("{request}/files/1");
        match state {
            "revoked" => {
                here.host.delete(&format!("{request}/links/1")).await.expect(204);
            }
            "withdrawn" => {
                let why = json!({ "why": "the wrong article" });
                here.lender.post(&format!("{request}/withdraw"), why).await.expect(204);
            }
            "removed" => {
                here.lender.delete(&file).await.expect(204);
            }
            "used up" => {
                for ordinal in 2..=5 {
                    patron.submit(1, ordinal).await.location();
                }
                used = 5;
            }
            "not yet valid" => {
                let last_day = &here.view(&request).await["files"][0]["last_day"];
                let from = format!("{}T00:00:00Z", last_day.as_str().unwrap());
                let terms = json!({ "terms": { "max_downloads": 5, "days": 90,
                    "not_before": from, "why": "an embargo" } });
                let change = here.lender.request(Method::PATCH, &file).json(&terms);
                send(change).await.expect(204);
            }
            _ => {}
        }
        let claim = patron.claim(1, "another").await;
        assert_eq!(claim.json()["code"], code, "{state}");
        assert_eq!(claim.status, status, "{state}");
        let form = patron.submit(1, used + 1).await;
        assert_eq!(form.status, status, "{state}");
        assert!(form.header("content-type").starts_with("text/html"), "{state}");
        let page = patron.page().await.text();
        assert!(page.contains(words), "{state}: {page}");
        let expected: &[u64] = if state == "removed" { &[] } else { &[used] };
        assert_eq!(here.used(&request).await, expected, "{state}");
    }
}

#[tokio::test]
async fn a_double_click_and_two_tabs_count_once() {
    let here = Installation::start().await;
    let document = noise_pdf(SIZE);
    let (request, patron) = here.shipped(&document).await;
    let clicks = join_all((0..2).map(|_| patron.submit(1, 1))).await;
    let tickets: Vec<String> = clicks.into_iter().map(Answer::location).collect();
    assert_eq!(tickets[0], tickets[1]);
    assert_eq!(here.used(&request).await, [1]);

    // Two tabs that both show "downloads so far: 1".
    let next = patron.view().await["files"][0]["next_ordinal"].as_u64().unwrap();
    assert_eq!(next, 2);
    let first_tab = patron.submit(1, next).await.location();
    let second_tab = patron.submit(1, next).await.location();
    assert_eq!(first_tab, second_tab);
    assert_eq!(here.used(&request).await, [2]);

    // "Download again" on a reloaded page is a new download.
    assert_ne!(patron.submit(1, 3).await.location(), first_tab);
    assert_eq!(here.used(&request).await, [3]);
}

#[tokio::test]
async fn a_ticket_serves_at_most_twice_its_file_and_a_mebibyte() {
    let here = Installation::start().await;
    let document = noise_pdf(1_500_000);
    let (request, patron) = here.shipped(&document).await;
    let ticket = patron.ticket(1, "first").await;
    let most = 2 * document.len() + 1_048_576;
    let mut given = 0;
    let refused = loop {
        let answer = patron.fetch(&ticket).await;
        if answer.status != 200 {
            break answer;
        }
        given += answer.bytes.len();
        assert!(given <= most, "{given} bytes for one download");
    };
    assert_eq!((refused.status, given), (429, 2 * document.len()));
    assert!(refused.text().contains("This download cannot be resumed again"), "{}", refused.text());
    assert_eq!(here.used(&request).await, [1]);
    // A new ticket can be claimed.
    let ticket = patron.ticket(1, "second").await;
    patron.fetch(&ticket).await.expect(200);
}

#[tokio::test]
async fn exactly_five_of_two_hundred_concurrent_claims_are_granted() {
    let here = Installation::start().await;
    for round in 0..3 {
        let request = here.request(&format!("2026-0043{round}")).await;
        here.lender.upload(&request, "ice.pdf", noise_pdf(SIZE)).await.expect(201);
        here.ship(&request).await;
        let patron = here.patron(&request).await;
        let statuses = join_all((0..200).map(|number| claimed(&patron, format!("key-{number}"))));
        let statuses = statuses.await;
        let granted = statuses.iter().filter(|(status, _)| *status == 200).count();
        assert_eq!(granted, 5);
        assert!(statuses.iter().all(|(status, _)| matches!(status, 200 | 403)));
        assert_eq!(here.used(&request).await, [5]);
    }
}

#[tokio::test]
async fn two_hundred_concurrent_repeats_count_once() {
    let here = Installation::start().await;
    let (request, patron) = here.shipped(&noise_pdf(SIZE)).await;
    let answers = join_all((0..200).map(|_| claimed(&patron, "the-same".to_owned()))).await;
    let (status, ticket) = &answers[0];
    assert_eq!(*status, 200);
    assert!(answers.iter().all(|answer| *answer == (*status, ticket.clone())));
    assert_eq!(here.used(&request).await, [1]);

    let ordinal = patron.view().await["files"][0]["next_ordinal"].as_u64().unwrap();
    let forms = join_all((0..200).map(|_| async {
        until("a form that is not told to come back", || async {
            Some(patron.submit(1, ordinal).await).filter(|answer| answer.status != 503)
        })
        .await
        .location()
    }));
    let forms = forms.await;
    assert!(forms.iter().all(|ticket| *ticket == forms[0]));
    assert_eq!(here.used(&request).await, [2]);
}

/// Claims like a program that retries when busy. Returns the final status and the ticket.
async fn claimed(patron: &Patron, key: String) -> (u16, String) {
    let answer = until("a claim that is not told to come back", || async {
        Some(patron.claim(1, &key).await).filter(|answer| answer.status != 503)
    });
    let answer = answer.await;
    (answer.status, answer.json()["url"].as_str().unwrap_or_default().to_owned())
}

async fn ask(patron: &Patron, ticket: &str, etag: &str, row: &Row) -> Answer {
    let (method, at, headers, _) = row;
    let path = match at {
        At::Page => patron.link.clone(),
        At::Claim => patron.claim_path(1),
        At::Ticket => ticket.to_owned(),
    };
    let method = Method::from_bytes(method.as_bytes()).expect("it is a method");
    let mut request = patron.caller.request(method, &path);
    for (name, value) in *headers {
        request = match *name {
            "x-form" => request
                .header("content-type", "application/x-www-form-urlencoded")
                .body((*value).to_owned()),
            _ => request.header(*name, value.replace("{etag}", etag)),
        };
    }
    send(request).await
}
