//! Receivers that fail, hang, redirect, answer late, ask to wait, and come back.

use super::delivering::assert_complete;
use super::receiver::{Received, Receiver, Reply};
use super::stage::{Stage, local_sender};
use desktop_delivery_webhook::{FailureReason, PauseReason, ResumeFrom, WebhookState};
use metrics_exporter_prometheus::PrometheusBuilder;
use std::collections::HashMap;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_fails_and_recovers_gets_everything_in_order() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    // Each delivery fails twice.
    let mut tries = HashMap::<String, u32>::new();
    receiver.behave(move |one| {
        let tries = tries.entry(one.id().to_owned()).or_default();
        *tries += 1;
        Reply::of(if *tries <= 2 { 500 } else { 200 })
    });
    let (webhook, _) = stage.add(&receiver.url()).await;
    stage.events(5, 3).await;
    let _worker = stage.work();
    for _ in 0..200 {
        if receiver.accepted().len() >= 15 {
            break;
        }
        stage.clock.advance(60);
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    assert_eq!(assert_complete(&receiver.accepted(), 5, 3), 0);
    assert_eq!(receiver.received().len(), 45);
    let status = stage.until_status(&webhook.id, "no retries", |s| s.retrying == 0).await;
    assert_eq!(status.failures.len(), 20);
    let failure = &status.failures[0];
    assert_eq!((failure.reason, failure.status), (FailureReason::Status, Some(500)));
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    let other = Receiver::start().await;
    let target = other.url();
    receiver.behave(move |_| Reply::of(307).with_header("location", target.clone()));
    let (webhook, _) = stage.add(&receiver.url()).await;
    let _worker = stage.work();
    stage.event("2026-00417").await;
    let status = stage.until_status(&webhook.id, "a failure", |s| s.retrying == 1).await;
    assert_eq!(status.failures[0].status, Some(307));
    assert!(other.received().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_hangs_delays_only_its_request() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    receiver.behave(|one| match one.reference().as_str() {
        "hangs" => Reply::of(200).after(Duration::from_secs(60)),
        "late" => Reply::of(200).after(Duration::from_millis(600)),
        _ => Reply::of(200),
    });
    let (webhook, _) = stage.add(&receiver.url()).await;
    let _worker = stage.work();
    for reference in ["hangs", "late", "2026-00417"] {
        stage.event(reference).await;
        stage.event(reference).await;
    }
    let quick = |all: &[Received]| all.iter().filter(|one| one.reference() == "2026-00417").count();
    receiver.until("both of the quick one", |all| quick(all) == 2).await;
    // Meanwhile, newer events are delivered too.
    stage.event("2026-00418").await;
    receiver.until("the newer one", |all| all.iter().any(|r| r.reference() == "2026-00418")).await;
    let status = stage.until_status(&webhook.id, "a timeout", |s| s.retrying == 1).await;
    assert_eq!(status.failures[0].reason, FailureReason::TimedOut);
    let late = receiver.received().iter().filter(|one| one.reference() == "late").count();
    assert!(late >= 1);
    receiver
        .until("both of the late one", |all| {
            all.iter().filter(|one| one.reference() == "late").count() == 2
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_comes_back_after_an_hour_has_lost_nothing() {
    let (stage, mut receiver) = (Stage::in_memory(), Receiver::start().await);
    let (webhook, _) = stage.add(&receiver.url()).await;
    receiver.stop();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let _worker = stage.work();
    stage.events(4, 2).await;
    let status = stage.until_status(&webhook.id, "all fail", |s| s.retrying == 4).await;
    assert_eq!(status.failures[0].reason, FailureReason::Unreachable);
    assert_eq!(status.failures[0].status, None);
    stage.events(4, 1).await;
    receiver.restart().await;
    stage.clock.advance(3_600);
    receiver.until_accepted(12).await;
    assert_eq!(assert_complete(&receiver.accepted(), 4, 3), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_asks_to_wait_gets_nothing_until_then() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    receiver.behave(|_| Reply::of(429).with_header("retry-after", "90"));
    let (webhook, _) = stage.add(&receiver.url()).await;
    let _worker = stage.work();
    stage.event("2026-00417").await;
    let status = stage.until_status(&webhook.id, "a failure", |s| s.retrying == 1).await;
    assert_eq!(status.next_attempt_at, Some(stage.desk.now().plus_seconds(90)));
    receiver.behave(|_| Reply::of(200));
    stage.event("2026-00418").await;
    stage.clock.advance(89);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(receiver.received().len(), 1);
    stage.clock.advance(1);
    receiver.until_accepted(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_pauses_the_webhook() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    receiver.behave(|_| Reply::of(410));
    let (webhook, _) = stage.add(&receiver.url()).await;
    let _worker = stage.work();
    stage.event("2026-00417").await;
    let state = stage.until_paused(&webhook.id).await;
    let since = stage.desk.now();
    assert_eq!(state, WebhookState::Paused { reason: PauseReason::Gone, since });
    assert_eq!(stage.status(&webhook.id).await.failures[0].status, Some(410));
    receiver.behave(|_| Reply::of(200));
    stage.event("2026-00418").await;
    stage.clock.advance(86_400);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(receiver.received().len(), 1, "a paused webhook delivers nothing");
    stage.webhooks.resume(&webhook.id, ResumeFrom::Latest).await.unwrap();
    stage.event("2026-00419").await;
    receiver.until_accepted(1).await;
    assert_eq!(receiver.accepted()[0].reference(), "2026-00419", "the others were skipped");
}

#[test]
fn a_webhook_is_paused_and_reported_after_three_days() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    // All tasks run on this thread, so that their measurements reach this recorder.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    ::metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
            receiver.behave(|_| Reply::of(503));
            let (webhook, _) = stage.add(&receiver.url()).await;
            let _worker = stage.work();
            let began = stage.desk.now();
            stage.events(1, 2).await;
            let mut tries = 0;
            while stage.state(&webhook.id).await == WebhookState::Active {
                tries += 1;
                receiver.until("the next attempt", |all| all.len() == tries).await;
                let next = |s: &desktop_delivery_webhook::DeliveryStatus| s.failures.len() == tries;
                let status = stage.until_status(&webhook.id, "a failure", next).await;
                let now = stage.desk.now();
                match status.next_attempt_at.filter(|at| *at > now) {
                    Some(at) => stage.clock.set(at),
                    None => drop(stage.until_paused(&webhook.id).await),
                }
            }
            let state = stage.state(&webhook.id).await;
            let since = began.plus_seconds(3 * 86_400);
            assert_eq!(state, WebhookState::Paused { reason: PauseReason::Failing, since });
            assert!((10..=14).contains(&tries), "{tries} attempts");
            let text = metrics.render();
            let paused = "desktop_delivery_webhooks_paused_total{reason=\"failing\"} 1";
            assert!(text.contains(paused), "{text}");
            let failed =
                format!("desktop_delivery_webhook_attempts_total{{outcome=\"failed\"}} {tries}");
            assert!(text.contains(&failed), "{text}");
            // Resumed, it continues where it stopped.
            receiver.behave(|_| Reply::of(200));
            stage.webhooks.resume(&webhook.id, ResumeFrom::Stopped).await.unwrap();
            receiver.until_accepted(2).await;
            assert_eq!(assert_complete(&receiver.accepted(), 1, 2), 0);
            assert_eq!(stage.state(&webhook.id).await, WebhookState::Active);
        });
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::start().await;
    receiver.behave(|_| Reply::of(500));
    let (id, now) = {
        let stage = Stage::on_sqlite(folder.path(), 1_795_466_792);
        let (webhook, _) = stage.add(&receiver.url()).await;
        let worker = stage.work();
        stage.events(2, 2).await;
        stage.until_status(&webhook.id, "both fail", |s| s.retrying == 2).await;
        worker.stop().await;
        (webhook.id, stage.desk.now())
    };
    let stage = Stage::on_sqlite(folder.path(), now.as_seconds());
    let next = stage.status(&id).await.next_attempt_at.unwrap();
    assert!(next > now);
    receiver.behave(|_| Reply::of(200));
    let _worker = stage.work();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(receiver.received().len(), 2, "the wait has not begun anew, nor ended");
    stage.clock.set(next);
    receiver.until_accepted(4).await;
    assert_eq!(assert_complete(&receiver.accepted(), 2, 2), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_delivery_returns_the_answer() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    let stage = stage.with_sender(local_sender());
    let (webhook, _) = stage.add(&receiver.url()).await;
    let attempt = stage.webhooks.test(&webhook.id).await.unwrap();
    assert_eq!((attempt.is_success(), attempt.status), (true, Some(204)));
    let [received] = &receiver.received()[..] else { panic!("one delivery") };
    assert_eq!(received.kind(), "webhook.test");
    assert_eq!(received.json()["data"]["webhook"], webhook.id.as_str());
    receiver.behave(|_| Reply::of(418).after(Duration::from_millis(30)));
    let attempt = stage.webhooks.test(&webhook.id).await.unwrap();
    assert_eq!((attempt.is_success(), attempt.status), (false, Some(418)));
    assert!(attempt.duration >= Duration::from_millis(30));
}
