//! Due work: deletion of patron data, retries, and cleanup.

use crate::patrons_link::{DAY, FILE, kinds, shipped, sync};
use crate::support::{Bench, article};
use desktop_delivery::decide::{self, BeginUpload, Ship};
use desktop_delivery::ids::{BlobKey, NoticeNo};
use desktop_delivery::notices::{NoticeKind, Recipient};
use desktop_delivery::{Policy, Shipment, Terms};

#[test]
fn patron_data_is_deleted_with_the_last_file_and_not_restored_by_updates() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(40 * DAY);
    for _ in 0..2 {
        assert!(bench.delivery.record.due_at.is_some_and(|due| due <= bench.now));
        bench.run_due();
    }
    let record = &bench.delivery.record;
    assert_eq!(
        (&record.facts.patron, record.forgotten_at, record.due_at),
        (&None, Some(bench.now), None)
    );
    sync(&mut bench, |_| {}).expect("the update is accepted");
    bench.advance(1);
    sync(&mut bench, |update| update.facts.title = "On Ice Ages, part 1".to_owned())
        .expect("taken");
    assert_eq!(bench.delivery.record.facts.title, "On Ice Ages, part 1");
    assert_eq!(bench.delivery.record.facts.patron, None);
    bench.attach();
    bench.advance(1);
    sync(&mut bench, |_| {}).expect("the update is accepted");
    assert!(bench.delivery.record.facts.patron.is_some(), "something is kept for them again");
}

#[test]
fn patron_data_is_kept_while_something_is_pending() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.act(|d, c| decide::receive(d, true, c)).expect("it is shipped");
    bench.advance(40 * DAY);
    bench.run_due();
    bench.run_due();
    assert!(bench.delivery.record.facts.patron.is_some(), "their notice waits still");
}

#[test]
fn failed_work_is_retried_with_backoff() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.act(|d, c| decide::remove(d, FILE, c)).expect("it exists");
    let mut waits = Vec::new();
    for _ in 0..7 {
        bench.act(|d, c| Ok(decide::backoff(d, c))).expect("it is due");
        let due = bench.delivery.record.due_at.expect("bytes wait to go");
        waits.push(due.seconds_since(bench.now));
        bench.now = due;
    }
    assert_eq!(waits, [60, 300, 1_200, 3_600, 14_400, 43_200, 43_200]);
    bench.run_due();
    assert_eq!(bench.delivery.record.backoff, None);
}

#[test]
fn an_abandoned_upload_is_swept_once_it_can_no_longer_store_content() {
    let mut bench = Bench::new(Policy::illume());
    let begin = BeginUpload::new(article(), BlobKey::from_bytes([7; 16]));
    let upload = bench.act(|d, c| decide::begin_upload(d, &begin, c)).expect("it is pending");
    assert_eq!(bench.delivery.record.due_at, Some(upload.deadline));
    bench.now = upload.deadline;
    bench.run_due();
    assert!(bench.delivery.record.uploads.is_empty());
    assert_eq!(
        bench.delivery.record.pending_deletions.len(),
        1,
        "its last bytes may be on their way"
    );
    bench.now = upload.deadline.plus_seconds(3_600);
    assert_eq!(bench.delivery.record.due_at, Some(bench.now));
    bench.run_due();
    assert!(bench.delivery.record.pending_deletions.is_empty());
}

#[test]
fn an_upload_that_begins_again_with_its_key_keeps_one_place() {
    let mut bench = Bench::new(Policy::illume());
    let begin = BeginUpload::new(article(), BlobKey::from_bytes([7; 16]));
    let first = bench.act(|d, c| decide::begin_upload(d, &begin, c)).expect("it is pending");
    let before = bench.delivery.clone();
    let smaller = begin.clone().with_at_most(Some(500));
    let again = bench.act(|d, c| decide::begin_upload(d, &smaller, c)).expect("it has a place");
    assert_eq!(again, first);
    assert_eq!(bench.delivery.record, before.record);
    let other = BeginUpload::new(article(), BlobKey::from_bytes([8; 16]));
    let other = bench.act(|d, c| decide::begin_upload(d, &other, c)).expect("it is another one");
    assert_ne!(other.no, first.no);
}

#[test]
fn a_second_deletion_stays_pending_if_the_first_is_recorded_late() {
    let mut bench = Bench::new(Policy::illume());
    let begin = BeginUpload::new(article(), BlobKey::from_bytes([7; 16]));
    let upload = bench.act(|d, c| decide::begin_upload(d, &begin, c)).expect("it is pending");
    bench.act(|d, c| Ok(decide::expire(d, &[upload.no], c))).expect("its writer is gone");
    let deleted_at = bench.now;
    let gone: Vec<_> =
        decide::blobs_to_delete(&bench.delivery, deleted_at).map(|one| one.blob).collect();
    assert_eq!(gone, [upload.blob]);

    bench.now = upload.deadline.plus_seconds(3_600);
    bench
        .act(|d, c| Ok(decide::record_deleted(d, &gone, deleted_at, c)))
        .expect("deletions are recorded");
    let left: Vec<_> =
        decide::blobs_to_delete(&bench.delivery, bench.now).map(|one| one.blob).collect();
    assert_eq!(left, [upload.blob], "its writer may have stored bytes since");
    bench.run_due();
    assert!(bench.delivery.record.pending_deletions.is_empty());
}

#[test]
fn recipients_without_files_are_notified_when_a_file_is_attached() {
    let mut bench = Bench::new(Policy::illume());
    let ship = Ship::new(Shipment::WithoutFiles).with_notify_partner(true);
    bench.act(|d, c| decide::ship(d, &ship, c)).expect("it is deliberate");
    bench.act(|d, c| decide::receive(d, true, c)).expect("it is shipped");
    assert_eq!(kinds(&bench), []);
    bench.attach();
    let first = [
        (NoticeKind::Shipped, Recipient::Partner, None),
        (NoticeKind::Received, Recipient::Patron, None),
    ];
    assert_eq!(kinds(&bench), first);
    bench.attach();
    assert_eq!(kinds(&bench), first, "those that wait will list it");
    for notice in [1, 2].map(NoticeNo::new) {
        let outcome = desktop_delivery::notices::NoticeState::Sent { at: bench.now };
        let tried = decide::NoticeTry::new(notice, outcome);
        bench.act(|d, c| decide::record_notice(d, &tried, c)).expect("it waits");
    }
    bench.attach();
    assert_eq!(
        kinds(&bench)[2..],
        [
            (NoticeKind::Shipped, Recipient::Partner, Some(3)),
            (NoticeKind::Received, Recipient::Patron, Some(3)),
        ]
    );
}
