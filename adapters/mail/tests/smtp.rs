//! Sends notices to a real SMTP server, and to some that misbehave.

mod support;

use desktop_delivery::error::NotifyError;
use desktop_delivery::notices::{LinkUrl, NoticeFailure, OutgoingNotice};
use desktop_delivery::{Contact, Language, Notifier};
use desktop_delivery_mail::{Password, SmtpNotifier, SmtpServer};
use futures_util::future::join_all;
use mail_parser::MessageParser;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{Certificate, LINK, MailServer, composer, received, whole_text};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};

fn notifier(server: SmtpServer) -> SmtpNotifier {
    SmtpNotifier::new(server, Arc::new(composer())).expect("the settings are right")
}

fn at(port: u16) -> SmtpServer {
    SmtpServer::loopback().with_port(port)
}

fn to(address: &str) -> OutgoingNotice {
    let mut dispatch = received(1);
    dispatch.address = support::address(address);
    dispatch.contact = Contact::new("Carla Santos", address);
    dispatch
}

/// Checks the kind of the error, and that it reveals no secrets.
#[track_caller]
fn assert_failed(outcome: Result<(), NotifyError>, is_transient: bool, because: &str) {
    let error = outcome.expect_err("the notice was not to be taken");
    let text = whole_text(&error);
    assert_eq!(error.is_transient(), is_transient, "{text}");
    assert!(text.contains(because), "{text}");
    for secret in [LINK, "@example.org", "carla", "s3cret"] {
        assert!(!text.to_lowercase().contains(&secret.to_lowercase()), "{text}");
    }
}

#[tokio::test]
async fn the_server_accepts_a_notice() {
    let server = MailServer::start();
    let notifier = notifier(at(server.port));
    notifier.notify(&received(1)).await.unwrap();
    let inbox = server.inbox();
    assert_eq!(inbox.len(), 1);
    let envelope = "X-Envelope: consortium.example.org ill@consortium.example.org \
                    carla.santos@example.org\n";
    assert!(inbox[0].replace('\r', "").starts_with(envelope), "{}", inbox[0]);
    assert!(inbox[0].replace('\r', "").contains(&format!("\n{LINK}\n")));
    notifier.close().await;
}

#[tokio::test]
async fn replies_about_the_recipient_are_classified() {
    let server = MailServer::start();
    let notifier = notifier(at(server.port));
    let notify = |address| {
        let (notifier, dispatch) = (&notifier, to(address));
        async move { notifier.notify(&dispatch).await }
    };
    assert_failed(notify("greylisted@example.org").await, true, "451 4.7.1 at RCPT TO");
    assert_failed(notify("unknown@example.org").await, false, "550 5.1.1 at RCPT TO");
    assert_failed(notify("choosy@example.org").await, false, "554 5.6.0 after the message");
    assert_failed(notify("carla@xn--a.example.org").await, false, "not a mail address");
    notify("carla@example.org").await.unwrap();
    assert_eq!(server.inbox().len(), 1);
}

#[tokio::test]
async fn an_address_beyond_ascii_is_sent_only_if_the_server_supports_it() {
    let server = MailServer::start();
    let notifier = notifier(at(server.port));
    for address in ["josé@example.org", "josé@exämple.org"] {
        let error = notifier.notify(&to(address)).await.expect_err("it needs SMTPUTF8");
        assert_eq!(error.reason(), NoticeFailure::UnsupportedAddress);
        assert_failed(Err(error), false, "beyond ASCII");
    }
    assert!(server.inbox().is_empty());
    // A domain beyond ASCII is never a problem.
    notifier.notify(&to("carla@exämple.org")).await.unwrap();
    let inbox = server.inbox();
    assert!(inbox[0].contains(" carla@xn--exmple-cua.org\r\n"), "{}", inbox[0]);
    assert!(inbox[0].contains("<carla@xn--exmple-cua.org>"), "{}", inbox[0]);

    let server = MailServer::start_with_extensions("8BITMIME SMTPUTF8");
    self::notifier(at(server.port)).notify(&to("josé@exämple.org")).await.unwrap();
    let inbox = server.inbox();
    assert!(inbox[0].contains("X-Options: SMTPUTF8 BODY=8BITMIME\r\n"), "{}", inbox[0]);
}

/// Returns the sent message with non-ASCII text and a link on a host name of 60 characters.
#[tokio::test]
async fn no_encoding_breaks_a_link_for_any_server_extensions() {
    let host = format!("{}.example.org", "bibliotheque-".repeat(3) + "consortium");
    assert!(host.len() >= 60, "{}", host.len());
    let link = format!("https://{host}/d/{}", LINK.rsplit_once('/').unwrap().1);
    for (offers, language, encoding) in [
        ("8BITMIME", Language::FRENCH, "8bit"),
        ("", Language::FRENCH, "base64"),
        ("8BITMIME", Language::ENGLISH, "7bit"),
        ("", Language::ENGLISH, "7bit"),
    ] {
        let server = MailServer::start_with_extensions(offers);
        let mut dispatch = received(1);
        dispatch.contact =
            Contact::new("Carla Santos", "carla@example.org").with_language(language);
        dispatch.link = Some(LinkUrl::new(link.clone()));
        notifier(at(server.port)).notify(&dispatch).await.unwrap();
        let raw = server.inbox().remove(0);
        assert!(raw.contains(&format!("Content-Transfer-Encoding: {encoding}\r\n")), "{raw}");
        let is_eight = encoding == "8bit";
        assert_eq!(raw.contains("X-Options: BODY=8BITMIME\r\n"), is_eight, "{raw}");
        assert_eq!(raw.is_ascii(), !is_eight, "{raw}");
        let whole = raw.contains(&format!("\r\n{link}\r\n"));
        assert_eq!(whole, encoding != "base64", "{raw}");
        let message = MessageParser::default().parse(&raw).unwrap();
        let text = message.body_text(0).unwrap();
        assert!(text.lines().any(|line| line == link), "{text}");
        assert!(message.body_html(0).unwrap().contains(&format!("\"{link}\"")));
    }
}

#[tokio::test]
async fn an_unreachable_server_is_a_transient_failure() {
    let free = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = free.local_addr().expect("it is bound").port();
    drop(free);
    assert_failed(notifier(at(port)).notify(&received(1)).await, true, "connection refused");
}

#[tokio::test]
async fn a_server_that_hangs_is_a_transient_failure() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let port = silent.local_addr().expect("it is bound").port();
    let server = at(port).with_command_timeout(Duration::from_millis(100));
    assert_failed(notifier(server).notify(&received(1)).await, true, "in time at the greeting");

    let slow = MailServer::start();
    let server = at(slow.port).with_command_timeout(Duration::from_millis(300));
    let outcome = notifier(server).notify(&to("slow@example.org")).await;
    assert_failed(outcome, true, "in time at RCPT TO");
}

#[tokio::test]
async fn a_connection_is_reused() {
    let mut server = MailServer::start();
    let notifier = notifier(at(server.port));
    for no in 1..=5 {
        notifier.notify(&received(no)).await.unwrap();
    }
    assert_eq!((server.inbox().len(), server.connections()), (5, 1));
}

#[tokio::test]
async fn a_connection_that_the_server_closed_is_replaced_and_the_notice_sent_once() {
    let mut server = MailServer::start();
    let notifier = notifier(at(server.port));
    notifier.notify(&received(1)).await.unwrap();
    server.hang_up();
    notifier.notify(&received(2)).await.unwrap();
    assert_eq!((server.inbox().len(), server.connections()), (2, 2));
}

#[tokio::test]
async fn a_connection_that_was_idle_too_long_is_not_reused() {
    let mut server = MailServer::start();
    let notifier = notifier(at(server.port).with_idle_timeout(Duration::ZERO));
    notifier.notify(&received(1)).await.unwrap();
    notifier.notify(&received(2)).await.unwrap();
    assert_eq!((server.inbox().len(), server.connections()), (2, 2));
}

#[tokio::test]
async fn the_number_of_connections_is_limited() {
    let mut server = MailServer::start();
    let notifier = notifier(at(server.port).with_max_connections(3));
    let notices: Vec<OutgoingNotice> = (1..=40).map(received).collect();
    for outcome in join_all(notices.iter().map(|notice| notifier.notify(notice))).await {
        outcome.unwrap();
    }
    assert_eq!(server.inbox().len(), 40);
    assert!((1..=3).contains(&server.connections()));
}

#[tokio::test]
async fn a_dropped_future_keeps_the_pool_consistent() {
    let server = MailServer::start();
    let notifier = notifier(at(server.port).with_max_connections(1));
    notifier.notify(&received(1)).await.unwrap();
    let slow = to("slow@example.org");
    let dropped = tokio::time::timeout(Duration::from_millis(200), notifier.notify(&slow)).await;
    assert!(dropped.is_err());
    notifier.notify(&received(2)).await.unwrap();
    assert_eq!(server.inbox().len(), 2);
}

/// With Nagle's algorithm, each message would take 40 ms or more, 8 seconds in total.
#[tokio::test]
async fn two_hundred_notices_over_one_connection_are_fast() {
    let mut server = MailServer::start();
    let notifier = notifier(at(server.port).with_max_connections(1));
    let notices: Vec<OutgoingNotice> = (1..=200).map(received).collect();
    #[expect(clippy::disallowed_methods, reason = "it measures how long sending takes")]
    let began = Instant::now();
    for notice in &notices {
        notifier.notify(notice).await.unwrap();
    }
    let took = began.elapsed();
    eprintln!("{:.0} notices a second over one connection", 200.0 / took.as_secs_f64());
    assert_eq!((server.inbox().len(), server.connections()), (200, 1));
    assert!(took < Duration::from_secs(4), "{took:?}");
}

#[tokio::test]
async fn implicit_tls_works_with_a_trusted_certificate() {
    let certificate = Certificate::new();
    let server = MailServer::start_with_tls(&certificate);
    let plain = SmtpServer::implicit_tls("127.0.0.1").with_port(server.port);
    let trusting = plain.clone().with_root_certificate(certificate.authority_pem.as_bytes());
    notifier(trusting.unwrap()).notify(&received(1)).await.unwrap();
    assert_failed(
        notifier(plain).notify(&received(2)).await,
        true,
        "certificate could not be verified",
    );
    assert_eq!(server.inbox().len(), 1);
}

#[tokio::test]
async fn a_certificate_for_another_host_is_not_trusted() {
    let certificate = Certificate::of(&["smtp.example.org"]);
    let server = MailServer::start_with_tls(&certificate);
    let settings = SmtpServer::implicit_tls("127.0.0.1")
        .with_port(server.port)
        .with_root_certificate(certificate.authority_pem.as_bytes());
    let outcome = notifier(settings.unwrap()).notify(&received(1)).await;
    assert_failed(outcome, true, "certificate could not be verified");
    assert!(server.inbox().is_empty());
}

#[tokio::test]
async fn a_server_that_only_supports_login_is_authenticated_to() {
    let server = MailServer::start_with_password("s3cret");
    let signed_in = |password: &str| {
        let password = Password::new(password.to_owned());
        notifier(at(server.port).with_credentials("ill", password))
    };
    assert_failed(notifier(at(server.port)).notify(&received(1)).await, true, "530");
    assert_failed(signed_in("wrong").notify(&received(1)).await, true, "535 5.7.8 at sign-in");
    signed_in("s3cret").notify(&received(1)).await.unwrap();
    assert_eq!(server.inbox().len(), 1);

    let open = MailServer::start();
    let server = at(open.port).with_credentials("ill", Password::new("s3cret".to_owned()));
    assert_failed(notifier(server).notify(&received(1)).await, true, "neither PLAIN nor LOGIN");
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_without_starttls() {
    let server = MailServer::start();
    let required = SmtpServer::starttls("127.0.0.1").with_port(server.port);
    assert_failed(notifier(required).notify(&received(1)).await, true, "not offer STARTTLS");
    assert!(server.inbox().is_empty());
}

/// An attacker can append responses to the last one before TLS. They must not
/// be treated as responses received over TLS.
#[tokio::test]
async fn responses_injected_before_tls_are_ignored() {
    let certificate = Certificate::new();
    for (injected, is_taken) in [("", true), ("250 injected\r\n", false)] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = acceptor(&certificate);
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await?;
            stream.write_all(b"220 here\r\n").await?;
            let mut read = [0; 512];
            let _ = stream.read(&mut read).await?;
            stream.write_all(b"250-here\r\n250 STARTTLS\r\n").await?;
            let _ = stream.read(&mut read).await?;
            stream.write_all(format!("220 go\r\n{injected}").as_bytes()).await?;
            converse(acceptor.accept(stream).await?).await
        });
        let settings = SmtpServer::starttls("127.0.0.1")
            .with_port(port)
            .with_command_timeout(Duration::from_secs(5))
            .with_root_certificate(certificate.authority_pem.as_bytes())
            .unwrap();
        let outcome = notifier(settings).notify(&received(1)).await;
        assert_eq!(outcome.is_ok(), is_taken, "{outcome:?}");
        if !is_taken {
            assert_failed(outcome, true, "certificate could not be verified");
        }
        server.abort();
    }
}

fn acceptor(certificate: &Certificate) -> tokio_rustls::TlsAcceptor {
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
    let chain = CertificateDer::from_pem_slice(certificate.chain_pem.as_bytes())
        .expect("it was made a moment ago");
    let key = PrivateKeyDer::from_pem_slice(certificate.key_pem.as_bytes())
        .expect("it was made a moment ago");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has what the defaults need")
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .expect("the key is the certificate's");
    Arc::new(config).into()
}

/// Accepts every message.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut line, mut in_message) = (String::new(), false);
    while stream.read_line(&mut line).await? > 0 {
        let answer = match line.trim_end() {
            "." => "250 taken\r\n",
            _ if in_message => "",
            "DATA" => "354 go on\r\n",
            _ => "250 fine\r\n",
        };
        in_message = answer.starts_with("354") || (in_message && answer.is_empty());
        stream.write_all(answer.as_bytes()).await?;
        stream.flush().await?;
        line.clear();
    }
    Ok(())
}
