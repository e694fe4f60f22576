//! Every trait for `Arc` and `Box` of an adapter, so that an adapter around another takes either.

use crate::model::delivery::Delivery;
use crate::model::event::{EventPosition, RecordedEvent};
use crate::model::facts::Facts;
use crate::model::ids::{AgencyId, BlobKey, CommitId, CounterKey, RequestHandle};
use crate::model::outgoing_notice::OutgoingNotice;
use crate::model::participant::{Contact, Participant};
use crate::model::timestamp::Timestamp;
use crate::ports::blob_store::{Blob, BlobStore, ByteStream, Stored};
use crate::ports::change::{Change, CommitOutcome, DeliveryKey, DeliverySummary, Lease, ListQuery};
use crate::ports::clock::Clock;
use crate::ports::direct::{DirectAddress, DirectOptions};
use crate::ports::directory::Directory;
use crate::ports::entropy::Entropy;
use crate::ports::feed::{FeedOutcome, FeedStart};
use crate::ports::inspector::{Inspector, UploadInfo, Verdict};
use crate::ports::ledger::Ledger;
use crate::ports::ledger_snapshot::{CounterSnapshot, DeliverySnapshot, LedgerSnapshot};
use crate::ports::notifier::Notifier;
use crate::ports::projections::{NewRow, Projections, Row, RowKey, RowPage, RowRange};
use crate::ports::registry::{Registry, RegistryEntry};
use crate::ports::{NotifyError, StoreError};
use async_trait::async_trait;
use bytes::Bytes;
use std::ops::Range;
use std::sync::Arc;

macro_rules! forward {
    ($trait:ident { $($methods:tt)* }) => {
        forward_by!(Arc, $trait, $($methods)*);
        forward_by!(Box, $trait, $($methods)*);
    };
}

macro_rules! forward_by {
    ($pointer:ident, $trait:ident, $(fn $method:ident($($arg:ident: $type:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        #[deny(clippy::missing_trait_methods)]
        impl<T: $trait + ?Sized> $trait for $pointer<T> {
            $(async fn $method(&self, $($arg: $type),*) -> $answer {
                (**self).$method($($arg),*).await
            })+
        }
    };
}

forward!(BlobStore {
    fn put(key: BlobKey, body: ByteStream) -> Result<Stored, StoreError>;
    fn get(key: BlobKey, range: Option<Range<u64>>) -> Result<Option<Blob>, StoreError>;
    fn delete(key: BlobKey) -> Result<(), StoreError>;
    fn direct(key: BlobKey, options: &DirectOptions) -> Result<Option<DirectAddress>, StoreError>;
});
forward!(Directory {
    fn participant(id: &AgencyId) -> Result<Option<Participant>, StoreError>;
    fn patron(facts: &Facts) -> Result<Option<Contact>, StoreError>;
});
forward!(Inspector {
    fn inspect(file: &UploadInfo<'_>, blobs: &dyn BlobStore) -> Result<Verdict, StoreError>;
});
forward!(Ledger {
    fn load(key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError>;
    fn load_many(handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError>;
    fn load_to_recall(handle: RequestHandle) -> Result<Option<Delivery>, StoreError>;
    fn recall(handle: RequestHandle) -> Option<Delivery>;
    fn commit(change: Change) -> Result<CommitOutcome, StoreError>;
    fn committed(handle: RequestHandle, commit_id: CommitId) -> Result<Option<u64>, StoreError>;
    fn counter(counter: CounterKey) -> Result<u64, StoreError>;
    fn list(query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError>;
    fn due(now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError>;
    fn lease(now: Timestamp, until: Timestamp, limit: usize) -> Result<Vec<Lease>, StoreError>;
    fn events(
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize
    ) -> Result<Vec<RecordedEvent>, StoreError>;
    fn events_since(start: FeedStart, limit: usize) -> Result<FeedOutcome, StoreError>;
});
forward!(LedgerSnapshot {
    fn snapshots(
        after: Option<RequestHandle>,
        limit: usize
    ) -> Result<Vec<DeliverySnapshot>, StoreError>;
    fn store_snapshots(copies: Vec<DeliverySnapshot>) -> Result<(), StoreError>;
    fn counter_snapshots(
        after: Option<CounterKey>,
        limit: usize
    ) -> Result<Vec<CounterSnapshot>, StoreError>;
    fn store_counter_snapshots(copies: Vec<CounterSnapshot>) -> Result<(), StoreError>;
    fn reset_feed() -> Result<(), StoreError>;
});
forward!(Notifier {
    fn notify(dispatch: &OutgoingNotice) -> Result<(), NotifyError>;
});
forward!(Projections {
    fn read(key: RowKey<'_>, now: Timestamp) -> Result<Option<Row>, StoreError>;
    fn range(range: &RowRange, limit: usize, now: Timestamp) -> Result<RowPage, StoreError>;
    fn write(row: &NewRow<'_>, expected: u64, now: Timestamp) -> Result<Option<u64>, StoreError>;
    fn delete(key: RowKey<'_>, expected: u64) -> Result<bool, StoreError>;
    fn delete_expired(now: Timestamp, limit: usize) -> Result<usize, StoreError>;
});
forward!(Registry {
    fn read(kind: &str, key: &str) -> Result<Option<RegistryEntry>, StoreError>;
    fn write(
        kind: &str,
        key: &str,
        value: Option<Bytes>,
        expected: u64
    ) -> Result<Option<u64>, StoreError>;
    fn list(
        kind: &str,
        after: &str,
        limit: usize
    ) -> Result<Vec<(String, RegistryEntry)>, StoreError>;
    fn kinds() -> Result<Vec<String>, StoreError>;
});

macro_rules! forward_at_once {
    ($($pointer:ident)+) => {$(
        #[deny(clippy::missing_trait_methods)]
        impl<T: Clock + ?Sized> Clock for $pointer<T> {
            fn now(&self) -> Timestamp {
                (**self).now()
            }
        }

        #[deny(clippy::missing_trait_methods)]
        impl<T: Entropy + ?Sized> Entropy for $pointer<T> {
            fn fill(&self, bytes: &mut [u8]) -> Result<(), StoreError> {
                (**self).fill(bytes)
            }
        }
    )+};
}
forward_at_once!(Arc Box);
