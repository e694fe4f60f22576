//! Concurrency: totals stay exact.

use crate::support::{FILE, World, by_key, by_ordinal, lender, refusal};
use desktop_delivery::desk::TermsChange;
use desktop_delivery::policy::Quotas;
use desktop_delivery::{
    ClaimRequest, Clock as _, Desk, Error, IssuedTicket, Policy, Refusal, RequestHandle, Terms,
};
use futures_executor::block_on;
use futures_util::future::{BoxFuture, join_all};
use std::collections::HashSet;
use std::thread;

/// A claim in progress.
type Claiming<'a> = BoxFuture<'a, Result<IssuedTicket, Error>>;

const TASKS: usize = 200;

const THREADS: usize = 4;

/// Runs the tasks on several threads, all of them concurrently on each.
fn in_parallel<T: Send>(tasks: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let mut shares: Vec<Vec<_>> = (0..THREADS).map(|_| Vec::new()).collect();
    for (place, task) in tasks.into_iter().enumerate() {
        shares[place % THREADS].push(task);
    }
    thread::scope(|scope| {
        let run = |share| scope.spawn(move || block_on(join_all::<Vec<_>>(share)));
        let threads: Vec<_> = shares.into_iter().map(run).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no task panics")).collect()
    })
}

/// Returns the results of many concurrent claims: the tickets, and the codes of refusals.
fn claim_all(
    world: &World,
    token: &str,
    request: impl Fn(usize) -> ClaimRequest,
) -> (Vec<String>, Vec<&'static str>) {
    let claim = |request: ClaimRequest| async move { world.desk.claim(token, &request).await };
    let tasks = (0..TASKS).map(|task| Box::pin(claim(request(task))) as Claiming<'_>);
    let (mut tickets, mut codes) = (Vec::new(), Vec::new());
    for done in in_parallel(tasks.collect()) {
        match done {
            Ok(granted) => tickets.push(granted.ticket.expose().to_owned()),
            Err(Error::Refused(refusal)) => codes.push(refusal.code()),
            Err(error) => panic!("{error:?}"),
        }
    }
    (tickets, codes)
}

#[test]
fn of_200_concurrent_claims_exactly_the_limit_is_granted() {
    for limit in [1, 2, 5] {
        for round in 0..1_000 {
            let world = if round % 2 == 0 { World::new() } else { World::slow() };
            let (handle, token) = block_on(world.shipped(limit));
            let (tickets, codes) = claim_all(&world, &token, |task| by_key(format!("k-{task}")));
            assert_eq!(tickets.len(), limit as usize);
            assert!(codes.iter().all(|code| *code == "exhausted"), "{codes:?}");
            assert_eq!(tickets.iter().collect::<HashSet<_>>().len(), limit as usize);
            assert_eq!(block_on(world.used(handle)), limit);
        }
    }
}

#[test]
fn the_same_claim_sent_200_times_counts_once_and_always_returns_its_ticket() {
    for round in 0..1_000 {
        let world = if round % 2 == 0 { World::new() } else { World::slow() };
        let (handle, token) = block_on(world.shipped(5));
        let same = |_| if round % 4 < 2 { by_ordinal(1) } else { by_key("k-1") };
        let (tickets, codes) = claim_all(&world, &token, same);
        assert_eq!((tickets.len(), codes.len()), (TASKS, 0));
        assert_eq!(tickets.iter().collect::<HashSet<_>>().len(), 1);
        assert_eq!(block_on(world.used(handle)), 1);
    }
}

#[test]
fn a_quota_across_requests_is_exact() {
    let mut quotas = Quotas::default();
    quotas.patron_claims_per_day = Some(7);
    let world = World::with(Policy::illume().with_quotas(quotas));
    let claim = |no| {
        let (_, token) = block_on(world.shipped_as(&format!("2026-{no:05}"), 1));
        let world = &world;
        Box::pin(async move { world.desk.claim(&token, &by_key("k")).await }) as Claiming<'_>
    };
    let done = in_parallel((0..20).map(claim).collect());
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 7);
    for error in done.iter().filter_map(|done| done.as_ref().err()) {
        assert_eq!(error.refusal().map(Refusal::code), Some("over-quota"), "{error:?}");
    }
}

/// Other changes during claims neither lose nor restore a count.
#[test]
fn other_changes_do_not_restore_a_count() {
    for _ in 0..10 {
        let world = World::slow();
        let (handle, token) = block_on(world.shipped(5));
        let mut tasks: Vec<BoxFuture<'_, ()>> = vec![Box::pin(claim_five(&world, handle, &token))];
        tasks.extend(
            (0..7).map(|no| Box::pin(change_often(&world.desk, handle, no)) as BoxFuture<'_, _>),
        );
        in_parallel(tasks);
        assert_eq!(block_on(world.used(handle)), 5);
        let sixth = block_on(world.desk.claim(&token, &by_ordinal(6)));
        let since = Some(world.clock.now());
        assert_eq!(refusal(sixth), Refusal::Exhausted { limit: 5, since });
    }
}

async fn claim_five(world: &World, handle: RequestHandle, token: &str) {
    for ordinal in 1..=5 {
        while let Err(error) = world.desk.claim(token, &by_ordinal(ordinal)).await {
            assert!(error.is_transient(), "{error:?}");
        }
        assert_eq!(world.used(handle).await, ordinal);
    }
}

async fn change_often(desk: &Desk, handle: RequestHandle, no: u32) {
    for time in 0..10 {
        let done = if no < 4 {
            desk.describe(handle, &lender(), FILE, &format!("part {no}, draft {time}")).await
        } else {
            let (terms, why) = (Terms::new(5, 30 - time % 2), "as agreed".to_owned());
            let change = TermsChange::new(FILE, terms, why);
            desk.change_terms(handle, &lender(), &change).await.map(|_| ())
        };
        if let Err(error) = done {
            assert!(error.is_transient(), "{error:?}");
        }
    }
}
