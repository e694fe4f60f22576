//! Claims decided on a delivery that the ledger recalls, which may be outdated: only a commit on
//! its revision may follow from it.

use crate::support::{FILE, START, World, borrower, by_key, by_ordinal, grant, lender, refusal};
use async_trait::async_trait;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::{EventPosition, FeedStart, RecordedEvent};
use desktop_delivery::ids::{CommitId, CounterKey, LinkNo};
use desktop_delivery::ledger::{
    Change, CommitOutcome, DeliveryKey, DeliverySummary, FeedOutcome, Lease, ListQuery,
};
use desktop_delivery::memory::MemoryLedger;
use desktop_delivery::{Desk, Ledger, Policy, Refusal, RequestHandle, StoreError, Timestamp};
use futures_executor::block_on;
use std::sync::{Arc, Mutex};

/// A ledger that recalls what it was told to keep, however outdated.
#[derive(Debug)]
struct Recalling {
    inner: Arc<MemoryLedger>,
    kept: Mutex<Option<Delivery>>,
}

impl Recalling {
    /// Returns the ledger of a world, and a desk on it.
    fn of(world: &World) -> (Arc<Self>, Desk) {
        let ledger = Arc::new(Self { inner: Arc::clone(&world.ledger), kept: Mutex::default() });
        let desk = world.desk_with_ledger(Arc::clone(&ledger) as _);
        (ledger, desk)
    }

    /// Recalls the delivery from now on as it is now.
    async fn keep(&self, handle: RequestHandle) {
        let found = self.inner.load(DeliveryKey::Handle(handle)).await;
        *self.kept.lock().expect("no test panics with the lock") =
            found.expect("the ledger answers");
    }
}

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Ledger for Recalling {
    async fn load(&self, key: DeliveryKey<'_>) -> Result<Option<Delivery>, StoreError> {
        self.inner.load(key).await
    }
    async fn load_many(&self, handles: &[RequestHandle]) -> Result<Vec<Delivery>, StoreError> {
        self.inner.load_many(handles).await
    }
    async fn load_to_recall(&self, handle: RequestHandle) -> Result<Option<Delivery>, StoreError> {
        self.inner.load_to_recall(handle).await
    }
    async fn recall(&self, handle: RequestHandle) -> Option<Delivery> {
        let kept = self.kept.lock().expect("no test panics with the lock").clone();
        kept.filter(|delivery| delivery.handle == handle)
    }
    async fn commit(&self, change: Change) -> Result<CommitOutcome, StoreError> {
        self.inner.commit(change).await
    }
    async fn committed(&self, h: RequestHandle, id: CommitId) -> Result<Option<u64>, StoreError> {
        self.inner.committed(h, id).await
    }
    async fn counter(&self, counter: CounterKey) -> Result<u64, StoreError> {
        self.inner.counter(counter).await
    }
    async fn list(&self, query: &ListQuery) -> Result<Vec<DeliverySummary>, StoreError> {
        self.inner.list(query).await
    }
    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<RequestHandle>, StoreError> {
        self.inner.due(now, limit).await
    }
    async fn lease(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<Lease>, StoreError> {
        self.inner.lease(now, until, limit).await
    }
    async fn events(
        &self,
        handle: RequestHandle,
        after: Option<EventPosition>,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        self.inner.events(handle, after, limit).await
    }

    async fn events_since(
        &self,
        start: FeedStart,
        limit: usize,
    ) -> Result<FeedOutcome, StoreError> {
        self.inner.events_since(start, limit).await
    }
}

#[test]
fn a_claim_on_a_current_recall_loads_nothing() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(5).await;
        let (ledger, desk) = Recalling::of(&world);
        // Issues the staff's link.
        desk.claim_as_staff(handle, &borrower(), &by_key("s-1")).await.expect("some are left");
        ledger.keep(handle).await;
        let before = world.ledger.loads();
        desk.claim(&token, &by_key("k-1")).await.expect("some are left");
        assert_eq!(world.ledger.loads(), before);
        ledger.keep(handle).await;
        let before = world.ledger.loads();
        desk.claim_as_staff(handle, &borrower(), &by_key("s-2")).await.expect("some are left");
        assert_eq!(world.ledger.loads(), before);
        assert_eq!(world.used(handle).await, 3);
    });
}

#[test]
fn claims_on_an_outdated_recall_are_counted_exactly() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(3).await;
        let (ledger, desk) = Recalling::of(&world);
        ledger.keep(handle).await;
        for number in 1..=3 {
            let claim = desk.claim(&token, &by_ordinal(number)).await.expect("some are left");
            assert!(!claim.is_repeat && world.used(handle).await == number);
        }
        let refused = refusal(desk.claim(&token, &by_ordinal(4)).await);
        assert!(matches!(refused, Refusal::Exhausted { .. }), "{refused:?}");
        // The recalled delivery has none of these claims.
        let repeat = desk.claim(&token, &by_ordinal(2)).await.expect("it is a repeat");
        assert!(repeat.is_repeat && world.used(handle).await == 3);
    });
}

#[test]
fn a_refusal_is_not_based_on_a_recall() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(1).await;
        let (ledger, desk) = Recalling::of(&world);
        desk.claim(&token, &by_key("k-1")).await.expect("one is left");
        ledger.keep(handle).await;
        let refused = refusal(desk.claim(&token, &by_key("k-2")).await);
        assert!(matches!(refused, Refusal::Exhausted { .. }), "{refused:?}");
        let granted = world.desk.grant(handle, &lender(), &grant(1)).await;
        granted.expect("the profile allows it");
        let claim = desk.claim(&token, &by_key("k-2")).await.expect("one was granted");
        assert!(!claim.is_repeat && world.used(handle).await == 2);
    });
}

#[test]
fn nothing_opens_by_a_recall_from_before_a_revocation() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(5).await;
        let (ledger, desk) = Recalling::of(&world);
        desk.claim(&token, &by_key("k-1")).await.expect("some are left");
        ledger.keep(handle).await;
        let revoked = world.desk.revoke_link(handle, &lender(), LinkNo::new(1)).await;
        revoked.expect("the lender may revoke it");
        // A repeat would be free, and no commit would check it.
        for key in ["k-1", "k-2"] {
            let refused = refusal(desk.claim(&token, &by_key(key)).await);
            assert_eq!(refused, Refusal::Revoked { since: START }, "{key}");
        }
        assert_eq!(world.used(handle).await, 1);
    });
}

#[test]
fn staff_do_not_claim_by_a_recall_from_before_a_withdrawal() {
    block_on(async {
        let world = World::new();
        let (handle, _) = world.shipped(5).await;
        let (ledger, desk) = Recalling::of(&world);
        desk.claim_as_staff(handle, &borrower(), &by_key("s-1")).await.expect("some are left");
        ledger.keep(handle).await;
        world.desk.remove(handle, &lender(), FILE).await.expect("the lender may remove it");
        for key in ["s-1", "s-2"] {
            let refused = refusal(desk.claim_as_staff(handle, &borrower(), &by_key(key)).await);
            assert!(matches!(refused, Refusal::Removed { .. }), "{refused:?}");
        }
        assert_eq!(world.stored(handle).await.usage.last_claim, 1);
    });
}

#[test]
fn a_full_quota_is_not_based_on_a_recall() {
    block_on(async {
        let mut policy = Policy::illume();
        policy.quotas.patron_claims_per_day = Some(1);
        let world = World::with(policy);
        let (handle, token) = world.shipped(5).await;
        let (ledger, desk) = Recalling::of(&world);
        ledger.keep(handle).await;
        desk.claim(&token, &by_key("k-1")).await.expect("the quota allows one");
        // By the recalled delivery, this is another claim, for which the quota is full.
        let repeat = desk.claim(&token, &by_key("k-1")).await.expect("it is a repeat");
        assert!(repeat.is_repeat);
        ledger.keep(handle).await;
        let refused = refusal(desk.claim(&token, &by_key("k-2")).await);
        assert!(matches!(refused, Refusal::OverQuota { .. }), "{refused:?}");
        assert_eq!(world.used(handle).await, 1);
    });
}
