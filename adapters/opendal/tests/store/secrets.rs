//! Wrong credentials, and places where secrets must not appear.

use crate::bodies::{KEY, body, bytes};
use crate::roots;
use crate::s3s_server::S3sServer;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::{BlobStore, StoreError};
use desktop_delivery_opendal::{Limits, OpendalBlobStore};
use desktop_delivery_opendal_testing::{Seaweed, s3};

fn text(error: &StoreError) -> String {
    let mut text = format!("{error:?} {error:#?} {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text += &format!(" {error:?} {error}");
        cause = error.source();
    }
    text
}

async fn is_denied(endpoint: &str) {
    let wrong = "a-wrong-secret";
    let operator = s3::operator(endpoint, wrong, &roots::fresh());
    let store =
        OpendalBlobStore::new(Limits::default().lay_over(operator)).expect("S3 is supported");
    let errors = [
        store.put(KEY, body(&bytes(10))).await.expect_err("access is denied"),
        store.put(KEY, body(&bytes(11_000_000))).await.expect_err("access is denied"),
        store.get(KEY, None).await.expect_err("access is denied"),
        store.delete(KEY).await.expect_err("access is denied"),
        store.check().await.expect_err("access is denied"),
    ];
    for error in errors {
        assert_eq!(error.kind(), StoreErrorKind::Denied, "{}", text(&error));
        let text = text(&error);
        for secret in [wrong, s3::ACCESS_KEY, "127.0.0.1", "0707"] {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
    let shown = format!("{store:?} {store:#?}");
    assert!(shown.contains("s3") && !shown.contains(wrong), "{shown}");
    assert!(!shown.contains(s3::ACCESS_KEY) && !shown.contains("127.0.0.1"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_are_denied_in_this_process() {
    let server = S3sServer::start().await;
    is_denied(&server.endpoint).await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(feature = "live-tests"), ignore = "needs SeaweedFS: ./test")]
async fn wrong_credentials_are_denied_by_seaweedfs() {
    let server = Seaweed::start().await;
    is_denied(&server.endpoint).await;
}
