//! Changes that are limited to one revision of a request.

use crate::support::{FILE, World, borrower, by_key, grant, lender, refusal};
use desktop_delivery::desk::RequestAt;
use desktop_delivery::{Actor, AgencyId, Refusal, StaffId};
use futures_executor::block_on;
use futures_util::future::join_all;

#[test]
fn a_change_of_another_revision_is_stale_and_changes_nothing() {
    block_on(async {
        let world = World::new();
        let (handle, _) = world.shipped(3).await;
        let seen = world.desk.staff_view(handle, &lender()).await.expect("it is theirs").revision;
        let at = RequestAt::revision(handle, seen);
        world.desk.grant(at, &lender(), &grant(1)).await.expect("it is current");
        let again = world.desk.grant(at, &lender(), &grant(1)).await;
        assert_eq!(refusal(again), Refusal::Stale);
        let claim = world.desk.claim_as_staff(at, &borrower(), &by_key("k")).await;
        assert_eq!(refusal(claim), Refusal::Stale);
        let view = world.desk.staff_view(handle, &lender()).await.expect("it is theirs");
        assert_eq!((view.revision, view.files[0].budgets[0].used), (seen + 1, 0));
        let current = RequestAt::revision(handle, seen + 1);
        world.desk.claim_as_staff(current, &borrower(), &by_key("k")).await.expect("it is current");
    });
}

#[test]
fn one_of_parallel_changes_of_a_revision_succeeds() {
    block_on(async {
        let world = World::slow();
        let (handle, _) = world.shipped(3).await;
        let seen = world.desk.staff_view(handle, &lender()).await.expect("it is theirs").revision;
        let (desk, actor, one) = (&world.desk, lender(), grant(1));
        let grants = (0..8).map(|_| desk.grant(RequestAt::revision(handle, seen), &actor, &one));
        let done = join_all(grants).await;
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
        for done in done {
            if done.is_err() {
                assert_eq!(refusal(done), Refusal::Stale);
            }
        }
    });
}

#[test]
fn other_refusals_come_before_a_stale_revision() {
    block_on(async {
        let world = World::new();
        let (handle, _) = world.shipped(3).await;
        let stranger = AgencyId::new("CA-QMM").expect("the id is valid");
        let stranger = Actor::staff(stranger, StaffId::new("s-1").expect("the id is valid"));
        let old = RequestAt::revision(handle, 1);
        assert_eq!(refusal(world.desk.receive(old, &stranger).await), Refusal::Unknown);
        let forbidden = world.desk.remove(old, &borrower(), FILE).await;
        assert_eq!(refusal(forbidden), Refusal::Forbidden);
    });
}
