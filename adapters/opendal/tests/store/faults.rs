//! A store that fails intermittently: what is retried, and which errors are reported.

use crate::bodies::{KEY, MIB, body, bytes, digest, read};
use crate::roots;
use crate::s3s_server::{Fault, S3sServer};
use desktop_delivery::BlobStore;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery_opendal::{Limits, OpendalBlobStore};
use desktop_delivery_opendal_testing::{free_ports, s3};
use futures_util::StreamExt as _;
use std::time::Duration;

fn quick() -> Limits {
    Limits::default().with_tries(3).with_first_wait(Duration::from_millis(5))
}

fn store(endpoint: &str, limits: &Limits) -> OpendalBlobStore {
    let operator = s3::operator(endpoint, s3::SECRET_KEY, &roots::fresh());
    OpendalBlobStore::new(limits.lay_over(operator)).expect("S3 can do what is needed")
}

#[tokio::test(flavor = "multi_thread")]
async fn transient_failures_are_retried() {
    let server = S3sServer::start().await;
    let store = store(&server.endpoint, &quick());
    let data = bytes(12 * MIB);
    for (method, address, fault) in [
        ("POST", "?uploads", Fault::Refuse(503)),
        ("PUT", "partNumber=1", Fault::Refuse(500)),
        ("PUT", "partNumber=2", Fault::Lose),
        ("POST", "uploadId=", Fault::Refuse(503)),
        ("HEAD", "", Fault::Refuse(429)),
    ] {
        server.plan(method, address, fault);
    }
    let stored = store.put(KEY, body(&data)).await.expect("it is stored in the end");
    assert_eq!((stored.size, stored.digest), (data.len() as u64, digest(&data)));
    assert!(server.has_struck(), "each planned failure happened");
    server.plan("GET", "", Fault::Refuse(503));
    server.plan("GET", "", Fault::Cut(MIB));
    server.plan("GET", "", Fault::Cut(2 * MIB));
    assert!(
        read(&store).await.expect("the blob exists") == data,
        "a stream resumes where it was interrupted"
    );
    server.plan("DELETE", "", Fault::Lose);
    store.delete(KEY).await.expect("it is deleted in the end");
    assert!(server.has_struck(), "each planned failure happened");
    assert!(read(&store).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_put_with_a_lost_response_is_recognized_by_its_mark() {
    let server = S3sServer::start().await;
    for (size, method, address) in [(100_000, "PUT", ""), (12 * MIB, "POST", "uploadId=")] {
        let store = store(&server.endpoint, &quick());
        let data = bytes(size);
        server.plan(method, address, Fault::Lose);
        let stored = store.put(KEY, body(&data)).await.expect("it was stored the first time");
        assert_eq!(stored.digest, digest(&data));
        assert!(server.has_struck(), "the answer was lost");
        assert!(read(&store).await.expect("the blob exists") == data);
        let error = store.put(KEY, body(&data)).await.expect_err("another put's key is taken");
        assert_eq!(error.kind(), StoreErrorKind::Unexpected, "even of the same bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_reported_as_transient_or_permanent() {
    let server = S3sServer::start().await;
    let store = store(&server.endpoint, &quick());
    for (status, kind) in [
        (503, StoreErrorKind::Unavailable),
        (429, StoreErrorKind::Unavailable),
        (403, StoreErrorKind::Denied),
        (400, StoreErrorKind::Unexpected),
        (507, StoreErrorKind::Full),
    ] {
        let tries = if matches!(status, 503 | 429) { 3 } else { 1 };
        for _ in 0..tries {
            server.plan("PUT", "", Fault::Refuse(status));
        }
        let error = store.put(KEY, body(&bytes(10))).await.expect_err("the call is refused");
        assert_eq!((error.kind(), error.is_transient()), (kind, tries == 3), "{status}");
        assert!(server.has_struck(), "{status} was tried {tries} times");
        for _ in 0..tries {
            server.plan("GET", "", Fault::Refuse(status));
        }
        let error = store.get(KEY, None).await.expect_err("the call is refused");
        assert_eq!(error.kind(), kind, "{status}");
        assert!(server.has_struck(), "{status} was tried {tries} times");
    }
    assert!(read(&store).await.is_none(), "the failed puts left nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_be_reached_is_unavailable() {
    let [unused] = free_ports();
    let store = store(&format!("http://127.0.0.1:{unused}"), &quick());
    let put = store.put(KEY, body(&bytes(10))).await.expect_err("the store is unreachable");
    let get = store.get(KEY, None).await.expect_err("the store is unreachable");
    let delete = store.delete(KEY).await.expect_err("the store is unreachable");
    for error in [put, get, delete] {
        assert!(error.is_transient(), "{error}");
        let mut causes = vec![error.to_string()];
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            causes.push(error.to_string());
            cause = error.source();
        }
        assert_eq!(causes.last().map(String::as_str), Some("connection refused"), "{causes:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_store_times_out() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("there is a port");
    let endpoint = format!("http://{}", silent.local_addr().expect("it has an address"));
    let short = Duration::from_millis(50);
    let limits = quick().with_answer_within(short).with_transfer_within(short);
    let error =
        store(&endpoint, &limits).get(KEY, None).await.expect_err("the server is unreachable");
    assert!(error.is_transient(), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_cannot_resume_fails() {
    let server = S3sServer::start().await;
    let store = store(&server.endpoint, &quick().with_tries(1));
    let data = bytes(300_000);
    store.put(KEY, body(&data)).await.expect("put succeeds");
    server.plan("GET", "", Fault::Cut(100_000));
    let blob = store.get(KEY, None).await.expect("the store answers").expect("the blob exists");
    let pieces: Vec<_> = blob.bytes.collect().await;
    assert!(
        pieces.last().expect("something comes").is_err(),
        "a truncated stream must not end normally"
    );
    let got: Vec<u8> = pieces.into_iter().flatten().flatten().collect();
    assert!(got == data[..got.len()] && got.len() <= 100_000);
}
