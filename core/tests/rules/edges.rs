//! Single facts at the edges of time, status and news.

use crate::support::{Bench, START, article, news, staff};
use desktop_delivery::decide::{
    self, BeginUpload, ClaimCommand, Claimed, Grant, News, OpenTicket, Quota, Reading, Ship,
    TermsChange,
};
use desktop_delivery::{
    AttachmentNo, Audience, BlobKey, Claim, ClaimIdentity, Expiry, LinkNo, NoticeKind, PatronId,
    Policy, Recipient, Refusal, ReplaceReason, Status, Terms, Timestamp, VersionNo,
};

const FILE: AttachmentNo = AttachmentNo::new(1);
const LINK: LinkNo = LinkNo::new(1);
const DAY: i64 = 86_400;

fn shipped(policy: Policy, terms: Terms) -> Bench {
    let mut bench = Bench::new(policy);
    bench.upload(article().with_terms(terms)).expect("the terms are allowed");
    bench.ship();
    bench.act(|d, c| decide::issue_link(d, Audience::Patron, c)).expect("it is shipped");
    bench
}

fn claim(bench: &mut Bench, ordinal: u32) -> Result<Claim, Refusal> {
    let identity = ClaimIdentity::Ordinal(ordinal);
    let command =
        ClaimCommand { link: LINK, attachment: FILE, identity, acknowledged: true, notice: None };
    let claimed = bench.act(|d, c| decide::claim(d, &command, c))?;
    assert!(matches!(claimed, Claimed::Counted(_)), "{claimed:?}");
    Ok(claimed.claim().clone())
}

fn open(bench: &mut Bench, claim: &Claim) -> Result<u64, Refusal> {
    let Claim { no, attachment, version, ends_at, .. } = *claim;
    let ticket = OpenTicket { claim: no, attachment, version, ends_at };
    let context = bench.context(&desktop_delivery::Actor::System);
    decide::open_ticket(&bench.delivery, &ticket, &context).map(|version| version.size)
}

fn tell(bench: &mut Bench, change: impl FnOnce(&mut News)) -> Result<(), Refusal> {
    let mut told = news(&bench.policy, bench.delivery.body.status);
    told.as_of = bench.now;
    change(&mut told);
    bench.act(|d, c| decide::sync(Some(d), &told, c))
}

fn grant(downloads: u32, days: Option<u16>) -> Grant {
    Grant { attachment: FILE, audience: Audience::Patron, downloads, days }
}

fn kinds(bench: &Bench) -> Vec<(NoticeKind, Recipient, Option<u16>)> {
    let notices = bench.delivery.body.notices.iter();
    notices.map(|n| (n.kind, n.to, n.attachment.map(AttachmentNo::get))).collect()
}

#[test]
fn a_link_ends_at_its_expiry_second_and_begins_at_its_first() {
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
fn days_run_from_shipped() {
    let mut bench = Bench::new(Policy::illume());
    bench.upload(article().with_terms(Terms::new(5, 2))).expect("the terms are allowed");
    bench.advance(10 * DAY);
    bench.ship();
    let days = bench.now.as_seconds() / DAY + 3;
    let end = bench.delivery.body.attachments[0].expires_at;
    assert_eq!(end, Some(Timestamp::from_seconds(days * DAY)));
}

#[test]
fn a_ticket_outlasts_the_terms_and_the_keeping_of_bytes_but_not_its_end() {
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
    let reading = Reading { link: Some(LINK), attachment: FILE, version: claimed.version };
    assert_eq!(decide::still_open(&bench.delivery, &reading), Ok(()), "under way, it goes on");
    assert!(bench.delivery.body.due_at.is_some_and(|due| due <= bench.now), "then bytes go");
    bench.run_due();
    assert!(bench.delivery.body.doomed.is_empty());
    assert_eq!(bench.delivery.body.attachments[0].purged_at, Some(bench.now));
}

#[test]
fn revocation_removal_and_a_wrong_document_close_a_ticket_also_under_way() {
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
        let reading = Reading { link: Some(LINK), attachment: FILE, version: claimed.version };
        let under_way = decide::still_open(&bench.delivery, &reading);
        assert_eq!(under_way.map_err(|refusal| refusal.code()), Err(code));
    }
}

#[test]
fn what_was_removed_is_shown_to_nobody() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
    bench.act(|d, c| decide::remove(d, FILE, c)).expect("it exists");
    let context = bench.context(&desktop_delivery::Actor::Host);
    let page = decide::view(&bench.delivery, LINK, &context).expect("the link is open");
    let staff = decide::staff_view(&bench.delivery, &context).expect("the host sees all");
    assert_eq!((page.files.len(), staff.files.len()), (0, 0));
}

#[test]
fn a_page_does_not_offer_to_go_on_with_a_wrong_document() {
    for (reason, goes_on) in
        [(ReplaceReason::WrongDocument, false), (ReplaceReason::MissingPages, true)]
    {
        let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
        claim(&mut bench, 1).expect("the terms run");
        bench.upload(article().replacing(FILE, reason)).expect("it exists");
        let context = bench.context(&desktop_delivery::Actor::System);
        let page = decide::view(&bench.delivery, LINK, &context).expect("the link is open");
        assert_eq!(page.files[0].open_claim.is_some(), goes_on, "{reason:?}");
        let resumed = decide::resume(&bench.delivery, LINK, FILE, &context);
        let replaced = Refusal::Replaced { since: bench.now };
        assert_eq!(
            resumed.map(|claim| claim.is_some()),
            if goes_on { Ok(true) } else { Err(replaced) }
        );
    }
}

#[test]
fn a_better_scan_starts_afresh_and_leaves_old_tickets_their_bytes() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    let old = claim(&mut bench, 1).expect("one download is left");
    let since = Some(bench.now);
    assert_eq!(claim(&mut bench, 2), Err(Refusal::Exhausted { limit: 1, since }));
    bench.upload(article().replacing(FILE, ReplaceReason::Unreadable)).expect("it exists");
    let new = claim(&mut bench, 2).expect("the new version has a budget of its own");
    assert_eq!((old.version.get(), new.version.get()), (1, 2));
    bench.run_due();
    assert_eq!(bench.delivery.body.doomed.len(), 1, "the old bytes wait");
    assert_eq!(open(&mut bench, &old), Ok(1_000));
    bench.now = old.ends_at;
    bench.run_due();
    assert!(bench.delivery.body.doomed.is_empty(), "the old bytes went");
}

#[test]
fn a_claim_is_given_back_three_times_and_no_more() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    for _ in 0..3 {
        let claimed = claim(&mut bench, 1).expect("it was given back");
        assert_eq!(bench.act(|d, c| decide::give_back(d, claimed.no, c)), Ok(true));
        let again = bench.act(|d, c| decide::give_back(d, claimed.no, c));
        assert_eq!(again, Err(Refusal::Unknown), "once for each claim");
    }
    let claimed = claim(&mut bench, 1).expect("it was given back");
    assert_eq!(bench.act(|d, c| decide::give_back(d, claimed.no, c)), Ok(false));
    let since = Some(bench.now);
    assert_eq!(claim(&mut bench, 2), Err(Refusal::Exhausted { limit: 1, since }));
}

#[test]
fn what_is_used_up_or_expired_can_be_asked_for_and_granted() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    claim(&mut bench, 1).expect("one download is left");
    bench.advance(3 * DAY);
    for _ in 0..2 {
        bench.act(|d, c| decide::ask(d, LINK, FILE, "still\u{7} reading", c)).expect("it is open");
    }
    let [ask] = &*bench.delivery.body.asks else { panic!("a wish is kept once") };
    assert_eq!(ask.note, "still reading");
    bench.act(|d, c| decide::grant(d, &grant(0, Some(1)), c)).expect("days may be granted");
    assert_eq!(bench.delivery.body.asks.len(), 1, "nothing is left to download yet");
    bench.act(|d, c| decide::grant(d, &grant(2, None), c)).expect("downloads may be granted");
    assert!(bench.delivery.body.asks.is_empty());
    assert_eq!(
        kinds(&bench),
        [
            (NoticeKind::MoreRequested, Recipient::SupplierStaff, Some(1)),
            (NoticeKind::MoreGranted, Recipient::Patron, Some(1)),
        ]
    );
    assert!(claim(&mut bench, 2).is_ok());
    let refusal = Refusal::OverLimit { what: "extra downloads", limit: 5 };
    assert_eq!(bench.act(|d, c| decide::grant(d, &grant(4, None), c)), Err(refusal));
}

#[test]
fn more_downloads_of_what_is_expired_are_no_answer() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
    bench.advance(3 * DAY);
    bench.act(|d, c| decide::ask(d, LINK, FILE, "", c)).expect("it is open");
    bench.act(|d, c| decide::grant(d, &grant(2, None), c)).expect("downloads may be granted");
    assert_eq!(bench.delivery.body.asks.len(), 1, "it is expired still");
}

#[test]
fn a_link_opens_nothing_from_its_hard_expiry_on() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
    let since = bench.delivery.body.links[0].hard_expires_at;
    for (now, opens) in [(since.plus_seconds(-1), true), (since, false)] {
        bench.now = now;
        let context = bench.context(&desktop_delivery::Actor::System);
        let view = decide::view(&bench.delivery, LINK, &context).map(|view| view.link);
        assert_eq!(view, if opens { Ok(LINK) } else { Err(Refusal::Expired { since }) });
    }
}

#[test]
fn a_ticket_opens_the_version_that_was_claimed_alone() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
    let claimed = claim(&mut bench, 1).expect("the terms run");
    bench.upload(article().replacing(FILE, ReplaceReason::Unreadable)).expect("it exists");
    let mut other = claimed.clone();
    other.version = VersionNo::new(2);
    assert_eq!(open(&mut bench, &other), Err(Refusal::Ended { since: claimed.ends_at }));
    assert_eq!(open(&mut bench, &claimed), Ok(1_000));
}

#[test]
fn a_grant_answers_those_whose_budget_it_fills() {
    for (policy, waits) in [(Policy::illume(), 0), (Policy::recommended(), 1)] {
        let mut bench = shipped(policy, Terms::new(5, 1));
        let partner = bench.act(|d, c| decide::issue_link(d, Audience::Partner, c));
        let partner = partner.expect("it is shipped");
        for link in [LINK, partner] {
            bench.act(|d, c| decide::ask(d, link, FILE, "", c)).expect("it is open");
        }
        bench.act(|d, c| decide::grant(d, &grant(2, None), c)).expect("it is allowed");
        let asks = &bench.delivery.body.asks;
        assert_eq!((asks.len(), asks.iter().filter(|a| a.link == partner).count()), (waits, waits));
        bench.act(|d, c| decide::grant(d, &grant(0, Some(9)), c)).expect("it is allowed");
        assert!(bench.delivery.body.asks.is_empty(), "time is for all");
    }
}

#[test]
fn raising_the_terms_answers_whoever_asked_and_lowering_does_not() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 9));
    claim(&mut bench, 1).expect("one download is left");
    bench.act(|d, c| decide::ask(d, LINK, FILE, "", c)).expect("it is open");
    for (terms, left) in [(Terms::new(1, 8), 1), (Terms::new(3, 8), 0)] {
        let change = TermsChange { attachment: FILE, terms, why: "as agreed".to_owned() };
        bench.act(|d, c| decide::change_terms(d, &change, c)).expect("the terms are allowed");
        assert_eq!(bench.delivery.body.asks.len(), left, "{terms:?}");
    }
}

#[test]
fn after_purging_more_can_neither_be_asked_nor_granted_and_the_page_says_why() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(32 * DAY);
    bench.run_due();
    let purged = Refusal::Purged { since: bench.now };
    assert_eq!(bench.act(|d, c| decide::grant(d, &grant(1, Some(1)), c)), Err(purged.clone()));
    assert_eq!(bench.act(|d, c| decide::ask(d, LINK, FILE, "", c)), Err(purged.clone()));
    assert_eq!(purged.remedy(), "request the document again");
    let context = bench.context(&desktop_delivery::Actor::System);
    let view = decide::view(&bench.delivery, LINK, &context).expect("the link is open");
    assert_eq!(view.files[0].availability, decide::Availability::Refused(purged));
}

#[test]
fn a_patron_is_forgotten_when_nothing_is_kept_and_news_does_not_bring_them_back() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(40 * DAY);
    for _ in 0..2 {
        assert!(bench.delivery.body.due_at.is_some_and(|due| due <= bench.now));
        bench.run_due();
    }
    let body = &bench.delivery.body;
    assert_eq!(
        (&body.facts.patron, body.forgotten_at, body.due_at),
        (&None, Some(bench.now), None)
    );
    tell(&mut bench, |_| {}).expect("news is taken");
    bench.advance(1);
    tell(&mut bench, |news| news.facts.title = "On Ice Ages, part 1".to_owned()).expect("taken");
    assert_eq!(bench.delivery.body.facts.title, "On Ice Ages, part 1");
    assert_eq!(bench.delivery.body.facts.patron, None);
    bench.attach();
    bench.advance(1);
    tell(&mut bench, |_| {}).expect("news is taken");
    assert!(bench.delivery.body.facts.patron.is_some(), "something is kept for them again");
}

#[test]
fn a_patron_stays_while_something_waits() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.act(|d, c| decide::receive(d, true, c)).expect("it is shipped");
    bench.advance(40 * DAY);
    bench.run_due();
    bench.run_due();
    assert!(bench.delivery.body.facts.patron.is_some(), "their notice waits still");
}

#[test]
fn the_same_news_changes_nothing_and_older_news_neither() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(10);
    tell(&mut bench, |news| news.status = Status::Cancelled).expect("a wish is taken");
    bench.act(|d, c| decide::answer_cancel(d, false, c)).expect("a wish waits");
    let before = bench.delivery.clone();
    tell(&mut bench, |news| news.status = Status::Cancelled).expect("news is taken");
    tell(&mut bench, |news| {
        news.as_of = START;
        news.status = Status::Withdrawn;
    })
    .expect("news is taken");
    assert_eq!(bench.delivery, before);
    bench.advance(1);
    tell(&mut bench, |news| news.status = Status::Cancelled).expect("news is taken");
    assert_eq!(bench.delivery.body.cancel_requested_at, None, "it was answered");
}

#[test]
fn a_cancel_that_crossed_shipping_is_a_wish_and_the_delivery_stands() {
    let mut bench = Bench::new(Policy::illume());
    bench.attach();
    bench.act(decide::request_cancel).expect("it is pending");
    bench.ship();
    assert_eq!(bench.delivery.body.cancel_requested_at, None, "shipping answers with no");
    bench.act(decide::request_cancel).expect("it is shipped");
    let status = Status::Shipped;
    let accepted = bench.act(|d, c| decide::answer_cancel(d, true, c));
    assert_eq!(accepted, Err(Refusal::WrongStatus { status }));
    assert_eq!(bench.act(|d, c| decide::answer_cancel(d, false, c)), Ok(()));
    assert_eq!(bench.delivery.body.status, status);
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
        let body = &bench.delivery.body;
        assert_eq!(body.status, end);
        assert!(body.asks.is_empty() && body.cancel_requested_at.is_none(), "{end}");
        assert!(body.links.iter().all(|link| link.revoked_at.is_some()), "{end}");
        for notice in &body.notices {
            assert!(!decide::notice_still_holds(body, notice, bench.now), "{end}");
        }
        bench.advance(30 * DAY);
        bench.run_due();
        assert!(bench.delivery.body.live_attachments().next().is_none(), "{end}: bytes go");
    }
}

#[test]
fn an_unfilled_request_goes_to_the_next_supplier_without_the_first_ones_files() {
    let mut bench = Bench::new(Policy::illume());
    bench.attach();
    tell(&mut bench, |news| news.status = Status::Unfilled).expect("news is taken");
    bench.advance(1);
    let next = |news: &mut News| {
        news.status = Status::Pending;
        news.facts.supplier = crate::support::agency("CA-NBFU");
    };
    tell(&mut bench, next).expect("it may be sent on");
    assert_eq!(bench.delivery.body.status, Status::Pending);
    assert!(bench.delivery.body.live_attachments().next().is_none());
    let context = bench.context(&desktop_delivery::Actor::System);
    let gone: Vec<_> = bench.delivery.body.doomed.iter().map(|doomed| doomed.blob).collect();
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
    assert_eq!(bench.delivery.body.facts.patron, None);
    tell(&mut bench, |news| news.status = Status::Pending).expect("it may be sent on");
    assert!(bench.delivery.body.facts.patron.is_some());
}

#[test]
fn a_request_cannot_change_hands_after_it_was_shipped() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    let status = Status::Shipped;
    for change in [
        |news: &mut News| news.facts.supplier = crate::support::agency("CA-NBFU"),
        |news: &mut News| news.facts.requester = crate::support::agency("CA-NBFU"),
    ] {
        assert_eq!(tell(&mut bench, change), Err(Refusal::WrongStatus { status }));
    }
}

#[test]
fn profile_and_zone_stay_from_shipped_on() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(1);
    tell(&mut bench, |news| news.policy = Policy::recommended().name).expect("news is taken");
    assert_eq!(bench.delivery.body.policy, Policy::illume().name);
}

#[test]
fn another_patron_does_not_inherit_the_links_of_the_first() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(1);
    let other = PatronId::new("p-0007").expect("the id is short and plain");
    tell(&mut bench, |news| news.facts.patron = Some(other)).expect("news is taken");
    assert_eq!(claim(&mut bench, 1), Err(Refusal::Revoked { since: bench.now }));
}

#[test]
fn whoever_was_to_be_told_of_nothing_is_told_when_something_comes() {
    let mut bench = Bench::new(Policy::illume());
    let ship = Ship { deliberate: true, tell_partner: true };
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
    for notice in 1..=2 {
        let outcome = desktop_delivery::NoticeState::Sent { at: bench.now };
        let tried = decide::NoticeTry { notice, outcome, masked_address: String::new() };
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

#[test]
fn what_fails_waits_longer_each_time_and_holds_its_due_time_back() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.act(|d, c| decide::remove(d, FILE, c)).expect("it exists");
    let mut waits = Vec::new();
    for _ in 0..7 {
        bench.act(|d, c| Ok(decide::put_off(d, c))).expect("it is due");
        let due = bench.delivery.body.due_at.expect("bytes wait to go");
        waits.push(due.seconds_since(bench.now));
        bench.now = due;
    }
    assert_eq!(waits, [60, 300, 1_200, 3_600, 14_400, 43_200, 43_200]);
    bench.run_due();
    assert_eq!(bench.delivery.body.put_off, None);
}

#[test]
fn an_upload_that_nobody_ends_is_swept_when_nothing_can_be_stored_any_more() {
    let mut bench = Bench::new(Policy::illume());
    let begin = BeginUpload { file: article(), blob: BlobKey::from_bytes([7; 16]) };
    let upload = bench.act(|d, c| decide::begin_upload(d, &begin, c)).expect("it is pending");
    assert_eq!(bench.delivery.body.due_at, Some(upload.deadline));
    bench.now = upload.deadline;
    bench.run_due();
    assert!(bench.delivery.body.uploads.is_empty());
    assert_eq!(bench.delivery.body.doomed.len(), 1, "its last bytes may be on their way");
    bench.now = upload.deadline.plus_seconds(3_600);
    assert_eq!(bench.delivery.body.due_at, Some(bench.now));
    bench.run_due();
    assert!(bench.delivery.body.doomed.is_empty());
}

#[test]
fn links_are_not_issued_without_end() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    for no in 1..=1_000 {
        bench.act(|d, c| decide::revoke_link(d, LinkNo::new(no), c)).expect("it exists");
        let issued = bench.act(|d, c| decide::issue_link(d, Audience::Patron, c));
        let refusal = Refusal::OverLimit { what: "links", limit: 1_000 };
        assert_eq!(issued, if no < 1_000 { Ok(LinkNo::new(no + 1)) } else { Err(refusal) });
    }
}
