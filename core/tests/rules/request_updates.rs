//! Request updates from the host, including late, repeated and conflicting ones.

use crate::patrons_link::{DAY, FILE, LINK, shipped, sync};
use crate::support::{Bench, START, staff, update};
use desktop_delivery::decide::{self, MAX_AHEAD_SECONDS, Quota, RequestUpdate, Ship};
use desktop_delivery::desk::SyncOutcome;
use desktop_delivery::{Actor, Audience, Policy, Refusal, Status, Terms};

#[test]
fn repeated_and_older_updates_change_nothing() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(10);
    sync(&mut bench, |update| update.status = Status::Cancelled)
        .expect("the cancellation is requested");
    bench
        .act(|d, c| decide::answer_cancel(d, false, c))
        .expect("a cancellation request is pending");
    let before = bench.delivery.clone();
    sync(&mut bench, |update| update.status = Status::Cancelled).expect("the update is accepted");
    sync(&mut bench, |update| {
        update.as_of = Some(START);
        update.status = Status::Withdrawn;
    })
    .expect("the update is accepted");
    assert_eq!(bench.delivery, before);
    bench.advance(1);
    sync(&mut bench, |update| update.status = Status::Cancelled).expect("the update is accepted");
    assert_eq!(bench.delivery.record.cancel_requested_at, None, "it was answered");
}

#[test]
fn cancelling_a_shipped_request_is_only_a_cancellation_request() {
    let mut bench = Bench::new(Policy::illume());
    bench.attach();
    bench.act(decide::request_cancel).expect("it is pending");
    bench.ship();
    assert_eq!(bench.delivery.record.cancel_requested_at, None, "shipping declines the request");
    bench.act(decide::request_cancel).expect("it is shipped");
    let status = Status::Shipped;
    let accepted = bench.act(|d, c| decide::answer_cancel(d, true, c));
    assert_eq!(accepted, Err(Refusal::WrongStatus { status }));
    assert_eq!(bench.act(|d, c| decide::answer_cancel(d, false, c)), Ok(()));
    assert_eq!(bench.delivery.record.status, status);
}

#[test]
fn every_final_status_closes_links_requests_and_notices() {
    for end in [Status::Cancelled, Status::Unfilled, Status::Withdrawn] {
        let mut bench = Bench::new(Policy::illume());
        bench.attach();
        bench.act(|d, c| decide::issue_link(d, Audience::Patron, c)).expect("it is pending");
        if end == Status::Withdrawn {
            bench.ship();
            bench.act(|d, c| decide::ask(d, LINK, FILE, "", c)).expect("it is shipped");
        }
        bench.act(decide::request_cancel).expect("the request is not finished");
        bench.advance(1);
        sync(&mut bench, |update| update.status = end).expect("the update is accepted");
        let record = &bench.delivery.record;
        assert_eq!(record.status, end);
        assert!(
            record.extension_requests.is_empty() && record.cancel_requested_at.is_none(),
            "{end}"
        );
        assert!(record.links.iter().all(|link| link.revoked_at.is_some()), "{end}");
        for notice in &record.notices {
            assert!(!decide::notice_still_holds(record, notice, bench.now), "{end}");
        }
        bench.advance(30 * DAY);
        bench.run_due();
        assert!(
            bench.delivery.record.live_attachments().next().is_none(),
            "{end}: the files are deleted"
        );
    }
}

#[test]
fn a_resent_request_has_no_files_of_the_first_supplier() {
    let mut bench = Bench::new(Policy::illume());
    bench.attach();
    sync(&mut bench, |update| update.status = Status::Unfilled).expect("the update is accepted");
    bench.advance(1);
    let next = |update: &mut RequestUpdate| {
        update.status = Status::Pending;
        update.facts.supplier = crate::support::agency("CA-NBFU");
    };
    sync(&mut bench, next).expect("it can be sent to another library");
    assert_eq!(bench.delivery.record.status, Status::Pending);
    assert!(bench.delivery.record.live_attachments().next().is_none());
    let context = bench.context(&Actor::System);
    let gone: Vec<_> =
        bench.delivery.record.pending_deletions.iter().map(|deletion| deletion.blob).collect();
    let charges = decide::record_deleted(&bench.delivery, &gone, bench.now, &context).charges;
    let agency = crate::support::agency("CA-OTU");
    assert_eq!(
        charges[0].quota,
        Quota::SupplierBytes { agency },
        "the first library's quota is released"
    );
    assert_eq!(charges[0].amount, -1_000);
    let first = bench.try_as(&staff("CA-OTU"), |d, c| decide::ship(d, &Ship::default(), c));
    assert_eq!(first, Err(Refusal::Unknown));
}

#[test]
fn a_resent_request_names_its_patron_again() {
    let mut bench = Bench::new(Policy::illume());
    bench.attach();
    sync(&mut bench, |update| update.status = Status::Unfilled).expect("the update is accepted");
    bench.advance(40 * DAY);
    bench.run_due();
    bench.run_due();
    assert_eq!(bench.delivery.record.facts.patron, None);
    sync(&mut bench, |update| update.status = Status::Pending)
        .expect("it can be sent to another library");
    assert!(bench.delivery.record.facts.patron.is_some());
}

#[test]
fn a_shipped_request_keeps_its_libraries() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    let status = Status::Shipped;
    for change in [
        |update: &mut RequestUpdate| update.facts.supplier = crate::support::agency("CA-NBFU"),
        |update: &mut RequestUpdate| update.facts.requester = crate::support::agency("CA-NBFU"),
    ] {
        assert_eq!(sync(&mut bench, change), Err(Refusal::WrongStatus { status }));
    }
}

#[test]
fn a_shipped_request_keeps_its_profile_and_zone() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(1);
    sync(&mut bench, |update| update.policy = Policy::recommended().name)
        .expect("the update is accepted");
    assert_eq!(bench.delivery.record.policy, Policy::illume().name);
}

#[test]
fn future_updates_are_rejected_and_change_nothing() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    let now = bench.now;
    for ahead in [MAX_AHEAD_SECONDS + 1, DAY, now.as_seconds() * 999] {
        let before = bench.delivery.clone();
        let outcome = sync(&mut bench, |update| update.as_of = Some(now.plus_seconds(ahead)));
        let as_of = now.plus_seconds(ahead);
        assert_eq!(outcome, Err(Refusal::InFuture { as_of, now }));
        let message = outcome.expect_err("it is ahead").to_string();
        assert!(message.contains(&now.to_string()) && message.contains("`as_of` is "), "{message}");
        assert_eq!(bench.delivery, before);
        let mut update = update(&bench.policy, Status::Pending);
        update.as_of = Some(as_of);
        let created = decide::sync(None, &update, &bench.context(&Actor::Host));
        assert_eq!(created.map(|decision| decision.answer), Err(Refusal::InFuture { as_of, now }));
    }
    let outcome =
        sync(&mut bench, |update| update.as_of = Some(now.plus_seconds(MAX_AHEAD_SECONDS)));
    assert_eq!(outcome, Ok(SyncOutcome::Unchanged));
}

#[test]
fn a_stored_future_as_of_does_not_block_updates() {
    let mut bench = Bench::new(Policy::illume());
    bench.delivery.record.as_of = bench.now.plus_seconds(40 * 365 * DAY);
    let outcome = sync(&mut bench, |update| update.status = Status::Cancelled);
    assert_eq!(outcome, Ok(SyncOutcome::Updated));
    assert_eq!(bench.delivery.record.status, Status::Cancelled);
    assert_eq!(bench.delivery.record.as_of, bench.now);
}

#[test]
fn an_undated_update_is_newer_than_one_dated_ahead() {
    let mut bench = Bench::new(Policy::illume());
    let ahead = bench.now.plus_seconds(240);
    sync(&mut bench, |update| update.as_of = Some(ahead)).expect("it is within the tolerance");
    let undated = |bench: &mut Bench, status| {
        sync(bench, |update| (update.as_of, update.status) = (None, status))
    };
    assert_eq!(undated(&mut bench, Status::Pending), Ok(SyncOutcome::Unchanged));
    assert_eq!(undated(&mut bench, Status::Cancelled), Ok(SyncOutcome::Updated));
    assert_eq!(bench.delivery.record.status, Status::Cancelled);
    assert_eq!(bench.delivery.record.as_of, ahead, "the stored time does not go back");
    // An update dated between the two counts as older.
    let between = sync(&mut bench, |update| update.as_of = Some(ahead.plus_seconds(-1)));
    assert_eq!(between, Ok(SyncOutcome::OlderThanKnown));
    bench.advance(241);
    undated(&mut bench, Status::Cancelled).expect("it is known");
    assert_eq!(
        bench.delivery.record.as_of, bench.now,
        "the stored time is now, once the clock has passed it"
    );
    // A future time that was stored while the clock was wrong is replaced.
    bench.delivery.record.as_of = bench.now.plus_seconds(DAY);
    undated(&mut bench, Status::Cancelled).expect("it is known");
    assert_eq!(bench.delivery.record.as_of, bench.now);
}

#[test]
fn sync_returns_the_outcome_of_the_update() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(10);
    let outcome = |bench: &mut Bench, status| sync(bench, |update| update.status = status);
    assert_eq!(outcome(&mut bench, Status::Shipped), Ok(SyncOutcome::Unchanged));
    // The host has not learned yet that the request was shipped.
    assert_eq!(outcome(&mut bench, Status::Pending), Ok(SyncOutcome::StatusCannotGoBack));
    let title = sync(&mut bench, |update| {
        update.status = Status::Pending;
        update.facts.title = "On Ice Ages, 2nd edition".to_owned();
    });
    assert_eq!(title, Ok(SyncOutcome::Updated));
    let older = sync(&mut bench, |update| update.as_of = Some(START));
    assert_eq!(older, Ok(SyncOutcome::OlderThanKnown));
    assert_eq!(
        outcome(&mut bench, Status::Cancelled),
        Ok(SyncOutcome::Updated),
        "it becomes a cancellation request"
    );
    assert_eq!(outcome(&mut bench, Status::Cancelled), Ok(SyncOutcome::Unchanged));
    assert_eq!(outcome(&mut bench, Status::Received), Ok(SyncOutcome::Updated));
    assert_eq!(outcome(&mut bench, Status::Withdrawn), Ok(SyncOutcome::Updated));
    for status in [Status::Pending, Status::Shipped, Status::Received, Status::Unfilled] {
        assert_eq!(outcome(&mut bench, status), Ok(SyncOutcome::StatusCannotGoBack), "{status}");
        assert_eq!(outcome(&mut bench, status), Ok(SyncOutcome::StatusCannotGoBack), "{status}");
        assert_eq!(bench.delivery.record.status, Status::Withdrawn);
    }
}
