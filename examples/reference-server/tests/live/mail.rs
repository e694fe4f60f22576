//! Notices accepted by real mail servers, and their links as people copy them.

use crate::support::documents::by_ghostscript;
use crate::support::installation::{Installation, PATRON_ADDRESS};
use crate::support::mail::MailServer;
use crate::support::patron::Patron;
use crate::support::postfix::{PASSWORD, Postfix, USER};
use crate::support::{Certificate, until};
use serde_json::{Value, json};
use std::net::TcpListener;

#[tokio::test]
async fn the_patron_gets_a_link_by_smtp_when_received() {
    let smtp = MailServer::start();
    let here = with_mail_server(smtp.port).await;
    let document = by_ghostscript();
    let request = here.request("2026-00417").await;
    here.lender.upload(&request, "on-ice-ages.pdf", document.clone()).await.expect(201);
    here.ship(&request).await;
    here.borrower.post(&format!("{request}/receive"), json!({})).await.expect(204);
    let raw = until("the patron's mail", || async {
        smtp.inbox().into_iter().find(|raw| raw.contains(PATRON_ADDRESS))
    });
    assert_link_works(&here, &raw.await, &document).await;
    let notice = settled(&here, &request, "patron", "sent").await;
    // The request shows the masked address only.
    let masked = notice["address"].as_str().unwrap();
    assert!(!masked.contains("santos") && masked.ends_with("@example.org"), "{masked}");
    let mails = smtp.inbox().iter().filter(|raw| raw.contains(PATRON_ADDRESS)).count();
    assert_eq!(mails, 1);
}

#[tokio::test]
async fn a_partner_without_an_account_gets_a_link_when_shipped() {
    let smtp = MailServer::start();
    let here = with_mail_server(smtp.port).await;
    let document = by_ghostscript();
    let request = here.request_of("2026-00416", "CA-NSHPL").await;
    here.lender.upload(&request, "lighthouses.pdf", document.clone()).await.expect(201);
    assert!(smtp.inbox().is_empty(), "nobody is told before it is shipped");
    here.ship(&request).await;
    let raw = until("the partner's mail", || async {
        smtp.inbox().into_iter().find(|raw| raw.contains("ill@ca-nshpl.example.org"))
    });
    assert_link_works(&here, &raw.await, &document).await;
    settled(&here, &request, "partner", "sent").await;
}

#[tokio::test]
async fn a_granted_extension_is_reported_to_its_requester() {
    let smtp = MailServer::start();
    let here = with_mail_server(smtp.port).await;
    let document = by_ghostscript();
    let (request, patron) = here.shipped(&document).await;
    for ordinal in 1..=5 {
        patron.submit(1, ordinal).await.location();
    }
    patron.ask(1, "Page 7 is unreadable").await.expect(303);
    let asked = until("the lender's mail", || async {
        smtp.inbox().into_iter().find(|raw| raw.contains("ill@ca-otu.example.org"))
    });
    assert!(asked.await.contains("Page 7 is unreadable"));

    let grant = json!({ "audience": "patron", "downloads": 1 });
    here.lender.post(&format!("{request}/files/1/grant"), grant).await.expect(204);
    let raw = until("the patron's mail", || async {
        smtp.inbox().into_iter().find(|raw| raw.contains(PATRON_ADDRESS))
    });
    let link = link_in(&here, &raw.await);
    let again = Patron::new(&here.server.address, &link);
    let ticket = again.submit(1, 6).await.location();
    assert_eq!(again.fetch(&ticket).await.expect(200).bytes, document);
    assert_eq!(here.used(&request).await, [6]);
}

#[tokio::test]
async fn postfix_accepts_mail_over_starttls_with_credentials() {
    let certificate = Certificate::new();
    let postfix = Postfix::start(&certificate);
    let settings = tempfile::tempdir().unwrap();
    let (root, password) = (settings.path().join("root.pem"), settings.path().join("password"));
    std::fs::write(&root, &certificate.authority_pem).unwrap();
    std::fs::write(&password, format!("{PASSWORD}\n")).unwrap();
    let here = Installation::start_with(|launch| {
        launch
            .with("SMTP__HOST", "127.0.0.1")
            .with("SMTP__PORT", postfix.port)
            .with("SMTP__USER", USER)
            .with("SMTP__PASSWORD_FILE", password.display())
            .with("SMTP__ROOT_CERTIFICATE", root.display())
            .with("MAIL__FROM", "ill@consortium.example.org")
    })
    .await;
    let document = by_ghostscript();
    let (request, _) = here.shipped(&document).await;
    here.borrower.post(&format!("{request}/receive"), json!({})).await.expect(204);
    let delivered = postfix.delivered().await;
    assert_eq!(delivered.len(), 1);
    // RFC 3848: SMTP with TLS and authentication.
    assert!(delivered[0].contains("with ESMTPSA "), "{}", delivered[0]);
    assert_link_works(&here, &delivered[0], &document).await;
    settled(&here, &request, "patron", "sent").await;
    assert!(!here.server.log().contains(PASSWORD));
}

#[tokio::test]
async fn a_dead_mail_server_delays_only_the_notice() {
    let port = {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let here = with_mail_server(port).await;
    let document = by_ghostscript();
    let (request, patron) = here.shipped(&document).await;
    here.borrower.post(&format!("{request}/receive"), json!({})).await.expect(204);
    let waiting = until("the first try to fail", || async {
        let notice = notice_to(&here, &request, "patron").await?;
        (notice["tries"].as_u64()? > 0).then_some(notice)
    });
    assert_eq!(waiting.await["state"], "waiting");
    let ticket = patron.submit(1, 1).await.location();
    assert_eq!(patron.fetch(&ticket).await.expect(200).bytes, document);
    assert!(!here.server.log().contains(PATRON_ADDRESS));

    // A restart neither loses the notice nor retries earlier.
    let here = here.restart(|server| server.kill());
    let notice = notice_to(&here, &request, "patron").await.unwrap();
    assert_eq!((&notice["state"], &notice["tries"]), (&json!("waiting"), &json!(1)));
}

#[tokio::test]
async fn a_slow_mail_server_does_not_delay_other_mail() {
    let smtp = MailServer::start();
    let here = with_mail_server(smtp.port).await;
    let document = by_ghostscript();
    let patron = "/api/v1/participants/CA-BVAU/patrons/p-2041";
    // The test server responds to this one after an hour.
    let slow = json!({ "name": "Carla Santos", "email": "slow@example.org" });
    here.host.put(patron, slow).await.expect(204);
    let (request, _) = here.shipped(&document).await;
    here.borrower.post(&format!("{request}/receive"), json!({})).await.expect(204);
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;

    let quick = json!({ "name": "Carla Santos", "email": PATRON_ADDRESS });
    here.host.put(patron, quick).await.expect(204);
    let other = here.request("2026-00418").await;
    here.lender.upload(&other, "on-ice-ages.pdf", document.clone()).await.expect(201);
    here.ship(&other).await;
    here.borrower.post(&format!("{other}/receive"), json!({})).await.expect(204);
    settled(&here, &other, "patron", "sent").await;
    assert_eq!(notice_to(&here, &request, "patron").await.unwrap()["state"], "waiting");
    assert_eq!(smtp.inbox().len(), 1);
}

#[tokio::test]
async fn an_address_refused_by_the_mail_server_is_recorded_as_failed() {
    let smtp = MailServer::start();
    let here = with_mail_server(smtp.port).await;
    let patron = json!({ "name": "Carla Santos", "email": "unknown@example.org" });
    here.host.put("/api/v1/participants/CA-BVAU/patrons/p-2041", patron).await.expect(204);
    let (request, _) = here.shipped(&by_ghostscript()).await;
    here.borrower.post(&format!("{request}/receive"), json!({})).await.expect(204);
    let notice = settled(&here, &request, "patron", "failed").await;
    assert_eq!(notice["reason"], "refused");
    assert!(!here.server.log().contains("unknown@"));
}

async fn with_mail_server(port: u16) -> Installation {
    Installation::start_with(|launch| {
        launch
            .with("SMTP__HOST", "127.0.0.1")
            .with("SMTP__PORT", port)
            .with("SMTP__SECURITY", "none")
            .with("MAIL__FROM", "ill@consortium.example.org")
    })
    .await
}

/// Returns the link in a raw message as a person copies it: a line of its own without decoding.
fn link_in(here: &Installation, raw: &str) -> String {
    let start = format!("{}/d/", here.server.address);
    let link = raw.lines().find(|line| line.starts_with(&start));
    link.unwrap_or_else(|| panic!("no link in {raw}")).to_owned()
}

async fn assert_link_works(here: &Installation, raw: &str, document: &[u8]) {
    let patron = Patron::new(&here.server.address, &link_in(here, raw));
    let ticket = patron.submit(1, 1).await.location();
    assert!(patron.fetch(&ticket).await.expect(200).bytes == document, "other bytes");
}

async fn notice_to(here: &Installation, request: &str, to: &str) -> Option<Value> {
    let view = here.view(request).await;
    let notices = view["notices"].as_array().expect("it is a list");
    notices.iter().find(|notice| notice["to"] == to).cloned()
}

/// Waits until the notice to this recipient has this state.
async fn settled(here: &Installation, request: &str, to: &str, state: &str) -> Value {
    until("a notice to be settled", || async {
        notice_to(here, request, to).await.filter(|notice| notice["state"] == state)
    })
    .await
}
