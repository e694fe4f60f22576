//! Signatures and secrets.

use super::receiver::{Received, Receiver};
use super::stage::Stage;
use desktop_delivery_webhook::{SigningSecret, WebhookJson};
use standardwebhooks::Webhook as Verifier;

/// Returns whether one of the signatures is of this secret, at any time.
fn verifies(received: &Received, secret: &SigningSecret) -> bool {
    let verifier = Verifier::new(&secret.expose()).expect("the secret is one of the standard");
    let timestamp = received.header("webhook-timestamp").parse().expect("it is a number");
    let signature = verifier.sign(received.id(), timestamp, &received.body).expect("it signs");
    received.header("webhook-signature").split(' ').any(|one| one == signature)
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_are_signed_by_the_current_and_for_a_day_by_the_replaced_secret() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    let (webhook, first) = stage.add(&receiver.url()).await;
    let _worker = stage.work();
    stage.event("2026-00417").await;
    receiver.until_accepted(1).await;
    let received = &receiver.received()[0];
    let verifier = Verifier::new(&first.expose()).unwrap();
    verifier
        .verify(&received.body, &received.headers)
        .expect("the timestamp is that of the attempt");
    let mut altered = received.clone();
    altered.body = [&received.body[..], b" "].concat().into();
    assert!(!verifies(&altered, &first));

    let second = stage.webhooks.rotate_secret(&webhook.id).await.unwrap();
    stage.event("2026-00417").await;
    receiver.until_accepted(2).await;
    let received = &receiver.received()[1];
    assert!(verifies(received, &first) && verifies(received, &second));
    assert_eq!(received.header("webhook-signature").split(' ').count(), 2);

    stage.clock.advance(86_400);
    stage.event("2026-00417").await;
    receiver.until_accepted(3).await;
    let received = &receiver.received()[2];
    assert!(!verifies(received, &first) && verifies(received, &second));
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_neither_printed_nor_listed() {
    let stage = Stage::in_memory();
    let (webhook, secret) = stage.add("https://hooks.example.org/desk?key=hush").await;
    let replaced = stage.webhooks.rotate_secret(&webhook.id).await.unwrap();
    let webhook = stage.webhooks.find(&webhook.id).await.unwrap().unwrap();
    let json = serde_json::to_string(&WebhookJson::of(&webhook)).unwrap();
    let shown = format!("{webhook:?} {:?} {:?} {json}", stage.webhooks, secret);
    for hidden in [secret.expose(), replaced.expose()] {
        let start = &hidden["whsec_".len().."whsec_".len() + 12];
        assert!(!shown.contains(start), "{shown}");
    }
    assert!(!format!("{webhook:?}").contains("hush"), "{webhook:?}");
}
