//! Uploads that fail: their places and quota are released soon.

use crate::support::{World, article, lender, pdf, refusal, stream};
use bytes::Bytes;
use desktop_delivery::blob::byte_channel;
use desktop_delivery::delivery::{HEARTBEAT_SECONDS, UPLOAD_LEASE_SECONDS};
use desktop_delivery::error::StoreErrorKind;
use desktop_delivery::policy::Quotas;
use desktop_delivery::{ByteStream, Desk, Error, Policy, Refusal, RequestHandle};
use futures_executor::block_on;
use futures_util::future::{BoxFuture, join_all};
use futures_util::{FutureExt as _, StreamExt as _, stream as streams};
use std::thread;

/// Returns a stream that starts and never ends.
fn endless() -> ByteStream {
    Box::pin(streams::iter([Ok(Bytes::from(pdf(1_000)))]).chain(streams::pending()))
}

/// Starts an upload that stays in progress.
fn begin<'a>(desk: &'a Desk, handle: RequestHandle) -> BoxFuture<'a, Result<(), Error>> {
    let mut upload =
        Box::pin(
            async move { desk.upload(handle, &lender(), article(), endless()).await.map(|_| ()) },
        );
    for _ in 0..1_000 {
        assert!((&mut upload).now_or_never().is_none(), "it never ends");
    }
    upload
}

fn quota(bytes: u64) -> Policy {
    let mut quotas = Quotas::default();
    quotas.supplier_bytes = Some(bytes);
    Policy::illume().with_quotas(quotas)
}

async fn uploads_in_progress(world: &World, handle: RequestHandle) -> usize {
    world.stored(handle).await.record.uploads.len()
}

#[test]
fn a_dropped_upload_is_abandoned_by_the_next_due_work_or_upload() {
    for by_upload in [false, true] {
        let world = World::slow();
        let handle = block_on(world.request());
        for _ in 0..20 {
            drop(begin(&world.desk, handle));
        }
        assert_eq!(
            block_on(uploads_in_progress(&world, handle)),
            1,
            "each gives up the one before"
        );
        block_on(async {
            if by_upload {
                let by = lender();
                let upload = world.desk.upload(handle, &by, article(), stream(&pdf(700)));
                upload.await.expect("there is room");
            } else {
                world.desk.run_due().await.expect("the ledger answers");
            }
        });
        assert_eq!(block_on(uploads_in_progress(&world, handle)), 0);
        block_on(world.desk.run_due()).expect("the ledger answers");
        assert_eq!(world.blobs.keys().len(), usize::from(by_upload));
    }
}

#[test]
fn a_dropped_upload_is_abandoned_even_if_the_ledger_fails_repeatedly() {
    let world = World::new();
    let handle = block_on(world.request());
    drop(begin(&world.desk, handle));
    for _ in 0..3 {
        // Each commit is tried twice.
        for _ in 0..2 {
            world.ledger.fail_next_commit(StoreErrorKind::Unavailable);
        }
        let report = block_on(world.desk.run_due()).expect("the ledger answers");
        assert_eq!(report.errors.len(), 1);
        assert_eq!(block_on(uploads_in_progress(&world, handle)), 1);
        world.clock.advance(1);
    }
    block_on(world.desk.run_due()).expect("the ledger answers");
    assert_eq!(block_on(uploads_in_progress(&world, handle)), 0);
}

#[test]
fn the_uploads_of_a_dead_process_are_released_when_its_lease_ends() {
    let world = World::with(quota(1_900_000_000));
    let handle = block_on(world.request());
    let (crashing, living) = (world.node(), world.node());
    block_on(crashing.beat()).expect("the registry answers");
    let uploads: Vec<_> = (0..15).map(|_| begin(&crashing, handle)).collect();
    // A crash: none of its code runs anymore, not even destructors.
    uploads.into_iter().for_each(std::mem::forget);
    drop(crashing);
    let lease = u64::try_from(UPLOAD_LEASE_SECONDS).expect("it is positive");
    for passed in (0..=lease).step_by(15) {
        block_on(living.beat()).expect("the registry answers");
        block_on(living.run_due()).expect("the ledger answers");
        let left = if passed < lease { 15 } else { 0 };
        assert_eq!(block_on(uploads_in_progress(&world, handle)), left, "after {passed} s");
        let (by, file) = (lender(), article().with_size(100_000_000));
        let refused = living.upload(handle, &by, file, endless()).now_or_never();
        if passed < lease {
            let refused = refused.expect("it is refused at once");
            assert_eq!(refusal(refused).code(), "over-quota", "after {passed} s");
        } else {
            assert!(refused.is_none(), "the quota is free again");
        }
        world.clock.advance(15);
    }
    // Even if one of them was still alive, the content it stored in the meantime is deleted.
    block_on(world.run_for(1));
    let stored = block_on(world.stored(handle));
    assert!(stored.record.pending_deletions.is_empty());
}

#[test]
fn a_long_upload_continues_while_its_process_lives_without_commits() {
    let world = World::new();
    let handle = block_on(world.request());
    let (own, other) = (world.node(), world.node());
    block_on(own.beat()).expect("the registry answers");
    let before = block_on(world.stored(handle)).revision;
    let (mut sender, bytes) = byte_channel();
    let by = lender();
    let mut upload = Box::pin(own.upload(handle, &by, article(), bytes));
    assert!((&mut upload).now_or_never().is_none());
    for _ in 0..240 {
        block_on(own.beat()).expect("the registry answers");
        for desk in [&own, &other] {
            let report = block_on(desk.run_due()).expect("the ledger answers");
            assert!(report.is_idle(), "{report:?}");
        }
        world.clock.advance(i64::try_from(HEARTBEAT_SECONDS).expect("it is small"));
    }
    assert_eq!(block_on(world.stored(handle)).revision, before + 1, "an hour later");
    block_on(sender.send(pdf(900).into())).expect("it is read");
    assert!((&mut upload).now_or_never().is_none());
    sender.finish();
    block_on(upload).expect("it is attached");
    assert_eq!(block_on(world.stored(handle)).revision, before + 2);
}

#[test]
fn due_work_behind_long_uploads_is_found() {
    let world = World::new();
    let own = world.node();
    block_on(own.beat()).expect("the registry answers");
    // More requests than one run handles, each due for an upload check.
    let uploads: Vec<_> = (0..300)
        .map(|no| {
            let handle = block_on(world.request_of(&format!("2026-1{no:04}"), "CA-BVAU"));
            begin(&own, handle)
        })
        .collect();
    world.clock.advance(UPLOAD_LEASE_SECONDS);
    block_on(own.beat()).expect("the registry answers");
    let late = block_on(world.request_of("2026-20000", "CA-BVAU"));
    block_on(world.desk.upload(late, &lender(), article(), stream(&pdf(900)))).expect("a PDF");
    block_on(world.desk.remove(late, &lender(), crate::support::FILE)).expect("it is there");
    for _ in 0..3 {
        block_on(own.run_due()).expect("the ledger answers");
    }
    assert!(
        block_on(world.stored(late)).record.pending_deletions.is_empty(),
        "its bytes are deleted"
    );
    assert_eq!(uploads.len(), 300);
}

#[test]
fn stopping_or_dropping_an_upload_releases_its_place() {
    let world = World::new();
    let handle = block_on(world.request());
    let (own, other) = (world.node(), world.node());
    for (stops, by_other) in [(true, true), (false, false)] {
        block_on(own.beat()).expect("the registry answers");
        let upload = begin(&own, handle);
        if stops {
            std::mem::forget(upload);
            block_on(own.stop_beating()).expect("the registry answers");
        } else {
            drop(upload);
        }
        world.clock.advance(UPLOAD_LEASE_SECONDS);
        let desk = if by_other { &other } else { &own };
        block_on(desk.run_due()).expect("the ledger answers");
        assert_eq!(block_on(uploads_in_progress(&world, handle)), 0, "{stops}");
    }
}

#[test]
fn without_heartbeats_the_deadline_applies() {
    let world = World::new();
    let handle = block_on(world.request());
    std::mem::forget(begin(&world.desk, handle));
    let other = world.node();
    block_on(other.beat()).expect("the registry answers");
    world.clock.advance(6 * 3_600 - 1);
    block_on(other.run_due()).expect("the ledger answers");
    assert_eq!(block_on(uploads_in_progress(&world, handle)), 1);
    world.clock.advance(1);
    block_on(other.run_due()).expect("the ledger answers");
    assert_eq!(block_on(uploads_in_progress(&world, handle)), 0);
}

#[test]
fn fifty_concurrent_uploads_to_one_request_are_all_attached() {
    for slow in [false, true] {
        let world = if slow { World::slow() } else { World::new() };
        let handle = block_on(world.request());
        let nodes: Vec<Desk> = (0..5).map(|_| world.node()).collect();
        // Five processes with ten uploads each.
        thread::scope(|scope| {
            for node in &nodes {
                scope.spawn(move || {
                    let upload = |_| async move {
                        let bytes = stream(&pdf(2_000));
                        node.upload(handle, &lender(), article(), bytes).await
                    };
                    for attached in block_on(join_all((0..10).map(upload))) {
                        attached.expect("it waits for its turn");
                    }
                });
            }
        });
        assert_eq!(block_on(world.stored(handle)).record.attachments.len(), 50);
    }
}

#[test]
fn never_fits_differs_from_over_quota() {
    let world = World::with(quota(2_000));
    let handle = block_on(world.request());
    let upload = |file, length| {
        let bytes = stream(&pdf(length));
        let outcome = block_on(world.desk.upload(handle, &lender(), file, bytes));
        outcome.map(|_| ()).map_err(|error| error.refusal().cloned().expect("it is a refusal"))
    };
    for file in [article().with_size(2_001), article()] {
        let refused = upload(file, 2_001).expect_err("it never fits");
        assert_eq!(refused, Refusal::NeverFits { limit: 2_000 });
        assert!(refused.remedy().contains("supplier_bytes"), "{}", refused.remedy());
        assert!(!refused.remedy().contains("wait"), "{}", refused.remedy());
    }
    // Without a stated length, although the largest file would exceed the quota.
    upload(article(), 1_500).expect("it fits");
    upload(article(), 400).expect("it fits into what is left");
    for (file, length) in [(article().with_size(200), 200), (article(), 200)] {
        let refused = upload(file, length).expect_err("it does not fit now");
        assert!(
            matches!(refused, Refusal::OverQuota { used: 1_900, limit: 2_000, frees_at: None, .. }),
            "{refused:?}"
        );
        assert!(refused.remedy().contains("supplier_bytes"), "{}", refused.remedy());
        assert!(!refused.remedy().contains("wait"), "{}", refused.remedy());
    }
    assert_eq!(upload(article(), 2_001), Err(Refusal::NeverFits { limit: 2_000 }));
    upload(article().with_size(100), 100).expect("it fits exactly");
    // Even with no quota left, a file that could never fit has its own refusal.
    assert_eq!(upload(article(), 2_001), Err(Refusal::NeverFits { limit: 2_000 }));
    let refused = upload(article(), 200).expect_err("it does not fit now");
    assert_eq!(refused.code(), "over-quota");
    assert_eq!(block_on(world.stored(handle)).record.attachments.len(), 3);
}

#[test]
fn an_upload_whose_sender_disappears_attaches_nothing() {
    let world = World::new();
    let handle = block_on(world.request());
    let (mut sender, bytes) = byte_channel();
    let produce = async move {
        sender.send(pdf(900).into()).await.expect("it is read");
        // The sender disappears here.
    };
    let by = lender();
    let upload = world.desk.upload(handle, &by, article(), bytes);
    let (attached, ()) = block_on(futures_util::future::join(upload, produce));
    match attached {
        Err(Error::Store(error)) => assert_eq!(error.kind(), StoreErrorKind::Interrupted),
        other => panic!("{other:?}"),
    }
    let stored = block_on(world.stored(handle));
    assert!(stored.record.attachments.is_empty() && stored.record.uploads.is_empty());
}
