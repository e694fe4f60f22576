//! Failed commits: the counts of a whole job stay exact, whichever commit fails.

use crate::support::{FILE, World, article, borrower, by_ordinal, grant, lender, pdf, stream};
use crate::wrappers::Fault;
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::notices::{NoticeKind, NoticeState};
use desktop_delivery::{Actor, Audience, Error, Shipment};
use futures_executor::block_on;
use std::collections::HashSet;

const FAULTS: [Fault; 5] = [
    Fault::Late,
    Fault::Lost(StoreErrorKind::Unavailable),
    Fault::Lost(StoreErrorKind::Unexpected),
    Fault::Refused(StoreErrorKind::Unavailable),
    Fault::Refused(StoreErrorKind::Denied),
];

/// Runs a step, and retries it once if it fails, as a person would.
async fn with_retry<T, F>(step: impl Fn() -> F) -> T
where
    F: Future<Output = Result<T, Error>>,
{
    match step().await {
        Ok(done) => done,
        Err(_) => step().await.expect("only one commit goes wrong"),
    }
}

/// Runs the whole job. Returns whether the fault occurred.
async fn job(world: &World) -> bool {
    let desk = &world.desk;
    let (by_lender, by_borrower) = (&lender(), &borrower());
    let handle = with_retry(|| {
        let news = crate::support::facts("2026-00417", "CA-BVAU");
        desk.sync(news, desktop_delivery::Status::Pending, crate::support::START)
    })
    .await
    .handle;
    with_retry(|| desk.upload(handle, by_lender, article(), stream(&pdf(900)))).await;
    with_retry(|| desk.ship(handle, by_lender, Shipment::WithFiles)).await;
    with_retry(|| desk.receive(handle, by_borrower)).await;
    let link = with_retry(|| desk.issue_link(handle, &Actor::Host, Audience::Patron)).await;
    let token = link.token.expose();
    let (more, sixth) = (&grant(2), &by_ordinal(6));
    for ordinal in 1..=5 {
        let request = &by_ordinal(ordinal);
        with_retry(|| desk.claim(token, request)).await;
    }
    with_retry(|| desk.ask(token, FILE, "the file broke")).await;
    with_retry(|| desk.grant(handle, by_lender, more)).await;
    let claimed = with_retry(|| desk.claim(token, sixth)).await;
    let opened = desk.open_ticket(claimed.ticket.expose()).await.expect("it is open");
    // The second try of a completed step reports that it is done.
    if let Err(Error::Store(_)) = desk.refund(&opened).await {
        desk.refund(&opened).await.expect("only one commit goes wrong");
    }
    for _ in 0..2 {
        desk.run_due().await.expect("the ledger answers");
        world.clock.advance(1_000);
    }
    let struck = world.faults.has_occurred();

    assert_eq!(world.used(handle).await, 5, "six counted, one given back");
    let stored = world.stored(handle).await;
    assert_eq!(stored.usage.budgets[0].granted, 2);
    assert_eq!(stored.usage.last_claim, 6);
    assert_eq!((stored.record.attachments.len(), stored.record.links.len()), (1, 1));
    let sent: HashSet<_> = world.mail.taken().iter().map(|mail| mail.kind).collect();
    // The extension was granted before the supplier was notified of the request.
    assert_eq!(sent, HashSet::from([NoticeKind::MoreGranted, NoticeKind::Received]));
    let states = stored.record.notices.iter().map(|notice| notice.state);
    assert_eq!(states.filter(|state| matches!(state, NoticeState::Sent { .. })).count(), 2);
    world.run_for(1).await;
    assert_eq!(world.blobs.keys().len(), 1, "nothing is left of a failed try");
    assert_eq!(world.ledger.outbox_len(), 0);
    struck
}

#[test]
fn counts_stay_exact_whichever_commit_fails() {
    for fault in FAULTS {
        for nth in 1.. {
            let world = World::new();
            world.fail_commit(nth, fault);
            if !block_on(job(&world)) {
                assert!(nth > 15, "the job has more commits than {nth}");
                break;
            }
        }
    }
}
