//! Presigned addresses.

use crate::bodies::{KEY, body, bytes};
use crate::fetch::fetch;
use crate::roots;
use crate::s3s_server::S3sServer;
use desktop_delivery::BlobStore;
use desktop_delivery::blob::DirectOptions;
use desktop_delivery_opendal::OpendalBlobStore;
use desktop_delivery_opendal::opendal::{Operator, services};
use desktop_delivery_opendal_testing::{Azurite, s3};
use std::time::Duration;

fn options(seconds: u64) -> DirectOptions {
    let disposition = "attachment; filename=\"ice-ages.pdf\"";
    DirectOptions::new(disposition, "application/pdf", Duration::from_secs(seconds))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_sets_its_lifetime_and_forbids_caching() {
    let server = S3sServer::start().await;
    let operator = s3::operator(&server.endpoint, s3::SECRET_KEY, &roots::fresh());
    let store = OpendalBlobStore::new(operator).expect("S3 is supported");
    store.put(KEY, body(&bytes(1_000))).await.expect("put succeeds");
    let address = store.direct(KEY, &options(60)).await.expect("the store answers");
    let address = address.expect("S3 gives addresses");
    assert_eq!(address.origin(), Some(&*server.endpoint));
    assert!(address.expose().contains("X-Amz-Expires=60&"), "the requested lifetime");
    assert!(!address.expose().contains(s3::SECRET_KEY));
    let fetched = fetch(address.expose().to_owned()).await;
    let kept = fetched.headers.iter().find(|(name, _)| name == "cache-control");
    assert_eq!(kept.map(|(_, value)| value.as_str()), Some("private, no-store"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_address_is_refused() {
    let server = S3sServer::start().await;
    let operator = s3::operator(&server.endpoint, s3::SECRET_KEY, &roots::fresh());
    let store = OpendalBlobStore::new(operator).expect("S3 is supported");
    store.put(KEY, body(&bytes(1_000))).await.expect("put succeeds");
    let options = options(1);
    let address = store.direct(KEY, &options).await.expect("the store answers");
    let address = address.expect("S3 gives addresses");
    assert_eq!(fetch(address.expose().to_owned()).await.status, 200);
    // The server has a clock of its own.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(fetch(address.expose().to_owned()).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(feature = "live-tests"), ignore = "needs Azurite: ./test")]
async fn azure_accounts_give_no_addresses() {
    let server = Azurite::start().await;
    let store =
        OpendalBlobStore::new(server.operator(&roots::fresh())).expect("Azure is supported");
    store.put(KEY, body(&bytes(1_000))).await.expect("put succeeds");
    assert!(store.direct(KEY, &options(60)).await.expect("the store answers").is_none());
}

#[tokio::test]
async fn the_sas_token_of_the_operator_is_never_exposed() {
    // Opendal would append it to the address, with all its rights and its own expiry.
    let service = services::Azblob::default()
        .endpoint("http://127.0.0.1:9")
        .sas_token("sv=2021-12-02&sp=rwdl&sig=c0ffee")
        .container("scans");
    let operator = Operator::new(service).expect("the settings are whole");
    assert!(operator.info().capability().presign_read, "opendal would do it");
    let store = OpendalBlobStore::new(operator).expect("Azure is supported");
    assert!(store.direct(KEY, &options(60)).await.expect("the store answers").is_none());
}
