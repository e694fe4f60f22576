//! What links and tickets open, at the limits of their validity.

use crate::patrons_link::{DAY, FILE, LINK, claim, open, shipped};
use crate::support::{Bench, START, article};
use desktop_delivery::decide::{self, ClaimCommand, Transfer};
use desktop_delivery::delivery::{ClaimIdentity, Expiry, ReplaceReason};
use desktop_delivery::error::Limit;
use desktop_delivery::ids::{IdempotencyHash, LinkNo, VersionNo};
use desktop_delivery::time::MAX_CLOCK_SKEW_SECONDS;
use desktop_delivery::{Audience, Policy, Refusal, Terms, Timestamp};

#[test]
fn a_link_is_valid_from_its_first_second_until_its_expiry() {
    let (from, end) = (START.plus_seconds(100), START.plus_seconds(200));
    let terms = Terms::new(5, 1).with_not_before(from).with_expiry(Expiry::At(end));
    let mut bench = shipped(Policy::illume(), terms);
    bench.now = START.plus_seconds(99);
    assert_eq!(claim(&mut bench, 1), Err(Refusal::NotYetValid { from }));
    bench.now = from;
    assert!(claim(&mut bench, 1).is_ok());
    bench.now = START.plus_seconds(199);
    assert!(claim(&mut bench, 2).is_ok());
    bench.now = end;
    assert_eq!(claim(&mut bench, 3), Err(Refusal::Expired { since: end }));
}

#[test]
fn days_run_from_shipping() {
    let mut bench = Bench::new(Policy::illume());
    bench.upload(article().with_terms(Terms::new(5, 2))).expect("the terms are allowed");
    bench.advance(10 * DAY);
    bench.ship();
    let days = bench.now.as_seconds() / DAY + 3;
    let end = bench.delivery.record.attachments[0].expires_at;
    assert_eq!(end, Some(Timestamp::from_seconds(days * DAY)));
}

#[test]
fn a_ticket_outlasts_the_terms_and_the_retention_but_not_its_end() {
    let terms = Terms::new(5, 1).with_expiry(Expiry::At(START.plus_seconds(100)));
    let mut policy = Policy::illume();
    policy.keep_days = 0;
    let mut bench = shipped(policy, terms);
    bench.advance(99);
    let claimed = claim(&mut bench, 1).expect("the terms run");
    for seconds in [1, 1, 7_197] {
        bench.advance(seconds);
        bench.run_due();
        assert_eq!(open(&mut bench, &claimed), Ok(1_000), "{}", bench.now);
    }
    bench.advance(1);
    assert_eq!(bench.now, claimed.ends_at);
    assert_eq!(open(&mut bench, &claimed), Err(Refusal::Ended { since: claimed.ends_at }));
    let reading = Transfer::new(FILE, claimed.version).with_link(LINK);
    assert_eq!(decide::still_open(&bench.delivery, &reading), Ok(()), "under way, it goes on");
    bench.advance(MAX_CLOCK_SKEW_SECONDS);
    assert!(bench.delivery.record.due_at.is_some_and(|due| due <= bench.now), "then bytes go");
    bench.run_due();
    assert!(bench.delivery.record.pending_deletions.is_empty());
    assert_eq!(bench.delivery.record.attachments[0].purged_at, Some(bench.now));
}

#[test]
fn revocation_removal_and_a_wrong_document_close_tickets_in_use() {
    type Close = fn(&mut Bench);
    let closes: [(&str, Close); 4] = [
        ("revoked", |b| b.act(|d, c| decide::revoke_link(d, LINK, c)).expect("it exists")),
        ("removed", |b| b.act(|d, c| decide::remove(d, FILE, c)).expect("it exists")),
        ("withdrawn", |b| b.act(|d, c| decide::withdraw(d, "", c)).expect("it is shipped")),
        ("replaced", |b| {
            let file = article().replacing(FILE, ReplaceReason::WrongDocument);
            b.upload(file).expect("it exists");
        }),
    ];
    for (code, close) in closes {
        let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
        let claimed = claim(&mut bench, 1).expect("the terms run");
        close(&mut bench);
        assert_eq!(open(&mut bench, &claimed).map_err(|r| r.code()), Err(code));
        let reading = Transfer::new(FILE, claimed.version).with_link(LINK);
        let under_way = decide::still_open(&bench.delivery, &reading);
        assert_eq!(under_way.map_err(|refusal| refusal.code()), Err(code));
    }
}

/// Checks every history of up to four replacements: which tickets stay open, and which content is
/// kept.
#[test]
fn a_wrong_document_closes_the_tickets_of_every_version_so_far() {
    use ReplaceReason::{MissingPages, Other, Unreadable, WrongDocument};
    let reasons = [MissingPages, Other, Unreadable, WrongDocument];
    for history in 0..256_usize {
        let history = [history % 4, history / 4 % 4, history / 16 % 4, history / 64];
        let history = history.map(|index| reasons[index]);
        let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
        let mut claims = vec![claim(&mut bench, 1).expect("the terms run")];
        for (ordinal, reason) in (2..).zip(history) {
            bench.advance(60);
            bench.upload(article().replacing(FILE, reason)).expect("it exists");
            claims.push(claim(&mut bench, ordinal).expect("each version has downloads of its own"));
            bench.run_due();
        }
        // Only the claims before the last wrong-document replacement are closed.
        let closed = history.iter().rposition(|it| *it == WrongDocument).map_or(0, |at| at + 1);
        for (at, claimed) in claims.iter().enumerate() {
            let (opened, version) = (open(&mut bench, claimed), claimed.version);
            let transfer = Transfer::new(FILE, version).with_link(LINK);
            let under_way = decide::still_open(&bench.delivery, &transfer);
            let code = |result: Result<(), Refusal>| result.map_err(|refusal| refusal.code());
            let expected = if at < closed { Err("replaced") } else { Ok(()) };
            assert_eq!(code(opened.map(|_| ())), expected, "{history:?}, version {version:?}");
            assert_eq!(code(under_way), expected, "{history:?}, version {version:?}");
        }
        let kept = decide::kept_versions(&bench.delivery, bench.now);
        let kept: Vec<_> = kept.iter().map(|(_, version)| usize::from(version.no.get())).collect();
        assert_eq!(kept, (closed + 1..=5).collect::<Vec<_>>(), "{history:?}");
        assert_eq!(bench.delivery.record.pending_deletions.len(), 4 - closed, "{history:?}");
    }
}

#[test]
fn bytes_that_another_process_deletes_are_not_kept_on_a_slower_clock() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
    let claimed = claim(&mut bench, 1).expect("the terms run");
    bench.upload(article().replacing(FILE, ReplaceReason::Other)).expect("it exists");
    let kept = |bench: &Bench, seconds| {
        let now = bench.now.plus_seconds(seconds);
        decide::kept_versions(&bench.delivery, now).len()
    };
    assert_eq!(kept(&bench, 0), 2, "the old version has an open ticket");
    bench.now = claimed.ends_at;
    assert_eq!(kept(&bench, -1), 2, "it is open here");
    assert_eq!(kept(&bench, 0), 1, "a process that is 30 s ahead may have deleted it");
    bench.advance(90 * 86_400);
    bench.run_due();
    assert_eq!(kept(&bench, -MAX_CLOCK_SKEW_SECONDS), 0, "the document is purged");
}

#[test]
fn a_process_whose_clock_is_ahead_keeps_what_tickets_open_on_a_slower_clock() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
    let claimed = claim(&mut bench, 1).expect("the terms run");
    bench.advance(60);
    bench.upload(article().replacing(FILE, ReplaceReason::Other)).expect("it exists");
    let ahead = claimed.ends_at.plus_seconds(MAX_CLOCK_SKEW_SECONDS);
    bench.now = ahead.plus_seconds(-1);
    bench.act(|d, c| decide::describe(d, FILE, "pages 3 to 12", c)).expect("it exists");
    bench.run_due();
    assert_eq!(bench.delivery.record.pending_deletions.len(), 1, "the old bytes are stored");
    bench.now = claimed.ends_at.plus_seconds(-1);
    assert_eq!(open(&mut bench, &claimed), Ok(1_000), "on the slower clock, a second is left");
    bench.now = ahead;
    bench.run_due();
    assert_eq!(bench.delivery.record.pending_deletions.len(), 0, "it has ended on every clock");
}

/// A replacement by a process whose clock is ahead, after the ticket has ended there.
#[test]
fn a_replacement_keeps_the_bytes_of_tickets_that_are_open_on_a_slower_clock() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
    let claimed = claim(&mut bench, 1).expect("the terms run");
    bench.now = claimed.ends_at.plus_seconds(10);
    bench.upload(article().replacing(FILE, ReplaceReason::Other)).expect("it exists");
    bench.run_due();
    assert_eq!(bench.delivery.record.pending_deletions.len(), 1, "the old bytes are stored");
    bench.now = claimed.ends_at.plus_seconds(-1);
    assert_eq!(open(&mut bench, &claimed), Ok(1_000));
}

#[test]
fn a_key_is_remembered_as_long_as_its_ticket_may_be_open() {
    let mut bench = shipped(Policy::illume().with_ticket_seconds(86_400), Terms::new(5, 5));
    let key = |bench: &mut Bench, byte| {
        let identity = ClaimIdentity::Key(IdempotencyHash::from_bytes([byte; 16]));
        let command = ClaimCommand::new(LINK, FILE, identity).with_acknowledged(true);
        bench.act(|d, c| decide::claim(d, &command, c)).map(|claimed| claimed.claim().clone())
    };
    let claimed = key(&mut bench, 1).expect("five are left");
    let since = claimed.ends_at;
    let ahead = since.plus_seconds(MAX_CLOCK_SKEW_SECONDS);
    bench.now = ahead.plus_seconds(-1);
    key(&mut bench, 2).expect("four are left");
    assert_eq!(key(&mut bench, 1), Err(Refusal::Ended { since }));
    bench.now = since.plus_seconds(-1);
    assert_eq!(open(&mut bench, &claimed), Ok(1_000), "on the slower clock, a second is left");
    bench.now = ahead;
    assert!(key(&mut bench, 1).expect("three are left").no > claimed.no, "it counts again");
}

#[test]
fn removed_files_are_not_shown() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
    bench.act(|d, c| decide::remove(d, FILE, c)).expect("it exists");
    let context = bench.context(&desktop_delivery::Actor::Host);
    let page = decide::view(&bench.delivery, LINK, &context).expect("the link is open");
    let staff = decide::staff_view(&bench.delivery, &context).expect("the host sees all");
    assert_eq!((page.files.len(), staff.files.len()), (0, 0));
}

#[test]
fn a_page_does_not_offer_to_resume_a_replaced_version() {
    for reason in [ReplaceReason::WrongDocument, ReplaceReason::MissingPages] {
        let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
        claim(&mut bench, 1).expect("the terms run");
        bench.upload(article().replacing(FILE, reason)).expect("it exists");
        let context = bench.context(&desktop_delivery::Actor::System);
        let page = decide::view(&bench.delivery, LINK, &context).expect("the link is open");
        assert_eq!(page.files[0].open_claim, None, "{reason:?}");
        assert_eq!(decide::resume(&bench.delivery, LINK, FILE, &context), Ok(None), "{reason:?}");
    }
}

#[test]
fn a_better_scan_resets_the_count_and_old_tickets_keep_their_version() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    let old = claim(&mut bench, 1).expect("one download is left");
    let since = Some(bench.now);
    assert_eq!(claim(&mut bench, 2), Err(Refusal::Exhausted { limit: 1, since }));
    bench.upload(article().replacing(FILE, ReplaceReason::Unreadable)).expect("it exists");
    let new = claim(&mut bench, 2).expect("the new version has a budget of its own");
    assert_eq!((old.version.get(), new.version.get()), (1, 2));
    bench.run_due();
    assert_eq!(bench.delivery.record.pending_deletions.len(), 1, "the old bytes wait");
    assert_eq!(open(&mut bench, &old), Ok(1_000));
    bench.now = old.ends_at.plus_seconds(MAX_CLOCK_SKEW_SECONDS);
    bench.run_due();
    assert!(bench.delivery.record.pending_deletions.is_empty(), "the old bytes went");
}

#[test]
fn a_claim_is_refunded_at_most_three_times() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    for _ in 0..3 {
        let claimed = claim(&mut bench, 1).expect("it was given back");
        assert_eq!(bench.act(|d, c| decide::refund(d, claimed.no, c)), Ok(true));
        let again = bench.act(|d, c| decide::refund(d, claimed.no, c));
        assert_eq!(again, Err(Refusal::Unknown), "once for each claim");
    }
    let claimed = claim(&mut bench, 1).expect("it was given back");
    assert_eq!(bench.act(|d, c| decide::refund(d, claimed.no, c)), Ok(false));
    let since = Some(bench.now);
    assert_eq!(claim(&mut bench, 2), Err(Refusal::Exhausted { limit: 1, since }));
}

#[test]
fn a_link_opens_nothing_after_its_hard_expiry() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
    let since = bench.delivery.record.links[0].hard_expires_at;
    for (now, opens) in [(since.plus_seconds(-1), true), (since, false)] {
        bench.now = now;
        let context = bench.context(&desktop_delivery::Actor::System);
        let view = decide::view(&bench.delivery, LINK, &context).map(|view| view.link);
        assert_eq!(view, if opens { Ok(LINK) } else { Err(Refusal::Expired { since }) });
    }
}

#[test]
fn a_ticket_opens_only_the_claimed_version() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
    let claimed = claim(&mut bench, 1).expect("the terms run");
    bench.upload(article().replacing(FILE, ReplaceReason::Unreadable)).expect("it exists");
    let mut other = claimed.clone();
    other.version = VersionNo::new(2);
    assert_eq!(open(&mut bench, &other), Err(Refusal::Ended { since: claimed.ends_at }));
    assert_eq!(open(&mut bench, &claimed), Ok(1_000));
}

#[test]
fn the_number_of_links_is_limited() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    for no in 1..=1_000 {
        bench.act(|d, c| decide::revoke_link(d, LinkNo::new(no), c)).expect("it exists");
        let issued = bench.act(|d, c| decide::issue_link(d, Audience::Patron, c));
        let refusal = Refusal::OverLimit { what: Limit::Links, limit: 1_000 };
        assert_eq!(issued, if no < 1_000 { Ok(LinkNo::new(no + 1)) } else { Err(refusal) });
    }
}
