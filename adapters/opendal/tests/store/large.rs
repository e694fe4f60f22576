//! Multipart uploads on every server.

use crate::bodies::{KEY, MIB, body, bytes, digest, pieces, read};
use crate::roots;
use crate::s3s_server::S3sServer;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::{BlobStore, ByteStream};
use desktop_delivery_opendal::opendal::Operator;
use desktop_delivery_opendal::{Limits, OpendalBlobStore};
use desktop_delivery_opendal_testing::{Azurite, Seaweed, s3};
use futures_util::{StreamExt as _, stream};
use std::io;
use std::sync::Arc;
use std::time::Duration;

fn store(operator: Operator) -> OpendalBlobStore {
    OpendalBlobStore::new(Limits::default().lay_over(operator)).expect("it can do what is needed")
}

fn s3_store(endpoint: &str) -> OpendalBlobStore {
    store(s3::operator(endpoint, s3::SECRET_KEY, &roots::fresh()))
}

/// Stores 12 MiB and some bytes in three parts, reads them back, and is refused a second time.
async fn stores_parts(store: &OpendalBlobStore) {
    let data = bytes(12 * MIB + 12_345);
    let stored = store.put(KEY, body(&data)).await.expect("put succeeds");
    assert_eq!((stored.size, stored.digest), (data.len() as u64, digest(&data)));
    assert!(read(store).await.expect("the blob exists") == data);
    let around = (5 * MIB as u64 - 3)..(5 * MIB as u64 + 3);
    let part =
        store.get(KEY, Some(around)).await.expect("the store answers").expect("the blob exists");
    let part: Vec<_> = part.bytes.map(|piece| piece.expect("it can be read")).collect().await;
    assert!(part.concat() == data[5 * MIB - 3..5 * MIB + 3], "across two parts");
    let other = bytes(11 * MIB);
    let error = store.put(KEY, body(&other)).await.expect_err("the key is taken");
    assert_eq!(error.kind(), StoreErrorKind::Unexpected);
    assert!(read(store).await.expect("the blob exists") == data, "and what it holds stays");
    store.check().await.expect("the store keeps what it is text to keep");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_multipart_upload_is_stored_in_process() {
    let server = S3sServer::start().await;
    stores_parts(&s3_store(&server.endpoint)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(feature = "live-tests"), ignore = "needs SeaweedFS: ./test")]
async fn a_multipart_upload_is_stored_on_seaweedfs() {
    let server = Seaweed::start().await;
    stores_parts(&s3_store(&server.endpoint)).await;
    assert_eq!(server.uploads().await, 0, "the refused upload left nothing");
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(feature = "live-tests"), ignore = "needs Azurite: ./test")]
async fn a_multipart_upload_is_stored_on_azurite() {
    let server = Azurite::start().await;
    stores_parts(&store(server.operator(&roots::fresh()))).await;
}

/// A body of 12 MiB, followed by `then` once the server shows an unfinished upload.
fn watched(server: &Arc<Seaweed>, then: ByteStream) -> ByteStream {
    let server = Arc::clone(server);
    let begun = stream::iter(pieces(&bytes(12 * MIB)).into_iter().map(Ok));
    let seen = stream::once(async move {
        for _ in 0..100 {
            if server.uploads().await == 1 {
                return Ok(bytes(1));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no unfinished upload");
    });
    Box::pin(begun.chain(seen).chain(then))
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(feature = "live-tests"), ignore = "needs SeaweedFS: ./test")]
async fn an_interrupted_put_leaves_no_parts() {
    let server = Arc::new(Seaweed::start().await);
    let store = s3_store(&server.endpoint);
    let broken = stream::iter([Err(io::Error::other("the sender went away"))]);
    let body = watched(&server, Box::pin(broken));
    let error = store.put(KEY, body).await.expect_err("it broke off");
    assert_eq!(error.kind(), StoreErrorKind::Interrupted);
    assert_eq!(server.uploads().await, 0, "gone before the answer");
    assert!(read(&store).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(feature = "live-tests"), ignore = "needs SeaweedFS: ./test")]
async fn a_dropped_put_leaves_no_parts() {
    let server = Arc::new(Seaweed::start().await);
    let store = s3_store(&server.endpoint);
    let (dropped, heard) = futures_channel::oneshot::channel::<()>();
    let mut dropped = Some(dropped);
    let never = stream::poll_fn(move |_| {
        // The upload has started; drop the put.
        drop(dropped.take());
        std::task::Poll::Pending
    });
    let body = watched(&server, Box::pin(never));
    tokio::select! {
        _ = store.put(KEY, body) => panic!("the body never ends"),
        _ = heard => {}
    }
    for _ in 0..100 {
        if server.uploads().await == 0 {
            assert!(read(&store).await.is_none());
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the upload still exists after 5 s");
}
