//! Cancelled calls: a future dropped at any await leaves its work complete or undone.

use crate::support::{
    FILE, START, World, article, borrower, by_key, by_ordinal, facts, grant, lender, pdf, stream,
};
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::desk::TermsChange;
use desktop_delivery::{Actor, Audience, Error, RequestHandle, Shipment, Status, Terms};
use futures_executor::block_on;
use futures_util::future::BoxFuture;
use futures_util::task::noop_waker;
use std::pin::pin;
use std::task::Context;

/// A use case, called with the world, a shipped request and its patron's token.
type UseCase = for<'a> fn(&'a World, RequestHandle, &'a str) -> BoxFuture<'a, Result<(), Error>>;
/// Checks the state after the use case ran once or twice.
type Done = fn(&desktop_delivery::delivery::Delivery) -> bool;

fn budget(delivery: &desktop_delivery::delivery::Delivery) -> (u32, u32) {
    let budgets = delivery.usage.budgets.iter();
    budgets.fold((0, 0), |(used, granted), b| (used + b.used, granted + b.granted))
}

fn use_cases() -> Vec<(&'static str, UseCase, Done)> {
    vec![
        (
            "sync",
            |w, _, _| {
                Box::pin(async move {
                    let news = facts("2026-00417", "CA-BVAU").with_source("Ice 12 (2019) 3-12");
                    w.desk.sync(news, Status::Received, START.plus_seconds(1)).await.map(|_| ())
                })
            },
            |d| d.record.status == Status::Received && d.record.notices.len() == 1,
        ),
        (
            "upload",
            |w, h, _| {
                Box::pin(async move {
                    let bytes = stream(&pdf(2_500));
                    w.desk.upload(h, &lender(), article(), bytes).await.map(|_| ())
                })
            },
            |d| (2..=3).contains(&d.record.attachments.len()),
        ),
        (
            "replace",
            |w, h, _| {
                Box::pin(async move {
                    let file = article().replacing(FILE, ReplaceReason::Unreadable);
                    w.desk.upload(h, &lender(), file, stream(&pdf(2_500))).await.map(|_| ())
                })
            },
            |d| (2..=3).contains(&d.record.attachments[0].current().no.get()),
        ),
        (
            "ship",
            |w, _, _| {
                Box::pin(async move {
                    let handle = w.request_of("2026-00418", "CA-NBFU").await;
                    w.desk.ship(handle, &lender(), Shipment::WithoutFiles).await?;
                    let stored = w.stored(handle).await;
                    // The partner is notified once, as soon as a file is attached.
                    assert_eq!(
                        (stored.record.status, stored.record.pending_recipients.len()),
                        (Status::Shipped, 1)
                    );
                    Ok(())
                })
            },
            |_| true,
        ),
        (
            "describe",
            |w, h, _| Box::pin(async move { w.desk.describe(h, &lender(), FILE, "part 2").await }),
            |d| d.record.attachments[0].description == "part 2",
        ),
        (
            "revoke_link",
            |w, h, _| {
                Box::pin(async move {
                    let link = w.stored(h).await.record.links[0].no;
                    w.desk.revoke_link(h, &lender(), link).await
                })
            },
            |d| d.record.links[0].revoked_at.is_some(),
        ),
        (
            "request_cancel",
            |w, h, _| Box::pin(async move { w.desk.request_cancel(h, &borrower()).await }),
            |d| d.record.cancel_requested_at.is_some() && d.record.notices.len() == 1,
        ),
        (
            "receive",
            |w, h, _| Box::pin(async move { w.desk.receive(h, &borrower()).await }),
            |d| d.record.status == Status::Received && d.record.notices.len() == 1,
        ),
        (
            "issue_link",
            |w, h, _| {
                Box::pin(async move {
                    let link = w.desk.issue_link(h, &Actor::Host, Audience::Partner).await;
                    link.map(|_| ())
                })
            },
            |d| d.record.links.len() == 2,
        ),
        (
            "claim from a page",
            |w, _, t| Box::pin(async move { w.desk.claim(t, &by_ordinal(1)).await.map(|_| ()) }),
            |d| budget(d) == (1, 0) && d.usage.claims.len() == 1,
        ),
        (
            "claim by key",
            |w, _, t| Box::pin(async move { w.desk.claim(t, &by_key("k-1")).await.map(|_| ()) }),
            |d| budget(d) == (1, 0) && d.usage.claims.len() == 1,
        ),
        (
            "claim as staff",
            |w, h, _| {
                Box::pin(async move {
                    let claimed = w.desk.claim_as_staff(h, &borrower(), &by_key("k-1")).await;
                    claimed.map(|_| ())
                })
            },
            |d| budget(d) == (1, 0) && d.usage.claims.len() == 1,
        ),
        (
            "ask",
            |w, _, t| Box::pin(async move { w.desk.ask(t, FILE, "the file broke").await }),
            |d| d.record.extension_requests.len() == 1 && d.record.notices.len() == 1,
        ),
        (
            "grant",
            |w, h, _| Box::pin(async move { w.desk.grant(h, &lender(), &grant(1)).await }),
            // The caller does not learn whether the first grant was stored, and repeats it.
            |d| (1..=2).contains(&budget(d).1),
        ),
        (
            "change_terms",
            |w, h, _| {
                Box::pin(async move {
                    let (terms, why) = (Terms::new(2, 7), "as agreed".to_owned());
                    let change = TermsChange::new(FILE, terms, why);
                    w.desk.change_terms(h, &lender(), &change).await.map(|_| ())
                })
            },
            |d| d.record.attachments[0].terms == Terms::new(2, 7),
        ),
        (
            "remove",
            |w, h, _| Box::pin(async move { w.desk.remove(h, &lender(), FILE).await }),
            |d| {
                d.record.live_attachments().next().is_none()
                    && d.record.pending_deletions.len() == 1
            },
        ),
        (
            "run_due",
            |w, _, _| Box::pin(async move { w.desk.run_due().await.map(|_| ()) }),
            |_| true,
        ),
    ]
}

/// Polls a future this many times, then drops it. Returns whether it had completed.
fn poll_and_drop(future: BoxFuture<'_, Result<(), Error>>, times: usize) -> bool {
    let waker = noop_waker();
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    (0..times).any(|_| future.as_mut().poll(&mut context).is_ready())
}

#[test]
fn a_dropped_use_case_is_complete_or_absent_and_can_be_repeated() {
    for (name, use_case, is_done) in use_cases() {
        for times in 0.. {
            let world = World::slow();
            let (handle, token) = block_on(world.shipped(5));
            let before = block_on(world.stored(handle));
            let ended = poll_and_drop(use_case(&world, handle, &token), times);
            let after = block_on(world.stored(handle));
            // At most one commit lies between the steps of an upload or of a staff claim.
            let steps = after.revision - before.revision;
            assert!(steps <= 2, "{name} after {times} polls: {steps} commits");
            block_on(use_case(&world, handle, &token)).expect("it can be repeated");
            let stored = block_on(world.stored(handle));
            assert!(is_done(&stored), "{name} after {times} polls: {stored:#?}");
            check_no_leftovers(&world, handle, name, times);
            if ended {
                assert!(times > 1, "{name} never waited");
                break;
            }
        }
    }
}

/// Checks that a day later no upload is in progress, and every stored byte belongs to an
/// attachment.
fn check_no_leftovers(world: &World, handle: RequestHandle, name: &str, times: usize) {
    block_on(world.run_for(1));
    let stored = block_on(world.stored(handle));
    assert!(stored.record.uploads.is_empty(), "{name} after {times} polls");
    assert!(stored.record.pending_deletions.is_empty(), "{name} after {times} polls");
    let mut kept: Vec<_> = stored.record.live_attachments().map(|a| a.current().blob).collect();
    kept.sort_unstable();
    assert_eq!(world.blobs.keys(), kept, "{name} after {times} polls");
    assert_eq!(world.ledger.outbox_len(), 0, "{name} after {times} polls");
}

#[test]
fn a_notice_is_sent_even_if_its_worker_disappears() {
    for times in 0.. {
        let world = World::slow();
        let (handle, _) = block_on(world.shipped(5));
        block_on(world.desk.receive(handle, &borrower())).expect("it is shipped");
        let run = Box::pin(async { world.desk.run_due().await.map(|_| ()) });
        let ended = poll_and_drop(run, times);
        block_on(world.run_for(1));
        let mails = world.mail.taken();
        assert!((1..=2).contains(&mails.len()), "after {times} polls: {}", mails.len());
        assert!(mails.iter().all(|mail| mail.id == mails[0].id), "a repeat can be recognized");
        if ended {
            assert_eq!(mails.len(), 1);
            break;
        }
    }
}
