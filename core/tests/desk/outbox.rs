//! Notices: sent at least once, or recorded as failed.

use crate::support::{
    FILE, PATRON_ADDRESS, World, article, borrower, facts, grant, lender, pdf, stream,
};
use desktop_delivery::delivery::{DeliveryRecord, DeliveryUsage, ReplaceReason};
use desktop_delivery::desk::DueWork;
use desktop_delivery::error::{NotifyError, StoreErrorKind};
use desktop_delivery::events::Event;
use desktop_delivery::notices::{NoticeFailure, NoticeState, OutgoingNotice, Recipient};
use desktop_delivery::{
    Clock as _, Desk, FileName, Ledger as _, NewFile, Notifier, RequestHandle, Shipment, Status,
    Terms,
};
use futures_executor::block_on;
use std::sync::{Arc, Mutex};

/// Creates a received request with a pending notice to its patron.
async fn received_request(world: &World) -> RequestHandle {
    let (handle, _) = world.shipped(5).await;
    world.desk.receive(handle, &borrower()).await.expect("it is shipped");
    handle
}

async fn state(world: &World, handle: RequestHandle) -> NoticeState {
    world.stored(handle).await.record.notices[0].state
}

async fn run(desk: &Desk) -> (usize, usize, usize) {
    let report = desk.run_due().await.expect("the ledger answers");
    (report.notices_sent, report.notices_delayed, report.notices_ended)
}

#[test]
fn a_notice_is_retried_with_backoff_and_then_given_up() {
    block_on(async {
        let world = World::new();
        let handle = received_request(&world).await;
        world.mail.defer(PATRON_ADDRESS);
        let mut waits = Vec::new();
        let mut last = world.clock.now();
        for _ in 0..13 {
            while run(&world.desk).await == (0, 0, 0) {
                world.clock.advance(60);
            }
            waits.push(world.clock.now().seconds_since(last));
            last = world.clock.now();
        }
        assert_eq!(waits[..7], [0, 60, 300, 1_200, 3_600, 14_400, 43_200]);
        world.clock.advance(43_200);
        assert_eq!(run(&world.desk).await, (0, 0, 1), "the last try");
        let NoticeState::Failed { reason, .. } = state(&world, handle).await else {
            panic!("it is given up")
        };
        assert_eq!(reason, NoticeFailure::TooManyTries);
        assert_eq!(world.ledger.outbox_len(), 0);
        let days = world.clock.now().seconds_since(crate::support::START) / 86_400;
        assert!((4..=6).contains(&days), "after {days} days");
    });
}

#[test]
fn a_notice_has_the_start_of_a_document_until_it_begins() {
    block_on(async {
        let world = World::new();
        let desk = &world.desk;
        let handle = world.request().await;
        let start = desk.now().plus_days(7);
        let file = article().with_terms(Terms::new(5, 90).with_not_before(start));
        desk.upload(handle, &lender(), file, stream(&pdf(1_000))).await.expect("it is a PDF");
        desk.ship(handle, &lender(), Shipment::WithFiles).await.expect("a file is attached");
        desk.receive(handle, &borrower()).await.expect("it is shipped");
        assert_eq!(run(desk).await, (1, 0, 0));
        assert_eq!(world.mail.taken()[0].files[0].available_from, Some(start));

        world.clock.set(start);
        desk.resend(handle, &borrower(), Recipient::Patron).await.expect("it was sent");
        assert_eq!(run(desk).await, (1, 0, 0));
        let mails = world.mail.taken();
        assert_eq!(mails.last().expect("it is sent again").files[0].available_from, None);
    });
}

#[test]
fn a_notice_is_sent_once_the_server_is_back() {
    block_on(async {
        let world = World::new();
        let handle = received_request(&world).await;
        world.mail.fail_next_transiently(1);
        assert_eq!(run(&world.desk).await, (0, 1, 0));
        assert_eq!(run(&world.desk).await, (0, 0, 0), "it waits for its time");
        world.clock.advance(60);
        assert_eq!(run(&world.desk).await, (1, 0, 0));
        let at = world.clock.now();
        assert_eq!(state(&world, handle).await, NoticeState::Sent { at });
        let notice = &world.stored(handle).await.record.notices[0];
        assert_eq!(notice.masked_address, "c****@example.org");
    });
}

#[test]
fn a_rejected_notice_or_one_without_an_address_is_recorded_as_failed() {
    block_on(async {
        let world = World::new();
        let handle = received_request(&world).await;
        world.mail.refuse(PATRON_ADDRESS);
        assert_eq!(run(&world.desk).await, (0, 0, 1));
        let NoticeState::Failed { reason, .. } = state(&world, handle).await else {
            panic!("it is refused")
        };
        assert_eq!(reason, NoticeFailure::Refused);
    });
}

#[test]
fn an_outdated_notice_is_not_sent() {
    type Change = for<'a> fn(&'a World, RequestHandle) -> futures_util::future::BoxFuture<'a, ()>;
    let changes: [(&str, Change); 4] = [
        ("withdrawn", |world, handle| {
            Box::pin(async move {
                world.desk.withdraw(handle, &lender(), "").await.expect("it is shipped");
            })
        }),
        ("removed", |world, handle| {
            Box::pin(async move {
                world.desk.remove(handle, &lender(), FILE).await.expect("it exists");
            })
        }),
        ("revoked", |world, handle| {
            Box::pin(async move {
                let link = world.stored(handle).await.record.links[0].no;
                world.desk.revoke_link(handle, &borrower(), link).await.expect("it exists");
            })
        }),
        ("expired", |world, _| Box::pin(async move { world.clock.advance(40 * 86_400) })),
    ];
    for (name, change) in changes {
        block_on(async {
            let world = World::new();
            let handle = received_request(&world).await;
            change(&world, handle).await;
            assert_eq!(run(&world.desk).await, (0, 0, 1), "{name}");
            let state = state(&world, handle).await;
            assert!(matches!(state, NoticeState::Skipped { .. }), "{name}");
            assert!(world.mail.taken().is_empty(), "{name}");
        });
    }
}

#[test]
fn a_notice_turned_off_in_the_meantime_is_not_sent() {
    block_on(async {
        let world = World::new();
        let handle = received_request(&world).await;
        assert_eq!(run(&world.silent_desk()).await, (0, 0, 1));
        assert!(matches!(state(&world, handle).await, NoticeState::Skipped { .. }));
        assert!(world.mail.taken().is_empty());
    });
}

#[test]
fn a_notice_lists_only_available_files() {
    block_on(async {
        let world = World::new();
        let (handle, _) = world.shipped(5).await;
        let brief = article().with_terms(Terms::new(5, 0));
        world.desk.upload(handle, &lender(), brief, stream(&pdf(900))).await.expect("it is a PDF");
        world.clock.advance(86_400);
        world.desk.receive(handle, &borrower()).await.expect("it is shipped");
        assert_eq!(run(&world.desk).await, (1, 0, 0));
        let listed: Vec<_> = world.mail.taken()[0].files.iter().map(|file| file.no).collect();
        assert_eq!(listed, [FILE], "the other one has expired");
    });
}

#[test]
fn a_resent_notice_shows_when_a_wrong_document_was_replaced() {
    block_on(async {
        let world = World::new();
        let (handle, _) = world.shipped(5).await;
        world.desk.receive(handle, &borrower()).await.expect("it is shipped");
        run(&world.desk).await;
        world.clock.advance(86_400);
        for reason in [ReplaceReason::WrongDocument, ReplaceReason::MissingPages] {
            let better = NewFile::new(FileName::new("better.pdf").expect("it is a name"));
            let better = better.replacing(FILE, reason);
            world.desk.upload(handle, &lender(), better, stream(&pdf(700))).await.expect("a PDF");
            run(&world.desk).await;
            world.clock.advance(86_400);
        }
        world.desk.resend(handle, &borrower(), Recipient::Patron).await.expect("a patron is named");
        run(&world.desk).await;
        let days =
            world.mail.taken().iter().map(|mail| mail.files[0].recalled_on).collect::<Vec<_>>();
        let first_day = world
            .stored(handle)
            .await
            .record
            .zone
            .date_at(world.desk.now().plus_seconds(-2 * 86_400));
        assert_eq!(days, [None, Some(first_day), Some(first_day), Some(first_day)]);
    });
}

/// Delays the notice to one address until it has sent `others` other notices.
#[derive(Debug)]
struct OneSlow {
    taken: Mutex<Vec<String>>,
    others: usize,
}

#[async_trait::async_trait]
impl Notifier for OneSlow {
    async fn notify(&self, dispatch: &OutgoingNotice) -> Result<(), NotifyError> {
        let taken = || self.taken.lock().expect("no test panics here");
        let mut polls = 0;
        if dispatch.title == "slow" {
            // Gives up if no other notice arrives in the meantime.
            std::future::poll_fn(|cx| {
                polls += 1;
                if taken().len() >= self.others || polls > 10_000 {
                    return std::task::Poll::Ready(());
                }
                cx.waker().wake_by_ref();
                std::task::Poll::Pending
            })
            .await;
        }
        taken().push(dispatch.id.clone());
        Ok(())
    }
}

#[test]
fn a_slow_notice_does_not_delay_others() {
    block_on(async {
        let world = World::new();
        let mut handles = Vec::new();
        for number in 0..20 {
            let mut request_facts = facts(&format!("r-{number}"), "CA-BVAU");
            if number == 0 {
                "slow".clone_into(&mut request_facts.title);
            }
            let status = Status::Pending;
            let synced = world
                .desk
                .sync(request_facts, status, crate::support::START)
                .await
                .expect("the update is accepted");
            let handle = synced.handle;
            let file = stream(&pdf(900));
            world.desk.upload(handle, &lender(), article(), file).await.expect("it is a PDF");
            world
                .desk
                .ship(handle, &lender(), Shipment::WithFiles)
                .await
                .expect("a file is attached");
            world.desk.receive(handle, &borrower()).await.expect("it is shipped");
            handles.push(handle);
        }
        let mail = Arc::new(OneSlow { taken: Mutex::default(), others: 19 });
        assert_eq!(run(&world.desk_with_notifier(mail.clone())).await, (20, 0, 0));
        let taken = mail.taken.lock().expect("no test panics here").clone();
        assert_eq!(taken.len(), 20);
        assert_eq!(taken[19], format!("{}.1", handles[0]), "the slow one came last");
    });
}

#[test]
fn the_notices_of_one_request_keep_their_order() {
    block_on(async {
        let world = World::slow();
        let (handle, token) = world.shipped(1).await;
        world.desk.claim(&token, &crate::support::by_ordinal(1)).await.expect("one is left");
        world.desk.receive(handle, &borrower()).await.expect("it is shipped");
        world.desk.ask(&token, FILE, "again").await.expect("the link is open");
        world.desk.grant(handle, &lender(), &grant(1)).await.expect("the profile allows it");
        world.desk.run_due().await.expect("the ledger answers");
        let numbers: Vec<u32> = world
            .mail
            .taken()
            .iter()
            .map(|mail| mail.id.rsplit('.').next().unwrap_or_default().parse().unwrap_or_default())
            .collect();
        assert!(numbers.len() >= 2 && numbers.is_sorted(), "{numbers:?}");
    });
}

/// Of two workers on one notice, the one whose lease has expired cannot record the result.
#[test]
fn a_worker_with_an_expired_lease_changes_nothing() {
    block_on(async {
        let world = World::new();
        let handle = received_request(&world).await;
        let now = world.clock.now();
        let first = world.ledger.lease(now, now.plus_seconds(900), 1).await;
        assert_eq!(first.expect("the ledger answers").len(), 1);
        assert_eq!(run(&world.desk).await, (0, 0, 0), "another one has it");
        world.clock.advance(900);
        assert_eq!(run(&world.desk).await, (1, 0, 0), "its lease ran out");
        assert_eq!(run(&world.desk).await, (0, 0, 0));
        assert!(matches!(state(&world, handle).await, NoticeState::Sent { .. }));
        assert_eq!(world.mail.taken().len(), 1);
    });
}

#[test]
fn a_notice_whose_result_is_not_recorded_is_sent_again_with_the_same_id() {
    block_on(async {
        let world = World::new();
        let handle = received_request(&world).await;
        // The commit that records the result.
        world.fail_commit(1, crate::wrappers::Fault::Refused(StoreErrorKind::Denied));
        let report = world.desk.run_due().await.expect("the ledger answers");
        assert_eq!((report.notices_sent, report.errors.len()), (0, 1));
        let failure = &report.errors[0];
        let reference = failure.reference.as_ref().expect("the request was read");
        let no = world.stored(handle).await.record.notices[0].no;
        assert_eq!((failure.handle, failure.work), (handle, DueWork::Notice(no)));
        let line = failure.to_string();
        let expected = [reference.as_str(), &handle.to_string(), "commit failed", "; check the "];
        expected.iter().for_each(|part| assert!(line.contains(part), "{part} in {line}"));
        world.clock.advance(900);
        assert_eq!(run(&world.desk).await, (1, 0, 0));
        let mails = world.mail.taken();
        assert_eq!((mails.len(), &mails[0].id), (2, &mails[1].id));
        assert!(matches!(state(&world, handle).await, NoticeState::Sent { .. }));
    });
}

#[test]
fn a_rejected_notice_is_reported_with_its_request_and_cause() {
    block_on(async {
        for (error, counts) in [
            (NotifyError::transient as fn(&'static str) -> NotifyError, (1, 0)),
            (NotifyError::permanent, (0, 1)),
        ] {
            let world = World::new();
            let handle = received_request(&world).await;
            let desk = world.desk_with_notifier(Arc::new(Refusing(error)));
            let report = desk.run_due().await.expect("the ledger answers");
            assert_eq!((report.notices_delayed, report.notices_ended), counts);
            assert!(report.errors.is_empty());
            let [failure] = &report.notice_failures[..] else { panic!("{report:?}") };
            let line = failure.to_string();
            let expected =
                ["could not send notice", &handle.to_string(), "smtp", "550 5.1.1 no such user"];
            expected.iter().for_each(|part| assert!(line.contains(part), "{part} in {line}"));
            assert!(!line.contains(PATRON_ADDRESS), "{line}");
        }
    });
}

/// A notifier whose mail server always responds with this error.
#[derive(Debug)]
struct Refusing(fn(&'static str) -> NotifyError);

#[async_trait::async_trait]
impl Notifier for Refusing {
    async fn notify(&self, _: &OutgoingNotice) -> Result<(), NotifyError> {
        Err(self.0("smtp").with_source("550 5.1.1 no such user"))
    }
}

#[test]
fn a_notice_is_leased_for_the_configured_time() {
    block_on(async {
        let mut world = World::new();
        let desk = Arc::into_inner(world.desk).expect("nobody else has it");
        world.desk = Arc::new(desk.with_lease_seconds(20));
        let handle = received_request(&world).await;
        // The process ends before it records the result.
        world.fail_commit(1, crate::wrappers::Fault::Refused(StoreErrorKind::Denied));
        let report = world.desk.run_due().await.expect("the ledger answers");
        assert_eq!(report.errors.len(), 1);
        world.clock.advance(19);
        assert_eq!(run(&world.desk).await, (0, 0, 0), "it is still held");
        world.clock.advance(1);
        assert_eq!(run(&world.desk).await, (1, 0, 0));
        assert!(matches!(state(&world, handle).await, NoticeState::Sent { .. }));
    });
}

#[test]
fn stored_json_round_trips() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(2).await;
        world.desk.receive(handle, &borrower()).await.expect("it is shipped");
        world.desk.claim(&token, &crate::support::by_key("k")).await.expect("two are left");
        world.desk.claim(&token, &crate::support::by_ordinal(1)).await.expect("one is left");
        world.desk.ask(&token, FILE, "the file broke").await.expect("the link is open");
        world.desk.run_due().await.expect("the ledger answers");
        world.desk.remove(handle, &lender(), FILE).await.expect("it exists");
        let stored = world.stored(handle).await;
        let record = serde_json::to_string(&stored.record).expect("a record is plain data");
        assert_eq!(
            serde_json::from_str::<DeliveryRecord>(&record).expect("it reads back"),
            stored.record
        );
        let usage = serde_json::to_string(&stored.usage).expect("a usage is plain data");
        assert_eq!(
            serde_json::from_str::<DeliveryUsage>(&usage).expect("it reads back"),
            stored.usage
        );
        let events = world.desk.events(handle, &lender(), None, 100).await;
        for event in events.expect("the ledger answers").into_iter().map(|e| e.event) {
            let text = serde_json::to_string(&event).expect("an event is plain data");
            assert_eq!(serde_json::from_str::<Event>(&text).expect(&text), event);
        }
    });
}

#[test]
fn stored_data_contains_no_tokens_and_no_addresses() {
    block_on(async {
        let world = World::new();
        let (handle, token) = world.shipped(1).await;
        world.desk.receive(handle, &borrower()).await.expect("it is shipped");
        let claimed = world.desk.claim(&token, &crate::support::by_key("key-of-caller")).await;
        let ticket = claimed.expect("one is left").ticket;
        world.desk.ask(&token, FILE, "").await.expect("the link is open");
        world.desk.run_due().await.expect("the ledger answers");
        world.desk.grant(handle, &lender(), &grant(1)).await.expect("the profile allows it");
        let stored = world.stored(handle).await;
        let events = world.desk.events(handle, &lender(), None, 100).await;
        let events: Vec<_> =
            events.expect("the ledger answers").into_iter().map(|e| e.event).collect();
        let text = [
            serde_json::to_string(&stored.record).expect("a record is plain data"),
            serde_json::to_string(&stored.usage).expect("a usage is plain data"),
            serde_json::to_string(&events).expect("events are plain data"),
        ]
        .concat();
        for secret in [&token, ticket.expose(), PATRON_ADDRESS, "Carla", "key-of-caller"] {
            assert!(!text.contains(secret), "{secret} is stored");
        }
    });
}

/// Ships a request to a library without an account and with these addresses.
async fn shipped_to(world: &World, emails: &str) -> (Desk, RequestHandle) {
    let desk = world.desk_with_addresses("CA-NBFU", emails);
    let handle = world.request_of("2026-00418", "CA-NBFU").await;
    desk.upload(handle, &lender(), article(), stream(&pdf(900))).await.expect("it is a PDF");
    desk.ship(handle, &lender(), Shipment::WithFiles).await.expect("a file is attached");
    (desk, handle)
}

fn recipients(world: &World) -> Vec<String> {
    world.mail.taken().iter().map(|mail| mail.address.as_str().to_owned()).collect()
}

#[test]
fn every_address_of_a_library_gets_the_notice() {
    block_on(async {
        let world = World::new();
        let (desk, handle) = shipped_to(&world, "ill@x.org; loans@y.org, desk@z.org").await;
        assert_eq!(run(&desk).await, (1, 0, 0));
        assert_eq!(recipients(&world), ["ill@x.org", "loans@y.org", "desk@z.org"]);
        let notice = world.stored(handle).await.record.notices[0].clone();
        assert!(matches!(notice.state, NoticeState::Sent { .. }));
        assert_eq!(notice.masked_address, "i****@x.org, l****@y.org, d****@z.org");
        let mails = world.mail.taken();
        assert!(mails[0].id != mails[1].id && mails[0].link.is_some());
    });
}

#[test]
fn one_failing_address_does_not_affect_the_others() {
    block_on(async {
        let world = World::new();
        let (desk, handle) = shipped_to(&world, "gone@x.org, full@y.org, ill@z.org").await;
        world.mail.refuse("gone@x.org");
        world.mail.defer("full@y.org");
        assert_eq!(run(&desk).await, (0, 1, 0), "one address is tried again");
        assert_eq!(recipients(&world), ["ill@z.org"]);
        world.mail.accept("full@y.org");
        world.mail.accept("gone@x.org");
        world.clock.advance(60);
        assert_eq!(run(&desk).await, (1, 0, 0));
        assert_eq!(recipients(&world), ["ill@z.org", "full@y.org"], "nobody gets it twice");
        let notice = world.stored(handle).await.record.notices[0].clone();
        let states: Vec<_> = notice.copies.iter().map(|copy| copy.state).collect();
        let refused = NoticeFailure::Refused;
        assert!(matches!(states[0], NoticeState::Failed { reason, .. } if reason == refused));
        assert!(matches!(states[1..], [NoticeState::Sent { .. }, NoticeState::Sent { .. }]));
        let stored = serde_json::to_string(&notice).expect("a notice is plain data");
        assert!(!stored.contains("gone@"), "{stored}");
    });
}

#[test]
fn a_notice_sent_to_one_address_has_not_failed_if_another_fails() {
    block_on(async {
        let world = World::new();
        let (desk, handle) = shipped_to(&world, "down@x.org, ill@z.org").await;
        world.mail.defer("down@x.org");
        for _ in 0..13 {
            assert_eq!(run(&desk).await, (0, 1, 0));
            world.clock.advance(43_200);
        }
        assert_eq!(run(&desk).await, (1, 0, 0), "it counts as sent, as it is stored");
        let notice = world.stored(handle).await.record.notices[0].clone();
        assert!(matches!(notice.state, NoticeState::Sent { .. }), "{:?}", notice.state);
        let given_up = NoticeFailure::TooManyTries;
        let state = notice.copies[0].state;
        assert!(matches!(state, NoticeState::Failed { reason, .. } if reason == given_up));
        assert_eq!(recipients(&world), ["ill@z.org"]);
    });
}

#[test]
fn an_invalid_stored_address_shows_as_the_reason() {
    block_on(async {
        let world = World::new();
        let (desk, handle) = shipped_to(&world, "bad").await;
        assert_eq!(run(&desk).await, (0, 0, 1));
        let NoticeState::Failed { reason, .. } = state(&world, handle).await else {
            panic!("nothing can be sent")
        };
        assert_eq!(reason, NoticeFailure::InvalidAddress);
        // The valid addresses among several are used.
        let world = World::new();
        let (desk, _) = shipped_to(&world, "bad; ill@z.org").await;
        assert_eq!(run(&desk).await, (1, 0, 0));
        assert_eq!(recipients(&world), ["ill@z.org"]);
    });
}
