//! A link belongs to the patron it was issued for, whatever happens to the request.

use crate::patrons_link::{DAY, FILE, kinds, shipped, sync};
use crate::support::{Bench, agency, staff};
use desktop_delivery::decide::{self, ClaimCommand, NoticeTry, OpenTicket, Resend};
use desktop_delivery::delivery::{Claim, ClaimIdentity};
use desktop_delivery::events::EventKind;
use desktop_delivery::ids::LinkNo;
use desktop_delivery::notices::{NoticeKind, NoticeState, Recipient};
use desktop_delivery::{Audience, PatronId, Policy, Refusal, Terms};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn patron(id: &str) -> PatronId {
    PatronId::new(id).expect("the id is short and plain")
}

fn name(bench: &mut Bench, patron: Option<PatronId>) {
    bench.advance(1);
    sync(bench, |update| update.facts.patron = patron).expect("the update is accepted");
}

fn try_link(bench: &mut Bench) -> Result<LinkNo, Refusal> {
    bench.act(|d, c| decide::issue_link(d, Audience::Patron, c))
}

fn link(bench: &mut Bench) -> LinkNo {
    try_link(bench).expect("a patron is named")
}

fn claim_by(bench: &mut Bench, link: LinkNo) -> Result<Claim, Refusal> {
    let made = bench.delivery.usage.page_claims_of(link, FILE).map_or(0, |made| made.count);
    let identity = ClaimIdentity::Ordinal(made + 1);
    let command = ClaimCommand::new(link, FILE, identity).with_acknowledged(true);
    bench.act(|d, c| decide::claim(d, &command, c)).map(|claimed| claimed.claim().clone())
}

fn open(bench: &Bench, claim: &Claim) -> Result<(), Refusal> {
    let Claim { no, attachment, version, ends_at, .. } = *claim;
    let ticket = OpenTicket::new(no, attachment, version, ends_at);
    let context = bench.context(&desktop_delivery::Actor::System);
    decide::open_ticket(&bench.delivery, &ticket, &context).map(|_| ())
}

fn forget(bench: &mut Bench, id: &str) {
    let (library, patron) = (agency("CA-BVAU"), patron(id));
    bench.act(|d, c| decide::forget_patron(d, (&library, &patron), c)).expect("a host may");
}

#[test]
fn a_link_is_revoked_when_its_patron_leaves_by_any_route() {
    type Way = fn(&mut Bench);
    let ways: [(&str, Way); 5] = [
        ("another", |bench| name(bench, Some(patron("p-0007")))),
        ("nobody", |bench| name(bench, None)),
        ("nobody, then another", |bench| {
            name(bench, None);
            name(bench, Some(patron("p-0007")));
        }),
        ("another, then the first again", |bench| {
            name(bench, Some(patron("p-0007")));
            name(bench, Some(patron("p-2211")));
        }),
        ("erased", |bench| forget(bench, "p-2211")),
    ];
    for (way, go) in ways {
        let mut bench = shipped(Policy::illume(), Terms::new(5, 90));
        let old = link(&mut bench);
        let claim = claim_by(&mut bench, old).expect("one is left");
        bench.advance(1);
        go(&mut bench);
        assert!(matches!(open(&bench, &claim), Err(Refusal::Revoked { .. })), "{way}");
        assert!(matches!(claim_by(&mut bench, old), Err(Refusal::Revoked { .. })), "{way}");
        if bench.delivery.record.facts.patron.is_none() {
            assert_eq!(try_link(&mut bench), Err(Refusal::NoRecipient), "{way}");
            name(&mut bench, Some(patron("p-2211")));
        }
        assert_ne!(link(&mut bench), old, "{way}");
        let revoked =
            bench.events.iter().filter(|what| matches!(what, EventKind::LinkRevoked { .. }));
        assert_eq!(revoked.count(), 1, "{way}");
    }
}

#[test]
fn a_patron_link_requires_a_patron() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 90));
    name(&mut bench, None);
    let before = bench.delivery.clone();
    assert_eq!(try_link(&mut bench), Err(Refusal::NoRecipient));
    assert_eq!(bench.delivery, before);
    assert!(bench.act(|d, c| decide::issue_link(d, Audience::Partner, c)).is_ok());
}

#[test]
fn erasing_another_patron_changes_nothing() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 90));
    let before = bench.delivery.clone();
    forget(&mut bench, "p-0007");
    let (other, patron) = (agency("CA-NBFU"), patron("p-2211"));
    bench.act(|d, c| decide::forget_patron(d, (&other, &patron), c)).expect("a host may");
    assert_eq!(bench.delivery, before);
    let library = agency("CA-BVAU");
    let forget = |bench: &mut Bench, of: &str| {
        bench.try_as(&staff(of), |d, c| decide::forget_patron(d, (&library, &patron), c))
    };
    assert_eq!(forget(&mut bench, "CA-OTU"), Err(Refusal::Forbidden));
    assert_eq!(forget(&mut bench, "CA-NBFU"), Err(Refusal::Unknown));
    assert_eq!(forget(&mut bench, "CA-BVAU"), Ok(()));
    assert_eq!(bench.delivery.record.facts.patron, None);
}

#[test]
fn notices_for_the_first_patron_do_not_reach_the_next() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 90));
    let old = link(&mut bench);
    claim_by(&mut bench, old).expect("one is left");
    bench.act(|d, c| decide::ask(d, old, FILE, "for my thesis", c)).expect("it is shipped");
    bench.act(|d, c| decide::receive(d, true, c)).expect("it is shipped");
    let notice_no = bench.delivery.record.notices.last().expect("the patron is notified").no;
    name(&mut bench, Some(patron("p-0007")));
    assert_eq!(
        bench.delivery.record.extension_requests,
        [],
        "the request for more was the first patron's"
    );
    let notice = bench.delivery.record.notice(notice_no).expect("it is kept");
    assert!(matches!(notice.state, NoticeState::Skipped { .. }), "{notice:?}");
    // A worker that leased the notice earlier reports its result.
    let sent = NoticeState::Sent { at: bench.now };
    let tried = NoticeTry::new(notice_no, sent);
    bench.act(|d, c| decide::record_notice(d, &tried, c)).expect("it is kept");
    assert_eq!(bench.delivery.record.notice(notice_no).expect("it is kept").state, sent);
    // The next patron can be notified, with a separate link.
    let again = Resend::new(Recipient::Patron).with_address(true);
    let notice_sent = bench.act(|d, c| decide::resend(d, &again, c)).expect("a patron is named");
    let notice = bench.delivery.record.notice(notice_sent.notice()).expect("it is kept");
    assert_ne!(notice.link, Some(old));
}

#[test]
fn a_skipped_notice_is_kept_until_a_worker_takes_it_out_of_the_outbox() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 90));
    bench.act(|d, c| decide::receive(d, true, c)).expect("it is shipped");
    let skipped = bench.delivery.record.notices.last().expect("the patron is told").no;
    name(&mut bench, Some(patron("p-0007")));
    let settle = |bench: &mut Bench, notice, outcome| {
        let masked_address = String::new();
        let tried = NoticeTry::new(notice, outcome).with_masked_address(masked_address);
        bench.act(|d, c| decide::record_notice(d, &tried, c)).expect("it is kept")
    };
    let send_another = |bench: &mut Bench| {
        bench.advance(3_600);
        let again = Resend::new(Recipient::Patron).with_address(true);
        let told = bench.act(|d, c| decide::resend(d, &again, c)).expect("somebody is named");
        let sent = NoticeState::Sent { at: bench.now };
        settle(bench, told.notice(), sent);
    };
    // So many that notices which have ended are dropped.
    (0..20).for_each(|_| send_another(&mut bench));
    let at = bench.now;
    let recorded = settle(&mut bench, skipped, NoticeState::Skipped { at });
    assert_eq!(recorded.retry_at, None);
    send_another(&mut bench);
    assert_eq!(bench.delivery.record.notice(skipped), None, "it has left the outbox");
}

#[test]
fn a_patron_named_after_receipt_is_notified_once() {
    let mut bench = Bench::new(Policy::illume());
    bench.ship();
    bench.act(|d, c| decide::receive(d, true, c)).expect("it is shipped");
    name(&mut bench, None);
    bench.attach();
    assert_eq!(kinds(&bench), [], "nobody is named");
    assert_eq!(bench.delivery.record.links, []);
    name(&mut bench, Some(patron("p-0007")));
    name(&mut bench, Some(patron("p-0007")));
    assert_eq!(kinds(&bench), [(NoticeKind::Received, Recipient::Patron, None)]);
}

#[derive(Clone, Debug)]
enum Step {
    Advance(i64),
    Attach,
    Claim(u8),
    Erase(u8),
    Expire,
    Link,
    Name(Option<u8>),
    Receive,
    Resend,
    Revoke(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..100 * DAY).prop_map(Step::Advance),
        Just(Step::Attach),
        any::<u8>().prop_map(Step::Claim),
        (0..3_u8).prop_map(Step::Erase),
        Just(Step::Expire),
        Just(Step::Link),
        proptest::option::of(0..3_u8).prop_map(Step::Name),
        Just(Step::Receive),
        Just(Step::Resend),
        any::<u8>().prop_map(Step::Revoke),
    ]
}

fn nth(links: &BTreeMap<LinkNo, u32>, n: u8) -> Option<LinkNo> {
    let n = usize::from(n).checked_rem(links.len())?;
    links.keys().nth(n).copied()
}

proptest! {
    /// Links and their open tickets serve only the patron they were issued for, in any order of
    /// events. `turn` counts how often the request changed its patron.
    #[test]
    fn no_link_outlives_its_patron(steps in proptest::collection::vec(step(), 1..60)) {
        let mut bench = shipped(Policy::recommended(), Terms::new(5, 90));
        let mut turn = 0_u32;
        let mut links = BTreeMap::from([(LinkNo::new(1), turn)]);
        let mut claims: Vec<Claim> = Vec::new();
        for step in steps {
            let before = bench.delivery.record.facts.patron.clone();
            match step {
                Step::Advance(seconds) => bench.advance(seconds),
                Step::Attach => { bench.attach(); }
                Step::Claim(n) => {
                    let by = nth(&links, n);
                    claims.extend(by.and_then(|by| claim_by(&mut bench, by).ok()));
                }
                Step::Erase(id) => forget(&mut bench, &format!("p-{id}")),
                Step::Expire => bench.run_due(),
                Step::Link => {
                    let _full = bench.act(|d, c| decide::issue_link(d, Audience::Patron, c));
                }
                Step::Name(id) => name(&mut bench, id.map(|id| patron(&format!("p-{id}")))),
                Step::Receive => {
                    bench.act(|d, c| decide::receive(d, true, c)).expect("it is shipped");
                }
                Step::Resend => {
                    let again = Resend::new(Recipient::Patron).with_address(true);
                    let _refused = bench.act(|d, c| decide::resend(d, &again, c));
                }
                Step::Revoke(n) => {
                    let no = nth(&links, n).expect("there is the first");
                    bench.act(|d, c| decide::revoke_link(d, no, c)).expect("it is known");
                }
            }
            let record = &bench.delivery.record;
            turn += u32::from(record.facts.patron != before);
            for link in record.links.iter().filter(|link| link.audience == Audience::Patron) {
                let made_in = *links.entry(link.no).or_insert(turn);
                prop_assert!(
                    made_in == turn || link.revoked_at.is_some(),
                    "link {} serves the next patron", link.no.get()
                );
            }
            for claim in claims.iter().filter(|claim| links[&claim.link] != turn) {
                prop_assert!(open(&bench, claim).is_err());
            }
            for notice in &record.notices {
                let waits = matches!(notice.state, NoticeState::Waiting { .. });
                let theirs = notice.link.is_none_or(|no| links[&no] == turn);
                prop_assert!(!waits || notice.to != Recipient::Patron || theirs);
            }
        }
    }
}
