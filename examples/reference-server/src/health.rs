use axum::extract::State;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::ledger::{ListQuery, Party};
use desktop_delivery::{BlobStore, Desk};
use http::StatusCode;
use std::sync::Arc;

/// Reports whether the ledger and the blob store respond.
pub(crate) async fn healthz(
    State((desk, blobs)): State<(Arc<Desk>, Arc<dyn BlobStore>)>,
) -> (StatusCode, &'static str) {
    let query = ListQuery::of(Party::Anyone, 1);
    if let Err(error) = desk.list(&query).await {
        tracing::error!(error = &error as &dyn std::error::Error, "the ledger does not respond");
        return (StatusCode::SERVICE_UNAVAILABLE, "the ledger does not respond\n");
    }
    // No blob has this key; a working store returns `None`.
    match blobs.get(BlobKey::from_bytes([0; 16]), None).await {
        Ok(None) => (StatusCode::OK, "ok\n"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the blob store does not respond\n"),
    }
}
