//! Services that lack a required capability are refused before anything is stored.

use crate::bodies::{KEY, body, bytes};
use crate::s3s_server::{Fault, S3sServer};
use desktop_delivery::BlobStore;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery_opendal::opendal::{Operator, services};
use desktop_delivery_opendal::{Limits, OpendalBlobStore};
use desktop_delivery_opendal_testing::s3;
use std::error::Error;

#[test]
fn a_service_without_a_required_capability_is_refused() {
    let operator = Operator::new(services::Memory::default()).expect("memory needs no settings");
    let error = OpendalBlobStore::new(operator).expect_err("it keeps no mark");
    assert_eq!(error.kind(), StoreErrorKind::Unexpected);
    let reason = error.source().expect("the reason is there").to_string();
    assert!(reason.starts_with("this service cannot "), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_leaves_nothing_and_reports_failures() {
    let server = S3sServer::start().await;
    let operator = s3::operator(&server.endpoint, s3::SECRET_KEY, "/checked");
    let limits = Limits::default().with_tries(1);
    let store = OpendalBlobStore::new(limits.lay_over(operator)).expect("S3 is supported");
    store.check().await.expect("it does what is needed");
    let lies = |folder: &std::path::Path| -> Vec<_> {
        let found = std::fs::read_dir(folder).expect("it can be read");
        let found = found.map(|entry| entry.expect("it can be read").path());
        found.filter(|path| path.is_file()).collect()
    };
    let folder = server.folder().join(s3::BUCKET).join("checked");
    let shelves = std::fs::read_dir(folder).expect("there was a blob");
    for shelf in shelves {
        assert!(lies(&shelf.expect("it can be read").path()).is_empty(), "it took its blob away");
    }
    server.plan("DELETE", "", Fault::Refuse(403));
    let error = store.check().await.expect_err("it may not delete");
    assert_eq!(error.kind(), StoreErrorKind::Denied);
}

#[test]
fn calls_outside_a_runtime_fail() {
    let operator = s3::operator("http://127.0.0.1:9", s3::SECRET_KEY, "/");
    let store = OpendalBlobStore::new(operator).expect("S3 is supported");
    let put = store.put(KEY, body(&bytes(1)));
    let error = futures_executor::block_on(put).expect_err("no task can be started");
    let reason = error.source().expect("the reason is there").to_string();
    assert!(reason.contains("within a tokio runtime"), "{reason}");
}
