//! What is delivered, and in which order.

use super::receiver::{Received, Receiver, Reply};
use super::stage::{Stage, agency, local_sender};
use async_trait::async_trait;
use bytes::Bytes;
use desktop_delivery::events::{EventName, FeedQuery, FeedStart};
use desktop_delivery::{Actor, FileName, NewFile, RequestReference, StaffId};
use desktop_delivery_http::FeedEntryJson;
use desktop_delivery_webhook::{NewWebhook, Resolver, WebhookUrl};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Asserts that every event of every request was accepted, in order, and returns how many
/// deliveries repeated an earlier one.
pub(crate) fn assert_complete(accepted: &[Received], requests: usize, each: usize) -> usize {
    let mut by_request = BTreeMap::<String, Vec<u64>>::new();
    for one in accepted {
        by_request.entry(one.reference()).or_default().push(one.revision());
    }
    assert_eq!(by_request.len(), requests, "{:?}", by_request.keys());
    for (reference, revisions) in &by_request {
        assert!(revisions.is_sorted(), "{reference}: {revisions:?}");
        let different: BTreeSet<_> = revisions.iter().collect();
        assert_eq!(different.len(), each, "{reference}: {revisions:?}");
    }
    let ids: BTreeSet<_> = accepted.iter().map(Received::id).collect();
    assert_eq!(ids.len(), requests * each);
    accepted.len() - ids.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_contains_the_entry_of_the_feed() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    stage.event("before").await;
    let (webhook, _) = stage.add(&receiver.url()).await;
    let _worker = stage.work();
    stage.event("2026-00417").await;
    receiver.until_accepted(1).await;
    let [received] = &receiver.received()[..] else { panic!("only events after its creation") };
    let query = FeedQuery::of(FeedStart::Beginning, 10);
    let feed = stage.desk.events_since(&query, &Actor::Host).await.unwrap();
    let entry = feed.entries.last().unwrap();
    assert_eq!(received.kind(), "request.created");
    assert_eq!(received.json()["timestamp"], entry.recorded.event.at.to_string());
    let expected = serde_json::to_value(FeedEntryJson::of(entry)).unwrap();
    assert_eq!(received.json()["data"], expected);
    assert_eq!(received.header("content-type"), "application/json");
    assert!(received.id().starts_with(&format!("evt_{}_", &webhook.id.as_str()[3..])));
    assert!(!received.id().contains('.'), "{}", received.id());
    stage.until_status(&webhook.id, "the cursor", |s| s.position == entry.position).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_served_side_by_side_and_each_in_order() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    receiver.behave(|_| Reply::of(200).after(Duration::from_millis(10)));
    let (webhook, _) = stage.add(&receiver.url()).await;
    stage.events(30, 10).await;
    let _worker = stage.work();
    receiver.until_accepted(300).await;
    assert_eq!(assert_complete(&receiver.accepted(), 30, 10), 0);
    let (of_one, of_all) = receiver.most_open();
    assert_eq!(of_one, 1, "the events of one request follow each other");
    assert!((2..=8).contains(&of_all), "{of_all} at once");
    let end = stage.feed().await.last().unwrap().0;
    stage.until_status(&webhook.id, "the cursor", |s| s.position == end).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_select_kinds_and_libraries() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    let url = WebhookUrl::new(&receiver.url()).unwrap();
    let new = NewWebhook::of_host(url.clone()).with_events([EventName::Synced]);
    let (by_kind, _) = stage.webhooks.add(new).await.unwrap();
    let new = NewWebhook::of_host(url.clone()).with_agency(agency("CA-QMU"));
    let (elsewhere, _) = stage.webhooks.add(new).await.unwrap();
    stage.events(3, 2).await;
    let _worker = stage.work();
    let end = stage.feed().await.last().unwrap().0;
    for webhook in [&by_kind, &elsewhere] {
        stage.until_status(&webhook.id, "the cursor", |s| s.position == end).await;
    }
    let kinds: Vec<_> = receiver.received().iter().map(Received::kind).collect();
    assert_eq!(kinds, ["request.synced"; 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_event_blocks_only_its_request_until_the_window_is_full() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    receiver.behave(|one| Reply::of(if one.reference() == "stuck" { 500 } else { 200 }));
    let (webhook, _) = stage.add(&receiver.url()).await;
    let _worker = stage.work();
    stage.event("stuck").await;
    stage.event("stuck").await;
    for number in 0..150 {
        stage.event(&format!("2026-{number:05}")).await;
    }
    receiver.until_accepted(98).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(receiver.accepted().len(), 98, "the window has 100 events");
    receiver.behave(|_| Reply::of(200));
    stage.clock.advance(3_600);
    receiver.until_accepted(152).await;
    let accepted = receiver.accepted();
    let stuck: Vec<_> = accepted.iter().filter(|one| one.reference() == "stuck").collect();
    assert_eq!(
        stuck.iter().map(|one| one.kind()).collect::<Vec<_>>(),
        ["request.created", "request.synced"]
    );
    let end = stage.feed().await.last().unwrap().0;
    stage.until_status(&webhook.id, "the cursor", |s| s.position == end).await;
    assert_eq!(accepted.len(), 152, "nothing is repeated");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_replayed_under_the_same_ids() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    let (webhook, _) = stage.add(&receiver.url()).await;
    let _worker = stage.work();
    stage.events(1, 4).await;
    receiver.until_accepted(4).await;
    let second = stage.feed().await[1].0;
    stage.webhooks.replay(&webhook.id, FeedStart::After(second)).await.unwrap();
    receiver.until_accepted(6).await;
    let received = receiver.received();
    let ids: Vec<_> = received.iter().map(Received::id).collect();
    assert_eq!(ids[4..], ids[2..4]);
    stage.webhooks.replay(&webhook.id, FeedStart::Beginning).await.unwrap();
    receiver.until_accepted(10).await;
    let unknown = "5a1f00c0ffee0417.1042.9c3e11d0".parse().unwrap();
    let refused = stage.webhooks.replay(&webhook.id, FeedStart::After(unknown)).await;
    assert_eq!(refused.unwrap_err().code(), "feed-reset");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_gets_only_what_its_staff_sees() {
    let nowhere = local_sender().with_resolver(Arc::new(Nowhere));
    let stage = Stage::in_memory().with_sender(nowhere);
    let url = WebhookUrl::new("https://hooks.example.org/").unwrap();
    let add = async |library| {
        let new = NewWebhook::of_library(agency(library), url.clone());
        stage.webhooks.add(new.with_events([EventName::Attached])).await.unwrap().0.id
    };
    let (lender, borrower, other) =
        (add("CA-OTU").await, add("CA-BVAU").await, add("CA-QMU").await);
    stage.event("2026-00417").await;
    let reference = RequestReference::new("2026-00417").unwrap();
    let handle = stage.desk.find(&reference).await.unwrap().unwrap();
    let staff = Actor::staff(agency("CA-OTU"), StaffId::new("m-7").unwrap());
    let file = NewFile::new(FileName::new("ice-ages.pdf").unwrap());
    let bytes = futures_util::stream::iter([Ok(Bytes::from_static(b"%PDF-1.7\nsome text"))]);
    stage.desk.upload(handle, &staff, file, Box::pin(bytes)).await.unwrap();
    let _worker = stage.work();
    // The borrowing library sees no files before the request is shipped.
    let end = stage.feed().await.last().unwrap().0;
    for id in [&borrower, &other] {
        let status = stage.until_status(id, "the cursor", |s| s.position == end).await;
        assert_eq!(status.failures, []);
    }
    stage.until_status(&lender, "an attempt", |s| s.failures.len() == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_allowed_networks_are_for_the_host_only() {
    let (stage, receiver) = (Stage::in_memory(), Receiver::start().await);
    let port = receiver.address.port();
    for (url, said) in
        [(receiver.url(), "https"), (format!("https://127.0.0.1:{port}/"), "private")]
    {
        let url = WebhookUrl::new(&url).unwrap();
        let refused = stage.webhooks.add(NewWebhook::of_library(agency("CA-OTU"), url)).await;
        assert!(refused.unwrap_err().to_string().contains(said));
    }
    assert!(receiver.received().is_empty());
}

/// Resolves no name.
#[derive(Debug)]
struct Nowhere;

#[async_trait]
impl Resolver for Nowhere {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Err(io::Error::other("no such name"))
    }
}
