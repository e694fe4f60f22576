//! A request with a long history is as small and as fast as a new one.

use crate::patrons_link::{DAY, FILE, LINK, claim, shipped, sync};
use crate::support::{Bench, article};
use desktop_delivery::decide::{self, NoticeTry, Resend};
use desktop_delivery::delivery::{ProblemKind, ReplaceReason};
use desktop_delivery::error::Limit;
use desktop_delivery::events::EventKind;
use desktop_delivery::ids::{LinkNo, VersionNo};
use desktop_delivery::notices::{NoticeKind, NoticeState, Recipient};
use desktop_delivery::time::MAX_CLOCK_SKEW_SECONDS;
use desktop_delivery::{AttachmentNo, Audience, PatronId, Policy, Refusal, Terms};

const PARTS: [ReplaceReason; 3] =
    [ReplaceReason::MissingPages, ReplaceReason::WrongDocument, ReplaceReason::Other];

/// Returns the size of the stored record in bytes.
fn stored(bench: &Bench) -> usize {
    let text = |json: serde_json::Result<String>| json.expect("it can be written").len();
    let delivery = &bench.delivery;
    text(serde_json::to_string(&delivery.record)) + text(serde_json::to_string(&delivery.usage))
}

fn replace(bench: &mut Bench, no: AttachmentNo, reason: ReplaceReason) {
    let file = article().replacing(no, reason);
    assert_eq!(bench.upload(file), Ok(no));
}

/// Creates a shipped and received request with this many files, whose patron was notified.
fn received(files: u16) -> Bench {
    let mut bench = Bench::new(Policy::recommended());
    for _ in 0..files {
        bench.attach();
    }
    bench.ship();
    bench.act(|d, c| decide::receive(d, true, c)).expect("it is shipped");
    send_all(&mut bench);
    claim(&mut bench, 1).expect("five are left");
    bench
}

/// Sends all pending notices, like a worker.
fn send_all(bench: &mut Bench) {
    let waiting = bench.delivery.record.notices.clone();
    for notice in waiting.iter().filter(|n| matches!(n.state, NoticeState::Waiting { .. })) {
        let outcome = NoticeState::Sent { at: bench.now };
        let tried = NoticeTry::new(notice.no, outcome)
            .with_masked_address("c****@example.org".to_owned())
            .with_renewed(notice.renewed);
        bench.act(|d, c| decide::record_notice(d, &tried, c)).expect("it is kept");
    }
}

#[test]
fn of_a_thousand_versions_only_the_current_one_is_kept() {
    let mut fresh = received(1);
    replace(&mut fresh, FILE, ReplaceReason::Other);
    fresh.run_due();
    let mut old = received(1);
    for n in 0..999_u32 {
        old.advance(3_600);
        replace(&mut old, FILE, PARTS[n as usize % 3]);
        if n % 7 == 0 {
            claim(&mut old, n / 7 + 2).expect("each version has its own five");
            let note = format!("page {n}");
            let kind = ProblemKind::MissingPage;
            old.act(|d, c| decide::report_problem(d, FILE, kind, &note, c)).expect("shipped");
            old.act(|d, c| decide::answer_problem(d, FILE, "see the next one", c)).expect("open");
        }
        old.run_due();
        send_all(&mut old);
    }
    assert_eq!(old.delivery.record.attachments[0].current().no, VersionNo::new(1_000));
    let refused = old.upload(article().replacing(FILE, ReplaceReason::Other));
    assert_eq!(refused, Err(Refusal::OverLimit { what: Limit::Versions, limit: 1_000 }));
    old.act(|d, c| decide::give_up_upload(d, d.record.uploads[0].no, c)).expect("it is the host");
    old.run_due();
    let (fresh, old) = (stored(&fresh), stored(&old));
    assert!(old <= 2 * fresh, "{old} bytes beside {fresh}");
}

#[test]
fn fifty_files_of_many_versions_are_stored_as_fifty_files() {
    let fresh = received(50);
    let mut old = received(50);
    for n in 0..28_u16 {
        for no in 1..=50 {
            replace(&mut old, AttachmentNo::new(no), PARTS[usize::from(n) % 3]);
        }
        old.advance(60);
        old.run_due();
        send_all(&mut old);
    }
    old.advance(DAY);
    old.run_due();
    let (fresh, old) = (stored(&fresh), stored(&old));
    assert!(old <= 2 * fresh, "{old} bytes beside {fresh}");
}

#[test]
fn removed_files_leave_only_their_numbers() {
    let fresh = stored(&received(2));
    let mut bench = received(1);
    for _ in 0..300 {
        let no = bench.attach();
        bench.act(|d, c| decide::remove(d, no, c)).expect("it is attached");
        bench.run_due();
        send_all(&mut bench);
    }
    let next = bench.attach();
    assert_eq!(next, AttachmentNo::new(302), "no number is given twice");
    let gone = |bench: &mut Bench, no| bench.act(|d, c| decide::remove(d, no, c));
    assert_eq!(gone(&mut bench, AttachmentNo::new(301)), Ok(()), "removed twice is removed");
    assert_eq!(gone(&mut bench, AttachmentNo::new(2)), Err(Refusal::Unknown));
    let stored = stored(&bench);
    assert!(stored <= 2 * fresh + 32 * 30, "{stored} bytes beside {fresh}");
}

#[test]
fn revoked_links_make_room_and_stay_revoked() {
    let mut bench = received(1);
    let fresh = stored(&bench);
    for n in 0..200_u16 {
        bench.advance(60);
        sync(&mut bench, |update| {
            update.facts.patron = Some(PatronId::new(format!("p-{n}")).expect("it is plain"));
        })
        .expect("the update is accepted");
        bench.act(|d, c| decide::issue_link(d, Audience::Patron, c)).expect("there is room");
    }
    let record = &bench.delivery.record;
    let last = record.links.last().expect("the last one is open").no;
    assert_eq!(last, LinkNo::new(201));
    assert!(record.links.len() <= 11, "{}", record.links.len());
    let refused = |no| {
        let context = bench.context(&desktop_delivery::Actor::System);
        decide::view(&bench.delivery, no, &context).map(|_| ())
    };
    for no in 1..=200 {
        let refused = refused(LinkNo::new(no));
        assert!(matches!(refused, Err(Refusal::Revoked { since }) if since <= bench.now), "{no}");
    }
    assert_eq!(refused(last), Ok(()));
    assert_eq!(refused(LinkNo::new(202)), Err(Refusal::Unknown));
    let revoke = bench.act(|d, c| decide::revoke_link(d, LINK, c));
    assert_eq!(revoke, Ok(()), "revoked twice is revoked");
    let stored = stored(&bench);
    assert!(stored <= 2 * fresh + 10 * 130, "{stored} bytes beside {fresh}");
}

#[test]
fn open_tickets_keep_their_version_until_they_end() {
    let mut bench = received(1);
    let old = claim(&mut bench, 2).expect("four are left");
    for _ in 0..5 {
        replace(&mut bench, FILE, ReplaceReason::Other);
        bench.run_due();
    }
    assert_eq!(bench.delivery.record.attachments[0].versions.len(), 2);
    assert_eq!(crate::patrons_link::open(&mut bench, &old), Ok(1_000));
    assert_eq!(bench.delivery.record.pending_deletions.len(), 1, "its bytes wait");
    bench.advance(7_200 + MAX_CLOCK_SKEW_SECONDS);
    assert!(bench.delivery.record.due_at.is_some_and(|due| due <= bench.now));
    bench.run_due();
    assert_eq!(bench.delivery.record.attachments[0].versions.len(), 1);
    assert_eq!(bench.delivery.record.pending_deletions, []);
    let ended = crate::patrons_link::open(&mut bench, &old);
    assert_eq!(ended, Err(Refusal::Ended { since: old.ends_at }));
}

#[test]
fn notified_recipients_are_notified_of_changes_after_long_histories() {
    let mut bench = received(1);
    for _ in 0..60 {
        bench.advance(60);
        replace(&mut bench, FILE, ReplaceReason::Unreadable);
        send_all(&mut bench);
    }
    let notice = bench.delivery.record.notices.last().expect("it is written");
    assert_eq!((notice.kind, notice.to), (NoticeKind::Replaced, Recipient::Patron));
    assert_eq!(notice.no.get(), 61, "each replacement was notified");
    let more = bench.attach();
    let notice = bench.delivery.record.notices.last().expect("it is written");
    assert_eq!((notice.kind, notice.attachment), (NoticeKind::Received, Some(more)));
    let again = Resend::new(Recipient::Patron).with_address(true);
    bench.act(|d, c| decide::resend(d, &again, c)).expect("it is shipped");
}

#[test]
fn a_view_keeps_the_day_on_which_a_wrong_document_was_replaced() {
    let wrong = ReplaceReason::WrongDocument;
    for (reasons, is_recalled) in [
        (&[ReplaceReason::Other][..], false),
        (&[wrong], true),
        (&[wrong, ReplaceReason::MissingPages], true),
        (&[ReplaceReason::MissingPages, wrong], true),
    ] {
        let mut bench = received(1);
        let mut recalled_at = None;
        for reason in reasons {
            bench.advance(86_400);
            replace(&mut bench, FILE, *reason);
            recalled_at = recalled_at.max((*reason == wrong).then_some(bench.now));
        }
        let context = bench.context(&desktop_delivery::Actor::System);
        let view = decide::view(&bench.delivery, LINK, &context).expect("the link is open");
        assert_eq!(view.files[0].recalled_at, recalled_at, "{reasons:?}");
        let day = recalled_at.map(|at| bench.delivery.record.zone.date_at(at));
        assert_eq!((day, day.is_some()), (view.files[0].recalled_on, is_recalled), "{reasons:?}");
    }
}

#[test]
fn replacements_in_a_row_are_notified_once() {
    let mut bench = received(1);
    replace(&mut bench, FILE, ReplaceReason::Other);
    replace(&mut bench, FILE, ReplaceReason::Other);
    let waiting = bench.delivery.record.notices.last().expect("it is written").clone();
    assert_eq!(bench.delivery.record.notices.len(), 2, "one notice tells of both");
    // A third replacement arrives while the notice about the second is being sent.
    replace(&mut bench, FILE, ReplaceReason::Other);
    let (no, renewed) = (waiting.no, waiting.renewed);
    let outcome = NoticeState::Sent { at: bench.now };
    let tried = NoticeTry::new(no, outcome).with_renewed(renewed);
    let retry = bench.act(|d, c| decide::record_notice(d, &tried, c)).expect("it is kept");
    assert_eq!(retry.retry_at, Some(bench.now), "it goes out once more");
    let sent = bench.events.last().expect("it is recorded");
    assert!(
        matches!(sent, EventKind::NoticeTried { state: NoticeState::Sent { .. }, .. }),
        "{sent:?}"
    );
    send_all(&mut bench);
    let notice = bench.delivery.record.notice(no).expect("it is kept");
    assert!(matches!(notice.state, NoticeState::Sent { .. }), "{notice:?}");
}

#[test]
fn an_old_ticket_names_the_wrong_document_even_after_it_was_removed_or_withdrawn() {
    for is_removed in [true, false] {
        let mut bench = shipped(Policy::illume(), Terms::new(5, 90));
        let old = claim(&mut bench, 1).expect("five are left");
        bench.advance(1);
        replace(&mut bench, FILE, ReplaceReason::WrongDocument);
        let since = bench.now;
        bench.advance(1);
        let done = if is_removed {
            bench.act(|d, c| decide::remove(d, FILE, c))
        } else {
            bench.act(|d, c| decide::withdraw(d, "sent by mistake", c))
        };
        done.expect("the request is shipped");
        assert_eq!(crate::patrons_link::open(&mut bench, &old), Err(Refusal::Replaced { since }));
    }
}

#[test]
fn a_wrong_document_that_nobody_could_download_is_not_mentioned() {
    let start = shipped(Policy::illume(), Terms::new(5, 90)).now.plus_days(10);
    let mut bench = shipped(Policy::illume(), Terms::new(5, 90).with_not_before(start));
    bench.advance(86_400);
    replace(&mut bench, FILE, ReplaceReason::WrongDocument);
    let context = bench.context(&desktop_delivery::Actor::System);
    let view = decide::view(&bench.delivery, LINK, &context).expect("the link is open");
    assert_eq!(view.files[0].recalled_at, None);
}

#[test]
fn an_old_ticket_does_not_open_a_version_that_was_the_wrong_document() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 90));
    let reading = |version| decide::Transfer::new(FILE, VersionNo::new(version)).with_link(LINK);
    let old = claim(&mut bench, 1).expect("five are left");
    bench.advance(1);
    replace(&mut bench, FILE, ReplaceReason::WrongDocument);
    let since = bench.now;
    assert_eq!(crate::patrons_link::open(&mut bench, &old), Err(Refusal::Replaced { since }));
    let command = decide::ClaimCommand::new(
        LINK,
        FILE,
        desktop_delivery::delivery::ClaimIdentity::Ordinal(1),
    )
    .with_acknowledged(true);
    let again = bench.act(|d, c| decide::claim(d, &command, c));
    assert_eq!(again.map(|_| ()), Err(Refusal::Replaced { since }));
    bench.advance(8_000);
    replace(&mut bench, FILE, ReplaceReason::Other);
    bench.run_due();
    assert_eq!(bench.delivery.record.attachments[0].versions.len(), 1, "the wrong one has left");
    assert_eq!(
        decide::still_open(&bench.delivery, &reading(1)),
        Err(Refusal::Replaced { since }),
        "a transfer that lasted until now stops all the same"
    );
    assert_eq!(decide::still_open(&bench.delivery, &reading(2)), Ok(()));
}

#[test]
fn only_the_current_version_can_be_resumed() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 90));
    let old = claim(&mut bench, 1).expect("five are left");
    let offered = |bench: &Bench| {
        let context = bench.context(&desktop_delivery::Actor::System);
        let view = decide::view(&bench.delivery, LINK, &context).expect("it is open");
        let resumed = decide::resume(&bench.delivery, LINK, FILE, &context).expect("it is open");
        assert_eq!(view.files[0].open_claim.as_ref(), resumed);
        resumed.cloned()
    };
    assert_eq!(offered(&bench), Some(old.clone()));
    replace(&mut bench, FILE, ReplaceReason::MissingPages);
    assert_eq!(offered(&bench), None);
    assert_eq!(crate::patrons_link::open(&mut bench, &old), Ok(1_000), "it may finish");
    let new = claim(&mut bench, 2).expect("five anew");
    assert_eq!(offered(&bench), Some(new));
}
