use crate::support::{
    FILE, PATRON_ADDRESS, World, agency, borrower, by_key, facts, lender, refusal,
};
use desktop_delivery::delivery::ProblemKind;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::events::{EventName, FeedPage, FeedPosition, FeedQuery, FeedStart};
use desktop_delivery::{Actor, PatronId, Refusal};
use futures_executor::block_on;
use futures_util::{StreamExt as _, pin_mut};
use std::cell::Cell;

async fn read(world: &World, query: FeedQuery, actor: &Actor) -> FeedPage {
    world.desk.events_since(&query, actor).await.expect("the feed is answered")
}

fn names(page: &FeedPage) -> Vec<&'static str> {
    page.entries.iter().map(|entry| entry.recorded.event.kind.name().as_str()).collect()
}

const fn all() -> FeedQuery {
    FeedQuery::of(FeedStart::Beginning, 1_000)
}

#[test]
fn the_host_reads_all_events_with_references_and_notes() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(2).await;
        world.desk.claim(&token, &by_key("k-1")).await.expect("two are left");
        world.desk.ask(&token, FILE, "for a class").await.expect("it is open");
        let kind = ProblemKind::Unreadable;
        let by = borrower();
        let report = world.desk.report_problem(handle, &by, FILE, kind, "page 3 is black");
        report.await.expect("the borrower may report");
        world.desk.answer_problem(handle, &lender(), FILE, "it is so in print").await.expect("ok");
        let page = read(&world, all(), &Actor::Host).await;
        let history = world.desk.events(handle, &Actor::Host, None, 1_000).await.expect("ok");
        let fed: Vec<_> = page.entries.iter().map(|entry| entry.recorded.clone()).collect();
        assert_eq!(fed, history);
        assert!(!page.more);
        for entry in &page.entries {
            let own = facts("2026-00417", "CA-BVAU");
            assert_eq!(
                (&entry.reference, &entry.requester, &entry.supplier),
                (&own.reference, &own.requester, &own.supplier)
            );
        }
        let note = |name: EventName| {
            let mut entries = page.entries.iter();
            let entry = entries.find(|entry| entry.recorded.event.kind.name() == name);
            entry.expect("it happened").note.as_deref()
        };
        assert_eq!(note(EventName::MoreRequested), Some("for a class"));
        assert_eq!(note(EventName::ProblemReported), Some("page 3 is black"));
        assert_eq!(note(EventName::ProblemAnswered), Some("it is so in print"));
        assert_eq!(note(EventName::Claimed), None);
        let claimed =
            page.entries.iter().find(|e| e.recorded.event.kind.name() == EventName::Claimed);
        let document = claimed.and_then(|entry| entry.recorded.event.document.as_ref());
        assert_eq!(document.expect("a version").file_name.as_str(), "ice-ages.pdf");
        let text = format!("{page:?}");
        assert!(!text.contains(PATRON_ADDRESS) && !text.contains(&token), "{text}");
    });
}

#[test]
fn notes_are_gone_with_the_patron() {
    block_on(async {
        let world = World::new();
        let (_, token) = world.shipped(2).await;
        world.desk.ask(&token, FILE, "Carla needs it").await.expect("it is open");
        let patron = PatronId::new("p-2211").expect("the id is short and plain");
        let forgotten = world.desk.forget_patron(&Actor::Host, &agency("CA-BVAU"), &patron).await;
        assert_eq!(forgotten.expect("the host may"), 1);
        let page = read(&world, all(), &Actor::Host).await;
        assert!(names(&page).contains(&"more-requested"));
        assert!(page.entries.iter().all(|entry| entry.note.is_none()));
    });
}

#[test]
fn staff_read_the_events_of_their_own_library() {
    block_on(async {
        let world = World::new();
        world.request_of("2026-00001", "CA-NBFU").await;
        let (handle, _) = world.shipped(2).await;
        let pending = world.request_of("2026-00002", "CA-BVAU").await;
        let file = crate::support::article();
        let bytes = crate::support::stream(&crate::support::pdf(2_000));
        world.desk.upload(pending, &lender(), file, bytes).await.expect("it is a PDF");
        let seen = read(&world, all(), &borrower()).await;
        assert!(seen.entries.iter().all(|entry| entry.requester == agency("CA-BVAU")));
        let of_shipped = seen.entries.iter().filter(|entry| entry.recorded.handle == handle);
        assert!(of_shipped.count() > 3);
        let of_pending: Vec<_> =
            seen.entries.iter().filter(|entry| entry.recorded.handle == pending).collect();
        assert_eq!(of_pending.len(), 1, "nothing about files before Shipped: {of_pending:?}");
        let lent = read(&world, all(), &lender()).await;
        assert_eq!(lent, read(&world, all(), &Actor::Host).await, "it lends everything here");
        let own = all().with_agency(agency("CA-BVAU"));
        assert_eq!(read(&world, own.clone(), &borrower()).await, seen);
        let other = world.desk.events_since(&own, &lender()).await;
        assert_eq!(refusal(other), Refusal::Forbidden);
        let patron = PatronId::new("p-2211").expect("the id is short and plain");
        let patron = Actor::patron(agency("CA-BVAU"), patron);
        assert_eq!(refusal(world.desk.events_since(&all(), &patron).await), Refusal::Forbidden);
    });
}

#[test]
fn filtered_pages_continue_where_the_last_one_ended() {
    block_on(async {
        let world = World::new();
        for number in 0..30 {
            world.request_of(&format!("2026-{number:05}"), "CA-BVAU").await;
        }
        world.request_of("2026-10000", "CA-NBFU").await;
        let of_harbor = FeedQuery::of(FeedStart::Beginning, 5).with_agency(agency("CA-NBFU"));
        let page = read(&world, of_harbor.clone(), &Actor::Host).await;
        assert_eq!((page.entries.len(), page.more), (1, false));
        assert_eq!(page.next, page.entries[0].position, "it is the newest");
        let none = of_harbor.clone().with_kinds([EventName::Shipped]);
        let empty = read(&world, none, &Actor::Host).await;
        assert_eq!((empty.entries.len(), empty.next, empty.more), (0, page.next, false));
        // A page that is full ends at its last entry.
        let made = FeedQuery::of(FeedStart::Beginning, 7).with_kinds([EventName::Created]);
        let (mut query, mut found) = (made, Vec::new());
        loop {
            let page = read(&world, query.clone(), &Actor::Host).await;
            assert!(page.entries.len() <= 7);
            found.extend(page.entries);
            query.start = FeedStart::After(page.next);
            if !page.more {
                break;
            }
        }
        assert_eq!(found.len(), 31);
        assert!(found.is_sorted_by(|one, next| one.position < next.position));
    });
}

#[test]
fn one_call_reads_a_bounded_number_of_events() {
    block_on(async {
        let world = World::new();
        for number in 0..5_001 {
            world.request_of(&format!("2026-{number:05}"), "CA-BVAU").await;
        }
        let rare = FeedQuery::of(FeedStart::Beginning, 5).with_kinds([EventName::Shipped]);
        let first = read(&world, rare.clone(), &Actor::Host).await;
        assert_eq!((first.entries.len(), first.more), (0, true), "5,000 events are read");
        let next = rare.with_start(FeedStart::After(first.next));
        let next = read(&world, next, &Actor::Host).await;
        assert_eq!((next.entries.len(), next.more), (0, false));
        assert!(first.next < next.next);
    });
}

#[test]
fn an_unknown_position_is_refused() {
    block_on(async {
        let world = World::new();
        world.request().await;
        let position = FeedPosition { generation: 1, number: 2, check: 3 };
        let query = FeedQuery::of(FeedStart::After(position), 10);
        let outcome = world.desk.events_since(&query, &Actor::Host).await;
        assert_eq!(refusal(outcome), Refusal::FeedReset);
        let latest = read(&world, FeedQuery::of(FeedStart::Latest, 10), &Actor::Host).await;
        assert_eq!((latest.entries.len(), latest.more), (0, false));
        assert!(latest.next.number > 0);
    });
}

#[test]
fn a_stream_goes_on_after_waiting_and_after_errors() {
    block_on(async {
        let world = World::new();
        for number in 0..5 {
            world.request_of(&format!("2026-{number:05}"), "CA-BVAU").await;
        }
        let waits = Cell::new(0);
        // The host waits by making another request happen.
        let wait = || async {
            waits.set(waits.get() + 1);
            world.request_of(&format!("2026-1000{}", waits.get()), "CA-BVAU").await;
            if waits.get() == 2 {
                world.ledger.fail_next(StoreErrorKind::Unavailable);
            }
        };
        let query = FeedQuery::of(FeedStart::Beginning, 2);
        let events = world.desk.event_stream(query, Actor::Host, wait);
        pin_mut!(events);
        let (mut read, mut errors) = (Vec::new(), 0);
        while read.len() < 9 {
            match events.next().await.expect("a stream does not end") {
                Ok(entry) => read.push(entry.reference.as_str().to_owned()),
                Err(_) => errors += 1,
            }
        }
        let expected = ["00000", "00001", "00002", "00003", "00004"].map(|n| format!("2026-{n}"));
        assert_eq!(read[..5], expected);
        assert_eq!(read[5..], ["2026-10001", "2026-10002", "2026-10003", "2026-10004"]);
        assert_eq!(errors, 1);
    });
}

/// A host may follow the feed in a task of its runtime.
#[test]
fn a_stream_can_be_sent_to_another_thread() {
    const fn is_send<T: Send>(_: &T) {}
    let world = World::new();
    let stream = world.desk.event_stream(all(), Actor::Host, || std::future::ready(()));
    is_send(&stream);
}
