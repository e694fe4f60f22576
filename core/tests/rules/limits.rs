//! The limits of a profile for bytes, files, days and notices, and the charges.

use crate::support::{Bench, START, agency, article};
use desktop_delivery::blob::Stored;
use desktop_delivery::content::{FileContent, FileKind};
use desktop_delivery::decide::{
    self, BeginUpload, ClaimCommand, NoticeTry, Quota, Ship, StoredUpload,
};
use desktop_delivery::delivery::{ClaimIdentity, Expiry, ReplaceReason};
use desktop_delivery::desk::{Grant, TermsChange};
use desktop_delivery::error::Limit;
use desktop_delivery::events::EventKind;
use desktop_delivery::ids::{Digest, LinkNo, NoticeNo, UploadNo};
use desktop_delivery::notices::NoticeState;
use desktop_delivery::{AttachmentNo, Audience, NewFile, Policy, Refusal, Shipment, Terms, Zone};

const FILE: AttachmentNo = AttachmentNo::new(1);
const DAY: i64 = 86_400;

fn begin(bench: &mut Bench, file: NewFile) -> Result<UploadNo, Refusal> {
    let begin = BeginUpload::new(file, bench.blob());
    bench.act(|d, c| decide::begin_upload(d, &begin, c)).map(|upload| upload.no)
}

fn settle(bench: &mut Bench, upload: UploadNo, size: u64) -> Result<AttachmentNo, Refusal> {
    let stored = Stored { size, digest: Digest::from_bytes([9; 32]) };
    let settled = StoredUpload::new(upload, stored, FileContent::of(FileKind::Pdf));
    bench.act(|d, c| decide::attach(d, &settled, c)).map(|(no, _)| no)
}

fn charged(bench: &Bench) -> Vec<(&'static str, i64, Option<u64>)> {
    let charges = bench.charges.iter();
    let name = |quota: &Quota| match quota {
        Quota::SupplierBytes { agency: a } if *a == agency("CA-OTU") => "bytes",
        Quota::SupplierUploads { .. } => "uploads",
        Quota::PatronClaims { .. } => "claims",
        _ => "something else",
    };
    charges.map(|charge| (name(&charge.quota), charge.amount, charge.limit)).collect()
}

#[test]
fn a_file_may_be_as_large_as_the_profile_says_and_no_larger() {
    let mut bench = Bench::new(Policy::illume().with_max_file_bytes(1_000));
    let refused = begin(&mut bench, article().with_size(1_001));
    assert_eq!(refused, Err(Refusal::TooLarge { limit: 1_000 }));
    let upload = begin(&mut bench, article().with_size(1_000)).expect("it is small enough");
    assert_eq!(settle(&mut bench, upload, 1_001), Err(Refusal::TooLarge { limit: 1_000 }));
    assert_eq!(settle(&mut bench, upload, 1_000), Ok(FILE));
    assert_eq!(settle(&mut bench, upload, 1_000), Err(Refusal::Stale), "it is settled");
}

#[test]
fn uploads_in_progress_count_as_attachments_and_replacements_do_not() {
    let mut policy = Policy::illume();
    policy.max_attachments = 2;
    let mut bench = Bench::new(policy);
    bench.attach();
    begin(&mut bench, article()).expect("two are allowed");
    let refusal = Refusal::OverLimit { what: Limit::Attachments, limit: 2 };
    assert_eq!(begin(&mut bench, article()), Err(refusal));
    let replacement = article().replacing(FILE, ReplaceReason::MissingPages);
    assert!(begin(&mut bench, replacement).is_ok());
    bench.act(|d, c| decide::remove(d, FILE, c)).expect("it exists");
    begin(&mut bench, article()).expect("what is removed makes room");
}

#[test]
fn bytes_are_reserved_settled_and_refunded() {
    let mut policy = Policy::illume().with_max_file_bytes(5_000);
    policy.quotas.supplier_bytes = Some(90_000);
    policy.quotas.supplier_uploads_per_day = Some(7);
    let mut bench = Bench::new(policy);
    let unmeasured = NewFile::new(article().file_name);
    let upload = begin(&mut bench, unmeasured).expect("it is allowed");
    assert_eq!(charged(&bench), [("bytes", 5_000, Some(90_000)), ("uploads", 1, Some(7))]);
    settle(&mut bench, upload, 1_200).expect("it is small enough");
    assert_eq!(charged(&bench), [("bytes", -3_800, None)]);
    bench.act(|d, c| decide::remove(d, FILE, c)).expect("it exists");
    bench.run_due();
    assert_eq!(charged(&bench), [("bytes", -1_200, None)]);
    let given_up = begin(&mut bench, article().with_size(70)).expect("it is allowed");
    bench.act(|d, c| decide::give_up_upload(d, given_up, c)).expect("it may be");
    assert_eq!(charged(&bench), [("bytes", -70, None)], "at once");
    bench.run_due();
    assert_eq!(charged(&bench), [], "and once");
}

#[test]
fn only_a_patrons_claims_count_for_the_patrons_day() {
    let mut policy = Policy::illume();
    policy.quotas.patron_claims_per_day = Some(20);
    let mut bench = Bench::new(policy);
    bench.attach();
    bench.ship();
    for (no, audience, charges) in [
        (1, Audience::Partner, vec![]),
        (2, Audience::RequesterStaff, vec![]),
        (3, Audience::Patron, vec![("claims", 1, Some(20))]),
    ] {
        bench.act(|d, c| decide::issue_link(d, audience, c)).expect("it is shipped");
        let (link, identity) = (LinkNo::new(no), ClaimIdentity::Ordinal(1));
        let command = ClaimCommand::new(link, FILE, identity).with_acknowledged(true);
        bench.act(|d, c| decide::claim(d, &command, c)).expect("five are left");
        assert_eq!(charged(&bench), charges, "{audience:?}");
    }
}

#[test]
fn terms_are_within_the_profile_and_end_after_they_begin() {
    let last = START.as_seconds() / DAY * DAY + 91 * DAY;
    let at = |seconds| Expiry::At(START.plus_seconds(seconds - START.as_seconds()));
    let fine = [
        Terms::new(1, 0),
        Terms::new(5, 90),
        Terms::new(5, 1).with_expiry(at(last)),
        Terms::new(5, 1).with_expiry(at(last)).with_not_before(START.plus_days(9)),
    ];
    let wrong = [
        Terms::new(0, 1),
        Terms::new(6, 1),
        Terms::new(1, 91),
        Terms::new(5, 1).with_expiry(at(last + 1)),
        Terms::new(5, 1).with_expiry(at(last)).with_not_before(START.plus_days(200)),
        Terms::new(5, 1)
            .with_expiry(at(last))
            .with_not_before(START.plus_seconds(last - START.as_seconds())),
    ];
    for (terms, is_fine) in fine.map(|t| (t, true)).into_iter().chain(wrong.map(|t| (t, false))) {
        let mut bench = Bench::new(Policy::illume());
        assert_eq!(begin(&mut bench, article().with_terms(terms)).is_ok(), is_fine, "{terms:?}");
        bench.attach();
        bench.ship();
        let change = TermsChange::new(FILE, terms, "as agreed");
        let changed = bench.act(|d, c| decide::change_terms(d, &change, c));
        assert_eq!(changed.is_ok(), is_fine, "{terms:?}");
    }
}

#[test]
fn the_days_of_a_file_attached_after_shipping_run_from_its_upload() {
    let mut bench = Bench::new(Policy::illume());
    bench.ship();
    bench.advance(5 * DAY);
    bench.attach();
    let attachment = &bench.delivery.record.attachments[0];
    assert_eq!(attachment.shipped_at, Some(bench.now));
    assert!(attachment.expires_at > Some(bench.now.plus_days(90)));
}

#[test]
fn an_order_must_list_every_kept_file_once() {
    let mut bench = Bench::new(Policy::illume());
    for _ in 0..4 {
        bench.attach();
    }
    bench.act(|d, c| decide::remove(d, FILE, c)).expect("it exists");
    let named =
        |numbers: &[u16]| -> Vec<_> { numbers.iter().map(|no| AttachmentNo::new(*no)).collect() };
    for wrong in [vec![4, 3], vec![4, 3, 2, 1], vec![4, 3, 3], vec![5, 4, 3, 2], vec![]] {
        let done = bench.act(|d, c| decide::reorder(d, &named(&wrong), c));
        assert_eq!(done, Err(Refusal::Stale), "{wrong:?}");
    }
    bench.act(|d, c| decide::reorder(d, &named(&[4, 2, 3]), c)).expect("each is named once");
    let order: Vec<_> = bench.delivery.record.attachments.iter().map(|a| a.no).collect();
    assert_eq!(order, named(&[4, 2, 3]));
}

#[test]
fn removed_and_purged_files_lose_their_extension_requests() {
    for purges in [false, true] {
        let mut bench = Bench::new(Policy::illume());
        bench.attach();
        bench.upload(article().with_terms(Terms::new(1, 0))).expect("it is allowed");
        bench.ship();
        let link = bench.act(|d, c| decide::issue_link(d, Audience::Patron, c)).expect("shipped");
        let second = AttachmentNo::new(2);
        for file in [FILE, second] {
            bench.act(|d, c| decide::ask(d, link, file, "", c)).expect("it is open");
        }
        if purges {
            bench.advance(32 * DAY);
            bench.run_due();
        } else {
            bench.act(|d, c| decide::remove(d, second, c)).expect("it exists");
        }
        let left: Vec<_> =
            bench.delivery.record.extension_requests.iter().map(|ask| ask.attachment).collect();
        assert_eq!(left, [FILE], "purges: {purges}");
    }
}

#[test]
fn shipping_declines_a_cancellation_request_and_is_recorded() {
    let mut bench = Bench::new(Policy::illume());
    bench.attach();
    bench.act(decide::request_cancel).expect("it is pending");
    bench.ship();
    assert!(bench.events.contains(&EventKind::CancelAnswered { accepted: false }));
}

#[test]
fn the_end_of_terms_is_recorded_once() {
    let mut bench = Bench::new(Policy::illume());
    bench.upload(article().with_terms(Terms::new(1, 0))).expect("it is allowed");
    bench.ship();
    bench.advance(DAY);
    for _ in 0..3 {
        bench.run_due();
        bench.advance(1);
    }
    let ends = bench.events.iter().filter(|what| matches!(what, EventKind::Expired { .. }));
    assert_eq!(ends.count(), 1);
}

#[test]
fn a_link_that_ends_soon_is_replaced() {
    let mut bench = Bench::new(Policy::illume());
    let mut issue = |days| {
        bench.advance(days * DAY);
        bench.act(|d, c| decide::issue_link(d, Audience::Patron, c)).expect("it is pending").get()
    };
    assert_eq!([issue(0), issue(200), issue(1), issue(200)], [1, 1, 2, 2]);
}

/// Creates a shipped request with two files, and requests extensions of the first.
fn with_extension_request(bench: &mut Bench) -> LinkNo {
    bench.attach();
    bench.attach();
    bench.ship();
    let link = bench.act(|d, c| decide::issue_link(d, Audience::Patron, c)).expect("shipped");
    bench.act(|d, c| decide::ask(d, link, FILE, "", c)).expect("it is open");
    link
}

fn are_current(bench: &Bench) -> Vec<bool> {
    let record = &bench.delivery.record;
    let holds = |notice| decide::notice_still_holds(record, notice, bench.now);
    record.notices.iter().map(holds).collect()
}

fn grant(bench: &mut Bench) {
    let grant = Grant::new(FILE, Audience::Patron).with_downloads(1);
    bench.act(|d, c| decide::grant(d, &grant, c)).expect("it is allowed");
}

#[test]
fn a_notice_is_current_only_for_its_file_and_its_request() {
    let mut bench = Bench::new(Policy::illume());
    let link = with_extension_request(&mut bench);
    assert_eq!(are_current(&bench), [true]);
    bench.advance(1);
    grant(&mut bench);
    assert_eq!(are_current(&bench), [false, true], "the extension was granted");
    bench.advance(1);
    bench.act(|d, c| decide::ask(d, link, FILE, "", c)).expect("it is open");
    assert_eq!(are_current(&bench), [false, true, true], "a new request has its own notice");
    bench.act(|d, c| decide::remove(d, FILE, c)).expect("it exists");
    assert_eq!(are_current(&bench), [false, false, false], "another file is no reason to write");
}

#[test]
fn a_finished_notice_does_not_change() {
    let mut bench = Bench::new(Policy::illume());
    with_extension_request(&mut bench);
    let sent = NoticeState::Sent { at: bench.now };
    for outcome in [sent, NoticeState::Waiting { tries: 0 }, NoticeState::Skipped { at: START }] {
        let tried = NoticeTry::new(NoticeNo::new(1), outcome);
        let recorded = bench.act(|d, c| decide::record_notice(d, &tried, c));
        let recorded = recorded.expect("the notice is there");
        assert_eq!((recorded.state, recorded.retry_at), (sent, None));
        assert_eq!(bench.delivery.record.notices[0].state, sent);
    }
}

#[test]
fn a_request_keeps_its_last_and_all_pending_notices() {
    let mut bench = Bench::new(Policy::illume().with_max_granted(1_000));
    let link = with_extension_request(&mut bench);
    for _ in 0..200 {
        bench.advance(1);
        grant(&mut bench);
        bench.act(|d, c| decide::ask(d, link, FILE, "", c)).expect("it is open");
        let newest = bench.delivery.record.last_notice;
        for notice in [newest - 1, newest - 2].into_iter().filter(|no| *no > 1) {
            let outcome = NoticeState::Skipped { at: bench.now };
            let tried = NoticeTry::new(NoticeNo::new(notice), outcome);
            bench.act(|d, c| decide::record_notice(d, &tried, c)).expect("it is kept");
        }
    }
    let notices = &bench.delivery.record.notices;
    assert_eq!((notices.len(), notices[0].no), (10, NoticeNo::new(1)), "the first waits still");
    assert_eq!(notices[9].no.get(), bench.delivery.record.last_notice);
}

#[test]
fn a_past_last_day_is_refused_everywhere() {
    let zone = Zone::new("America/Vancouver").expect("it is known");
    let mut bench = Bench::new(Policy::illume());
    bench.delivery.record.zone = zone.clone();
    let today = zone.end_of_date(zone.date_at(bench.now));
    let yesterday = today.plus_days(-1);
    let past = Err(Refusal::PastEnd { end: yesterday });
    let until = |end| Terms::new(5, 1).with_expiry(Expiry::At(end));
    assert_eq!(bench.upload(article().with_terms(until(yesterday))).map(|_| ()), past);
    let no = bench.upload(article().with_terms(until(today))).expect("today is not over");
    let change = |bench: &mut Bench, terms| {
        let change = TermsChange::new(no, terms, "");
        bench.act(|d, c| decide::change_terms(d, &change, c)).map(|_| ())
    };
    assert_eq!(change(&mut bench, until(yesterday)), past);
    bench.advance(86_400);
    // The day was in the future when entered, and is now past.
    let ship = Ship::new(Shipment::WithoutFiles);
    let shipped = bench.act(|d, c| decide::ship(d, &ship, c));
    assert_eq!(shipped, Err(Refusal::PastEnd { end: today }));
    change(&mut bench, Terms::new(5, 2)).expect("days run from shipping");
    bench.ship();
    bench.advance(2 * 86_400);
    let ends = bench.delivery.record.attachments[0].expires_at.expect("it is shipped");
    assert!(matches!(change(&mut bench, Terms::new(5, 1)), Err(Refusal::PastEnd { .. })));
    bench.advance(86_400);
    assert!(ends <= bench.now);
    // Other terms of an expired file can still be changed.
    assert_eq!(change(&mut bench, Terms::new(4, 2)), Ok(()));
    let more = Grant::new(no, Audience::Patron).with_days(Some(0));
    assert_eq!(bench.act(|d, c| decide::grant(d, &more, c)), Ok(()), "until the end of today");
}
