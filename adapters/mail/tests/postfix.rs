//! Sends notices to Postfix over STARTTLS with authentication, and reads the delivered messages.

#[path = "support/postfix.rs"]
mod private_postfix;
mod support;

use desktop_delivery::error::NotifyError;
use desktop_delivery::{Contact, Notifier};
use desktop_delivery_mail::{Password, SmtpNotifier, SmtpServer};
use private_postfix::{PASSWORD, Postfix, USER};
use std::sync::Arc;
use support::{Certificate, LINK, composer, received, whole_text};

fn signed_in(server: SmtpServer, password: &str) -> SmtpNotifier {
    let server = server.with_credentials(USER, Password::new(password.to_owned()));
    SmtpNotifier::new(server, Arc::new(composer())).expect("the settings are right")
}

#[track_caller]
fn assert_transient(outcome: Result<(), NotifyError>, because: &str) {
    let error = outcome.expect_err("the notice was not to be taken");
    let text = whole_text(&error);
    assert!(error.is_transient() && text.contains(because), "{text}");
    assert!(!text.contains("example.org") && !text.contains(PASSWORD), "{text}");
}

/// Uses one server for all checks, since it takes a second to start.
#[tokio::test]
async fn postfix_accepts_an_authenticated_notice_over_starttls_and_delivers_the_link() {
    let certificate = Certificate::new();
    let postfix = Postfix::start(&certificate);
    let untrusting = SmtpServer::starttls("127.0.0.1").with_port(postfix.port);
    let server = untrusting
        .clone()
        .with_root_certificate(certificate.authority_pem.as_bytes())
        .expect("it is a certificate");

    let outcome = signed_in(untrusting, PASSWORD).notify(&received(1)).await;
    assert_transient(outcome, "certificate could not be verified");

    let outcome = signed_in(server.clone(), "wrong").notify(&received(1)).await;
    assert_transient(outcome, "535 5.7.8 at sign-in");

    let notifier = signed_in(server.clone(), PASSWORD);
    let mut stranger = received(2);
    stranger.address = support::address("nobody@example.org");
    stranger.contact = Contact::new("", "nobody@example.org");
    let error = notifier.notify(&stranger).await.unwrap_err();
    let text = whole_text(&error);
    assert!(!error.is_transient() && text.contains("550 5.1.1 at RCPT TO"), "{text}");
    assert!(!text.contains("nobody"), "{text}");

    let stranger_to_it = SmtpNotifier::new(server, Arc::new(composer())).unwrap();
    let error = stranger_to_it.notify(&received(3)).await.unwrap_err();
    assert!(whole_text(&error).contains("at RCPT TO"), "{}", whole_text(&error));

    notifier.notify(&received(4)).await.unwrap();
    let delivered = postfix.delivered().await;
    assert_eq!(delivered.len(), 1);
    let raw = &delivered[0];
    assert!(raw.contains(&format!("\n{LINK}\n")), "{raw}");
    assert!(raw.contains("\nMessage-ID: <000102ab040506ff.4@consortium.example.org>\n"), "{raw}");
    assert!(raw.starts_with("Return-Path: <ill@consortium.example.org>\n"), "{raw}");
    // RFC 3848: SMTP with TLS and authentication.
    assert!(raw.contains("with ESMTPSA "), "{raw}");
    notifier.close().await;
}
