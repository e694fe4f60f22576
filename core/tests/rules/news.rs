//! What the host tells of a request, also late, twice or crosswise.

use crate::patrons_link::{DAY, FILE, LINK, shipped, tell};
use crate::support::{Bench, START, news, staff};
use desktop_delivery::decide::{self, MAX_AHEAD_SECONDS, Quota, RequestUpdate, Ship};
use desktop_delivery::desk::SyncOutcome;
use desktop_delivery::{Actor, Audience, Policy, Refusal, Status, Terms};

#[test]
fn the_same_news_changes_nothing_and_older_news_neither() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(10);
    tell(&mut bench, |news| news.status = Status::Cancelled).expect("a wish is taken");
    bench.act(|d, c| decide::answer_cancel(d, false, c)).expect("a wish waits");
    let before = bench.delivery.clone();
    tell(&mut bench, |news| news.status = Status::Cancelled).expect("news is taken");
    tell(&mut bench, |news| {
        news.as_of = Some(START);
        news.status = Status::Withdrawn;
    })
    .expect("news is taken");
    assert_eq!(bench.delivery, before);
    bench.advance(1);
    tell(&mut bench, |news| news.status = Status::Cancelled).expect("news is taken");
    assert_eq!(bench.delivery.record.cancel_requested_at, None, "it was answered");
}

#[test]
fn a_cancel_that_crossed_shipping_is_a_wish_and_the_delivery_stands() {
    let mut bench = Bench::new(Policy::illume());
    bench.attach();
    bench.act(decide::request_cancel).expect("it is pending");
    bench.ship();
    assert_eq!(bench.delivery.record.cancel_requested_at, None, "shipping answers with no");
    bench.act(decide::request_cancel).expect("it is shipped");
    let status = Status::Shipped;
    let accepted = bench.act(|d, c| decide::answer_cancel(d, true, c));
    assert_eq!(accepted, Err(Refusal::WrongStatus { status }));
    assert_eq!(bench.act(|d, c| decide::answer_cancel(d, false, c)), Ok(()));
    assert_eq!(bench.delivery.record.status, status);
}

#[test]
fn every_end_closes_links_wishes_and_notices() {
    for end in [Status::Cancelled, Status::Unfilled, Status::Withdrawn] {
        let mut bench = Bench::new(Policy::illume());
        bench.attach();
        bench.act(|d, c| decide::issue_link(d, Audience::Patron, c)).expect("it is pending");
        if end == Status::Withdrawn {
            bench.ship();
            bench.act(|d, c| decide::ask(d, LINK, FILE, "", c)).expect("it is shipped");
        }
        bench.act(decide::request_cancel).expect("it lasts");
        bench.advance(1);
        tell(&mut bench, |news| news.status = end).expect("news is taken");
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
        assert!(bench.delivery.record.live_attachments().next().is_none(), "{end}: bytes go");
    }
}

#[test]
fn an_unfilled_request_goes_to_the_next_supplier_without_the_first_ones_files() {
    let mut bench = Bench::new(Policy::illume());
    bench.attach();
    tell(&mut bench, |news| news.status = Status::Unfilled).expect("news is taken");
    bench.advance(1);
    let next = |news: &mut RequestUpdate| {
        news.status = Status::Pending;
        news.facts.supplier = crate::support::agency("CA-NBFU");
    };
    tell(&mut bench, next).expect("it may be sent on");
    assert_eq!(bench.delivery.record.status, Status::Pending);
    assert!(bench.delivery.record.live_attachments().next().is_none());
    let context = bench.context(&Actor::System);
    let gone: Vec<_> =
        bench.delivery.record.pending_deletions.iter().map(|deletion| deletion.blob).collect();
    let charges = decide::record_deleted(&bench.delivery, &gone, &context).charges;
    let agency = crate::support::agency("CA-OTU");
    assert_eq!(charges[0].quota, Quota::SupplierBytes { agency }, "the first one's quota frees");
    assert_eq!(charges[0].amount, -1_000);
    let first = bench.try_as(&staff("CA-OTU"), |d, c| decide::ship(d, &Ship::default(), c));
    assert_eq!(first, Err(Refusal::Unknown));
}

#[test]
fn a_request_that_is_sent_again_is_for_its_patron_again() {
    let mut bench = Bench::new(Policy::illume());
    bench.attach();
    tell(&mut bench, |news| news.status = Status::Unfilled).expect("news is taken");
    bench.advance(40 * DAY);
    bench.run_due();
    bench.run_due();
    assert_eq!(bench.delivery.record.facts.patron, None);
    tell(&mut bench, |news| news.status = Status::Pending).expect("it may be sent on");
    assert!(bench.delivery.record.facts.patron.is_some());
}

#[test]
fn a_request_cannot_change_hands_after_it_was_shipped() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    let status = Status::Shipped;
    for change in [
        |news: &mut RequestUpdate| news.facts.supplier = crate::support::agency("CA-NBFU"),
        |news: &mut RequestUpdate| news.facts.requester = crate::support::agency("CA-NBFU"),
    ] {
        assert_eq!(tell(&mut bench, change), Err(Refusal::WrongStatus { status }));
    }
}

#[test]
fn profile_and_zone_stay_from_shipped_on() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(1);
    tell(&mut bench, |news| news.policy = Policy::recommended().name).expect("news is taken");
    assert_eq!(bench.delivery.record.policy, Policy::illume().name);
}

#[test]
fn future_updates_are_refused_and_leave_nothing() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    let now = bench.now;
    for ahead in [MAX_AHEAD_SECONDS + 1, DAY, now.as_seconds() * 999] {
        let before = bench.delivery.clone();
        let told = tell(&mut bench, |news| news.as_of = Some(now.plus_seconds(ahead)));
        let as_of = now.plus_seconds(ahead);
        assert_eq!(told, Err(Refusal::InFuture { as_of, now }));
        let said = told.expect_err("it is ahead").to_string();
        assert!(said.contains(&now.to_string()) && said.contains("`as_of` is "), "{said}");
        assert_eq!(bench.delivery, before);
        let mut news = news(&bench.policy, Status::Pending);
        news.as_of = Some(as_of);
        let made = decide::sync(None, &news, &bench.context(&Actor::Host));
        assert_eq!(made.map(|made| made.answer), Err(Refusal::InFuture { as_of, now }));
    }
    let told = tell(&mut bench, |news| news.as_of = Some(now.plus_seconds(MAX_AHEAD_SECONDS)));
    assert_eq!(told, Ok(SyncOutcome::Unchanged));
}

#[test]
fn a_stored_future_as_of_does_not_block_updates() {
    let mut bench = Bench::new(Policy::illume());
    bench.delivery.record.as_of = bench.now.plus_seconds(40 * 365 * DAY);
    let told = tell(&mut bench, |news| news.status = Status::Cancelled);
    assert_eq!(told, Ok(SyncOutcome::Updated));
    assert_eq!(bench.delivery.record.status, Status::Cancelled);
    assert_eq!(bench.delivery.record.as_of, bench.now);
}

#[test]
fn an_undated_update_is_newer_than_one_dated_ahead() {
    let mut bench = Bench::new(Policy::illume());
    let ahead = bench.now.plus_seconds(240);
    tell(&mut bench, |news| news.as_of = Some(ahead)).expect("it is within the tolerance");
    let undated =
        |bench: &mut Bench, status| tell(bench, |news| (news.as_of, news.status) = (None, status));
    assert_eq!(undated(&mut bench, Status::Pending), Ok(SyncOutcome::Unchanged));
    assert_eq!(undated(&mut bench, Status::Cancelled), Ok(SyncOutcome::Updated));
    assert_eq!(bench.delivery.record.status, Status::Cancelled);
    assert_eq!(bench.delivery.record.as_of, ahead, "what is known does not grow older");
    // A dated one from between the two stays the older one.
    let between = tell(&mut bench, |news| news.as_of = Some(ahead.plus_seconds(-1)));
    assert_eq!(between, Ok(SyncOutcome::OlderThanKnown));
    bench.advance(241);
    undated(&mut bench, Status::Cancelled).expect("it is known");
    assert_eq!(bench.delivery.record.as_of, bench.now, "once the clock has passed it, it is now");
    // One that was accepted while the clock was wrong does not stay.
    bench.delivery.record.as_of = bench.now.plus_seconds(DAY);
    undated(&mut bench, Status::Cancelled).expect("it is known");
    assert_eq!(bench.delivery.record.as_of, bench.now);
}

#[test]
fn sync_returns_the_outcome_of_the_update() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(10);
    let outcome = |bench: &mut Bench, status| tell(bench, |news| news.status = status);
    assert_eq!(outcome(&mut bench, Status::Shipped), Ok(SyncOutcome::Unchanged));
    // The host has not heard that it was shipped.
    assert_eq!(outcome(&mut bench, Status::Pending), Ok(SyncOutcome::StatusCannotGoBack));
    let title = tell(&mut bench, |news| {
        news.status = Status::Pending;
        news.facts.title = "On Ice Ages, 2nd edition".to_owned();
    });
    assert_eq!(title, Ok(SyncOutcome::Updated));
    let older = tell(&mut bench, |news| news.as_of = Some(START));
    assert_eq!(older, Ok(SyncOutcome::OlderThanKnown));
    assert_eq!(outcome(&mut bench, Status::Cancelled), Ok(SyncOutcome::Updated), "it is a wish");
    assert_eq!(outcome(&mut bench, Status::Cancelled), Ok(SyncOutcome::Unchanged));
    assert_eq!(outcome(&mut bench, Status::Received), Ok(SyncOutcome::Updated));
    assert_eq!(outcome(&mut bench, Status::Withdrawn), Ok(SyncOutcome::Updated));
    for status in [Status::Pending, Status::Shipped, Status::Received, Status::Unfilled] {
        assert_eq!(outcome(&mut bench, status), Ok(SyncOutcome::StatusCannotGoBack), "{status}");
        assert_eq!(outcome(&mut bench, status), Ok(SyncOutcome::StatusCannotGoBack), "{status}");
        assert_eq!(bench.delivery.record.status, Status::Withdrawn);
    }
}
