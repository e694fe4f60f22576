//! Redirects of tickets to an object store.

use crate::stage::{NOW, SIZE, Stage, pdf, staff};
use async_trait::async_trait;
use axum::body::Body;
use desktop_delivery::blob::{Blob, DirectAddress, DirectOptions, Stored};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::memory::MemoryBlobStore;
use desktop_delivery::{BlobStore, ByteStream, Policy, StoreError};
use desktop_delivery_http::Redirects;
use http::{Method, StatusCode, header};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const ORIGIN: &str = "https://scans.example.org";

/// The result of asking the store for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Address,
    Failure,
    /// An internal location for a front server.
    Location,
    None,
    OtherOrigin,
}

/// An in-memory store that claims to have addresses of its own.
#[derive(Debug)]
pub(crate) struct AddressedStore {
    blobs: Arc<MemoryBlobStore>,
    answer: Answer,
    requests: Requests,
}

impl AddressedStore {
    pub(crate) fn new(blobs: Arc<MemoryBlobStore>, answer: Answer, requests: Requests) -> Self {
        Self { blobs, answer, requests }
    }
}

pub(crate) type Requests = Arc<Mutex<Vec<DirectOptions>>>;

#[async_trait]
impl BlobStore for AddressedStore {
    async fn put(&self, key: BlobKey, body: ByteStream) -> Result<Stored, StoreError> {
        self.blobs.put(key, body).await
    }

    async fn get(
        &self,
        key: BlobKey,
        range: Option<Range<u64>>,
    ) -> Result<Option<Blob>, StoreError> {
        self.blobs.get(key, range).await
    }

    async fn delete(&self, key: BlobKey) -> Result<(), StoreError> {
        self.blobs.delete(key).await
    }

    async fn direct(
        &self,
        _: BlobKey,
        options: &DirectOptions,
    ) -> Result<Option<DirectAddress>, StoreError> {
        self.requests.lock().expect("no test panics while holding the lock").push(options.clone());
        let origin = match self.answer {
            Answer::Address => ORIGIN,
            Answer::Failure => {
                return Err(StoreError::new(
                    StoreErrorKind::Unavailable,
                    "addressed store",
                    "direct",
                ));
            }
            Answer::Location => {
                let location = "/internal/files/07f/07f3".to_owned();
                return Ok(Some(DirectAddress::internal(location).expect("the path is valid")));
            }
            Answer::None => return Ok(None),
            Answer::OtherOrigin => "https://other.example.org",
        };
        let url = format!("{origin}/scans/07f3?signature=c0ffee");
        Ok(Some(DirectAddress::new(url).expect("the address is valid")))
    }
}

fn redirects() -> Redirects {
    Redirects::to(ORIGIN).expect("the origin is valid").with_valid_seconds(120)
}

fn open_policy() -> Policy {
    Policy::illume().with_allow_redirect(true)
}

async fn stage(policy: Policy, answer: Answer, redirects: Option<Redirects>) -> (Stage, Requests) {
    let requests = Requests::default();
    let recorded = Arc::clone(&requests);
    let store = move |blobs| Arc::new(AddressedStore::new(blobs, answer, recorded)) as Arc<_>;
    (Stage::shipped_over(policy, store, redirects).await, requests)
}

fn last(requests: &Requests) -> DirectOptions {
    requests
        .lock()
        .expect("no test panics while holding the lock")
        .last()
        .expect("an address was requested")
        .clone()
}

#[tokio::test]
async fn a_ticket_redirects_to_the_store_if_host_and_profile_allow_it() {
    let (stage, requests) = stage(open_policy(), Answer::Address, Some(redirects())).await;
    let ticket = stage.ticket(1).await;
    let answer = stage.get(&ticket).await;
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!(answer.header(header::LOCATION), format!("{ORIGIN}/scans/07f3?signature=c0ffee"));
    assert_eq!(answer.header(header::CACHE_CONTROL), "private, no-store");
    assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer");
    assert!(answer.body.is_empty(), "only the Location header has the address");
    assert!(answer.headers[header::LOCATION].is_sensitive(), "the header is not logged");
    let disposition = "attachment; filename=\"ice-ages.pdf\"";
    let expected = DirectOptions::new(disposition, "application/pdf", Duration::from_secs(120))
        .with_size(u64::try_from(SIZE).expect("the size is small"));
    assert_eq!(last(&requests), expected);
    assert_eq!(stage.left().await, 4, "only the claim counted");
}

#[tokio::test]
async fn the_router_sends_the_bytes_unless_host_profile_and_store_allow_a_redirect() {
    for (policy, answer, chosen) in [
        (Policy::illume(), Answer::Address, Some(redirects())),
        (Policy::recommended(), Answer::Address, Some(redirects())),
        (open_policy(), Answer::Address, None),
        (open_policy(), Answer::None, Some(redirects())),
        (open_policy(), Answer::Failure, Some(redirects())),
        // The page's content security policy would block this redirect.
        (open_policy(), Answer::OtherOrigin, Some(redirects())),
    ] {
        let case = format!("{} {answer:?} {chosen:?}", policy.name);
        let (stage, _) = stage(policy, answer, chosen).await;
        let ticket = stage.ticket(1).await;
        let whole = stage.get(&ticket).await;
        assert_eq!(whole.status, StatusCode::OK, "{case}");
        assert!(whole.body == pdf(SIZE), "{case}");
        assert!(!whole.headers.contains_key(header::LOCATION), "{case}");
    }
}

#[tokio::test]
async fn the_page_allows_its_forms_to_reach_the_store_only_if_tickets_may_redirect() {
    for (policy, chosen, may) in [
        (open_policy(), Some(redirects()), true),
        (Policy::illume(), Some(redirects()), false),
        (open_policy(), None, false),
    ] {
        let (stage, _) = stage(policy, Answer::Address, chosen).await;
        let page = stage.get(&stage.link()).await;
        let policy = page.header(header::CONTENT_SECURITY_POLICY);
        let forms = policy.split("form-action ").nth(1).expect("the policy limits forms");
        assert_eq!(forms, if may { format!("'self' {ORIGIN}") } else { "'self'".to_owned() });
    }
}

#[tokio::test]
async fn head_ranges_and_preconditions_are_not_redirected() {
    let (stage, requests) = stage(open_policy(), Answer::Address, Some(redirects())).await;
    let ticket = stage.ticket(1).await;
    let head = stage.ask(Method::HEAD, &ticket, &[], Body::empty()).await;
    assert_eq!(head.status, StatusCode::OK);
    assert_eq!(head.header(header::CONTENT_LENGTH), SIZE.to_string());
    let etag = head.header(header::ETAG).to_owned();
    let part = stage.ask(Method::GET, &ticket, &[("range", "bytes=0-9")], Body::empty()).await;
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert!(part.body == pdf(SIZE).slice(..10));
    let resumed = [("range", "bytes=10-19"), ("if-range", etag.as_str())];
    let resumed = stage.ask(Method::GET, &ticket, &resumed, Body::empty()).await;
    assert_eq!(resumed.status, StatusCode::PARTIAL_CONTENT);
    let known = [("if-none-match", etag.as_str())];
    let known = stage.ask(Method::GET, &ticket, &known, Body::empty()).await;
    assert_eq!(known.status, StatusCode::NOT_MODIFIED);
    assert!(
        requests.lock().expect("no test panics while holding the lock").is_empty(),
        "no address was requested"
    );
}

#[tokio::test]
async fn an_address_does_not_outlast_its_ticket() {
    let (stage, requests) = stage(open_policy(), Answer::Address, Some(redirects())).await;
    let ticket = stage.ticket(1).await;
    stage.clock.set(NOW.plus_seconds(7_190));
    assert_eq!(stage.get(&ticket).await.status, StatusCode::FOUND);
    assert_eq!(last(&requests).valid_for, Duration::from_secs(10));
    stage.clock.set(NOW.plus_seconds(7_200));
    assert_eq!(stage.get(&ticket).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn redirects_count_against_the_transfer_limit_of_the_ticket() {
    let (stage, _) = stage(open_policy(), Answer::Address, Some(redirects())).await;
    let ticket = stage.ticket(1).await;
    for time in 1..=5 {
        assert_eq!(stage.get(&ticket).await.status, StatusCode::FOUND, "time {time}");
    }
    // The limit of 2 × 300,001 bytes plus 1 MiB allows five transfers.
    assert_eq!(stage.get(&ticket).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_closed_ticket_is_not_redirected() {
    let (stage, requests) = stage(open_policy(), Answer::Address, Some(redirects())).await;
    let ticket = stage.ticket(1).await;
    let link = stage.desk.open_link(&stage.token).await.expect("the link opens").link;
    stage
        .desk
        .revoke_link(stage.handle, &staff("CA-OTU"), link)
        .await
        .expect("the link is revoked");
    assert_eq!(stage.get(&ticket).await.status, StatusCode::GONE);
    assert!(
        requests.lock().expect("no test panics while holding the lock").is_empty(),
        "no address was requested"
    );
}

#[tokio::test]
async fn a_download_whose_content_is_missing_is_refunded() {
    let (stage, _) = stage(open_policy(), Answer::None, Some(redirects())).await;
    let ticket = stage.ticket(1).await;
    let key = stage.blobs.keys()[0];
    stage.blobs.delete(key).await.expect("memory deletes");
    assert!(stage.get(&ticket).await.status.is_server_error());
    assert_eq!(stage.left().await, 5);
}
