//! Addresses to which nothing is delivered.

use super::receiver::Receiver;
use super::stage::{Stage, local_sender};
use async_trait::async_trait;
use desktop_delivery_webhook::{FailureReason, Resolver, Sender, WebhookUrl};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Answers each name with the next list of addresses; the last one repeats.
#[derive(Debug)]
struct Scripted(Mutex<VecDeque<Vec<IpAddr>>>);

impl Scripted {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse =
            |list: &&[&str]| list.iter().map(|text| text.parse().expect("an address")).collect();
        Arc::new(Self(Mutex::new(answers.iter().map(parse).collect())))
    }
}

#[async_trait]
impl Resolver for Scripted {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let mut answers = self.0.lock().expect("nobody panics");
        match answers.len() {
            0 => Err(io::Error::other("no such name")),
            1 => Ok(answers[0].clone()),
            _ => Ok(answers.pop_front().unwrap_or_default()),
        }
    }
}

/// Counts the connections to a port of this machine.
async fn counted() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it listens").port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    (port, count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_literal_address_that_is_not_public_is_refused_in_every_spelling() {
    let stage = Stage::in_memory().with_sender(Sender::new());
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "10.0.0.1",
        "100.64.0.1",
        "0.0.0.0",
        "[fe80::1]",
    ] {
        let url = WebhookUrl::new(&format!("https://{host}/")).unwrap();
        let new = desktop_delivery_webhook::NewWebhook::of_host(url);
        let refused = stage.webhooks.add(new).await.unwrap_err();
        assert!(refused.to_string().contains("private or reserved"), "{host}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_literal_address_is_checked_where_it_is_connected_to() {
    // A webhook whose network the operator no longer allows.
    let (receiver, stage) = (Receiver::start().await, Stage::in_memory());
    let (webhook, _) = stage.add(&receiver.url()).await;
    assert!(stage.webhooks.test(&webhook.id).await.unwrap().is_success());
    let stage = stage.with_sender(Sender::new());
    let attempt = stage.webhooks.test(&webhook.id).await.unwrap();
    assert_eq!(attempt.failure, Some(FailureReason::AddressNotAllowed));
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_of_an_address_that_is_not_public_is_refused() {
    let (port, connections) = counted().await;
    let refused = Some(FailureReason::AddressNotAllowed);
    // The real resolver.
    let stage = Stage::in_memory().with_sender(Sender::new());
    let (webhook, _) = stage.add(&format!("https://localhost:{port}/")).await;
    assert_eq!(stage.webhooks.test(&webhook.id).await.unwrap().failure, refused);
    for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "10.1.2.3"] {
        let sender = Sender::new().with_resolver(Scripted::new(&[&[address]]));
        let stage = Stage::in_memory().with_sender(sender);
        let (webhook, _) = stage.add(&format!("https://hooks.example.org:{port}/")).await;
        assert_eq!(stage.webhooks.test(&webhook.id).await.unwrap().failure, refused, "{address}");
    }
    assert_eq!(connections.load(Ordering::Relaxed), 0);
    let sender = Sender::new().with_resolver(Scripted::new(&[]));
    let stage = Stage::in_memory().with_sender(sender);
    let (webhook, _) = stage.add("https://hooks.example.org/").await;
    let attempt = stage.webhooks.test(&webhook.id).await.unwrap();
    assert_eq!(attempt.failure, Some(FailureReason::NameNotResolved));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_resolves_differently_a_moment_later_gains_nothing() {
    let (port, connections) = counted().await;
    let resolver = Scripted::new(&[&["8.8.8.8"], &["127.0.0.1"]]);
    let sender = Sender::new().with_resolver(resolver).with_timeout(Duration::from_millis(200));
    let stage = Stage::in_memory().with_sender(sender);
    let (webhook, _) = stage.add(&format!("https://rebind.example.org:{port}/")).await;
    let first = stage.webhooks.test(&webhook.id).await.unwrap();
    assert!(first.failure.is_some_and(|reason| reason != FailureReason::AddressNotAllowed));
    let second = stage.webhooks.test(&webhook.id).await.unwrap();
    assert_eq!(second.failure, Some(FailureReason::AddressNotAllowed));
    assert_eq!(connections.load(Ordering::Relaxed), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_only_for_allowed_networks() {
    let sender = local_sender().with_resolver(Scripted::new(&[&["8.8.8.8"], &["127.0.0.1"]]));
    let stage = Stage::in_memory().with_sender(sender);
    let receiver = Receiver::start().await;
    let url = format!("http://hooks.example.org:{}/", receiver.address.port());
    let (webhook, _) = stage.add(&url).await;
    let public = stage.webhooks.test(&webhook.id).await.unwrap();
    assert_eq!(public.failure, Some(FailureReason::AddressNotAllowed));
    assert!(stage.webhooks.test(&webhook.id).await.unwrap().is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_are_checked() {
    let names = vec!["hooks.example.org".to_owned()];
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let _ = stream.read(&mut [0; 4_096]).await;
                let _ =
                    stream.write_all(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await;
                let _ = stream.shutdown().await;
            }
        }
    });
    let local = || local_sender().with_resolver(Scripted::new(&[&["127.0.0.1"]]));
    let test = async |sender: Sender, host: &str| {
        let stage = Stage::in_memory().with_sender(sender);
        let (webhook, _) = stage.add(&format!("https://{host}:{port}/")).await;
        let attempt = stage.webhooks.test(&webhook.id).await.unwrap();
        (attempt.status, attempt.failure)
    };
    let untrusted = (None, Some(FailureReason::TlsFailed));
    assert_eq!(test(local(), "hooks.example.org").await, untrusted);
    let trusting = || local().with_root_certificate(cert.pem().as_bytes()).unwrap();
    assert_eq!(test(trusting(), "hooks.example.org").await, (Some(202), None));
    assert_eq!(test(trusting(), "other.example.org").await, untrusted);
    assert!(Sender::new().with_root_certificate(b"nonsense").is_err());
}
