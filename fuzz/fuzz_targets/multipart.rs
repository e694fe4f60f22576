#![no_main]
//! Whatever a form's body contains, and however it is split into pieces, the upload gets a response
//! without a panic or server error, and attaches exactly the files in the form.

use arbitrary::Arbitrary;
use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use desktop_delivery::inspect::AcceptAll;
use desktop_delivery::memory::{MemoryBlobStore, MemoryDirectory, MemoryLedger, RecordingNotifier};
use desktop_delivery::policy::Policies;
use desktop_delivery::time::ManualClock;
use desktop_delivery::token::{CountingEntropy, SecretKey, SigningKey};
use desktop_delivery::{
    Actor, AgencyId, Desk, Facts, KeyRing, Participant, Parts, PublicAddress, RequestReference,
    Status, StoreError, Timestamp,
};
use desktop_delivery_http::{Authorizer, HttpParts, router};
use futures_executor::block_on;
use http::{Request, StatusCode};
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use tower::ServiceExt as _;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    /// Whether the body consists of form parts or of arbitrary bytes.
    shaped: bool,
    boundary: u8,
    pieces: Vec<&'a [u8]>,
}

#[derive(Debug)]
struct Host;

#[async_trait]
impl Authorizer for Host {
    async fn authorize(&self, _: &http::request::Parts) -> Result<Option<Actor>, StoreError> {
        Ok(Some(Actor::Host))
    }
}

fn desk() -> Desk {
    let agency = |id: &str| AgencyId::new(id).expect("it is an id");
    let library = |id: &str| Participant::new(agency(id), id);
    let secret = |byte| SecretKey::from_bytes([byte; 32]);
    let directory = MemoryDirectory::new()
        .with_participant(library("CA-BVAU"))
        .with_participant(library("CA-OTU"));
    Desk::new(Parts {
        ledger: Arc::new(MemoryLedger::new()),
        blobs: Arc::new(MemoryBlobStore::new()),
        notifier: Arc::new(RecordingNotifier::new()),
        directory: Arc::new(directory),
        inspector: Arc::new(AcceptAll),
        clock: Arc::new(ManualClock::at(Timestamp::from_seconds(1_795_466_792))),
        entropy: Arc::new(CountingEntropy::default()),
        keys: KeyRing::new(SigningKey::new(1, secret(1)), secret(0)),
        policies: Policies::default(),
        address: PublicAddress::new("https://ill.example.org").expect("it is an address"),
    })
}

/// Builds a form's body: every piece becomes a part whose first line is the head.
fn form(boundary: &str, pieces: &[&[u8]]) -> Vec<Bytes> {
    let mut body = Vec::new();
    for piece in pieces {
        body.push(Bytes::from(format!("--{boundary}\r\nContent-Disposition: form-data; ")));
        body.push(Bytes::copy_from_slice(piece));
        body.push(Bytes::from_static(b"\r\n"));
    }
    body.push(Bytes::from(format!("--{boundary}--\r\n")));
    body
}

fuzz_target!(|input: Input<'_>| {
    block_on(async {
        let desk = Arc::new(desk());
        let agency = |id: &str| AgencyId::new(id).expect("it is an id");
        let reference = RequestReference::new("2026-00417").expect("it is a reference");
        let facts = Facts::new(reference, agency("CA-BVAU"), agency("CA-OTU"), "On Ice Ages");
        let handle =
            desk.sync(facts, Status::Pending, desk.now()).await.expect("it is news").handle;
        let boundary = format!("b{}", input.boundary);
        let body = if input.shaped {
            form(&boundary, &input.pieces)
        } else {
            input.pieces.iter().map(|piece| Bytes::copy_from_slice(piece)).collect()
        };
        let brought: usize = body.iter().map(Bytes::len).sum();
        let body = futures_util::stream::iter(body.into_iter().map(Ok::<_, std::io::Error>));
        let request = Request::post(format!("/api/v1/requests/{handle}/files"))
            .header("content-type", format!("multipart/form-data; boundary={boundary}"))
            .body(Body::from_stream(body))
            .expect("the request is whole");
        let app = router(HttpParts::new(Arc::clone(&desk), Arc::new(Host)));
        let status = app.oneshot(request).await.expect("the router never fails").status();
        assert!(!status.is_server_error(), "{status}");
        let view = desk.staff_view(handle, &Actor::Host).await.expect("the request is there");
        let sizes = view.files.iter().map(|file| file.attachment.current().size);
        let attached = usize::try_from(sizes.sum::<u64>()).expect("it fits");
        assert!(attached <= brought);
        assert!(status != StatusCode::CREATED || !view.files.is_empty());
    });
});
