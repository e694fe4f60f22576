//! Several processes on one store.

use super::delivering::assert_complete;
use super::receiver::{Receiver, Reply};
use super::stage::Stage;
use std::collections::BTreeSet;
use std::time::Duration;

async fn two_workers_share(stage: Stage) {
    let receiver = Receiver::start().await;
    receiver.behave(|_| Reply::of(200).after(Duration::from_millis(5)));
    let mut webhooks = vec![];
    for _ in 0..3 {
        webhooks.push(stage.add(&receiver.url()).await.0);
    }
    let _workers = [stage.work(), stage.work()];
    stage.events(6, 10).await;
    receiver.until_accepted(180).await;
    let end = stage.feed().await.last().expect("events").0;
    for webhook in &webhooks {
        stage.until_status(&webhook.id, "the cursor", |s| s.position == end).await;
        let start = format!("evt_{}_", &webhook.id.as_str()[3..]);
        let mut of_one = receiver.accepted();
        of_one.retain(|one| one.id().starts_with(&start));
        assert_eq!(assert_complete(&of_one, 6, 10), 0, "nothing is delivered twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_deliver_nothing_twice_in_memory() {
    two_workers_share(Stage::in_memory()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_deliver_nothing_twice_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    two_workers_share(Stage::on_sqlite(folder.path(), 1_795_466_792)).await;
}

async fn the_lease_of_a_killed_worker_is_taken_over(stage: Stage) {
    let receiver = Receiver::start().await;
    // The third event of the only request is never answered.
    receiver.behave(|one| match one.revision() {
        3 => Reply::of(200).after(Duration::from_secs(60)),
        _ => Reply::of(200),
    });
    stage.add(&receiver.url()).await;
    let killed = stage.work();
    stage.events(1, 5).await;
    receiver.until("the third", |all| all.iter().any(|one| one.revision() == 3)).await;
    drop(killed);
    receiver.behave(|_| Reply::of(200));
    let before = receiver.received().len();
    let _worker = stage.work();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.received().len(), before, "the lease has not ended");
    stage.clock.advance(121);
    receiver.until("the fifth", |all| all.iter().any(|one| one.revision() == 5)).await;
    let repeated = assert_complete(&receiver.accepted(), 1, 5);
    assert!(repeated <= 2, "{repeated} deliveries were repeated");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lease_of_a_killed_worker_is_taken_over_in_memory() {
    the_lease_of_a_killed_worker_is_taken_over(Stage::in_memory()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lease_of_a_killed_worker_is_taken_over_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::on_sqlite(folder.path(), 1_795_466_792);
    the_lease_of_a_killed_worker_is_taken_over(stage).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_stops_hands_over_at_once() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    stage.add(&receiver.url()).await;
    for round in 1..=4 {
        let worker = stage.work();
        stage.events(2, 3).await;
        receiver.until_accepted(round * 6).await;
        worker.stop().await;
    }
    let ids: BTreeSet<_> = receiver.received().iter().map(|one| one.id().to_owned()).collect();
    assert_eq!((ids.len(), receiver.received().len()), (24, 24));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_webhook_delivers_nothing_more() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    receiver.behave(|_| Reply::of(200).after(Duration::from_millis(50)));
    let (webhook, _) = stage.add(&receiver.url()).await;
    let _worker = stage.work();
    stage.events(1, 50).await;
    receiver.until_accepted(2).await;
    assert!(stage.webhooks.remove(&webhook.id).await.unwrap());
    assert!(!stage.webhooks.remove(&webhook.id).await.unwrap());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let count = receiver.received().len();
    assert!(count < 10, "{count} deliveries");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(receiver.received().len(), count);
    assert_eq!(stage.webhooks.status(&webhook.id).await.unwrap(), None);
}
