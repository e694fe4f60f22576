//! Other staff actions: reporting and answering problems, resending emails, and previews.

use crate::support::{Bench, START, article, staff};
use desktop_delivery::decide::{self, NoticeTry, Quota, Resend, Ship};
use desktop_delivery::delivery::{Expiry, ProblemKind, ReplaceReason};
use desktop_delivery::desk::Resent;
use desktop_delivery::error::Limit;
use desktop_delivery::events::EventKind;
use desktop_delivery::ids::{LinkNo, NoticeNo};
use desktop_delivery::notices::{NoticeKind, NoticeState, Recipient};
use desktop_delivery::{Actor, AttachmentNo, PatronId, Policy, Refusal, Shipment, Terms};
use proptest::prelude::*;
use std::collections::BTreeMap;

const FILE: AttachmentNo = AttachmentNo::new(1);
const KINDS: [ProblemKind; 4] = [
    ProblemKind::MissingPage,
    ProblemKind::Other,
    ProblemKind::Unreadable,
    ProblemKind::WrongArticle,
];
const TO_PATRON: Resend = Resend::new(Recipient::Patron).with_address(true);
const TO_PARTNER: Resend = Resend::new(Recipient::Partner).with_partner(true).with_address(true);

fn shipped(policy: Policy) -> Bench {
    let mut bench = Bench::new(policy);
    bench.attach();
    bench.ship();
    bench
}

fn report(bench: &mut Bench, kind: ProblemKind, note: &str) -> Result<(), Refusal> {
    bench.try_as(&staff("CA-BVAU"), |d, c| decide::report_problem(d, FILE, kind, note, c))
}

fn answer(bench: &mut Bench, note: &str) -> Result<(), Refusal> {
    bench.try_as(&staff("CA-OTU"), |d, c| decide::answer_problem(d, FILE, note, c))
}

fn sync(bench: &mut Bench, command: Resend) -> Result<Resent, Refusal> {
    bench.act(|d, c| decide::resend(d, &command, c))
}

fn send_all(bench: &mut Bench) {
    let outcome = NoticeState::Sent { at: bench.now };
    for notice in pending_notices(bench) {
        let tried = NoticeTry::new(notice, outcome);
        bench.act(|d, c| decide::record_notice(d, &tried, c)).expect("it waits");
    }
}

fn pending_notices(bench: &Bench) -> Vec<NoticeNo> {
    let notices = bench.delivery.record.notices.iter();
    let waits = notices.filter(|n| matches!(n.state, NoticeState::Waiting { .. }));
    waits.map(|notice| notice.no).collect()
}

/// Returns the notices that are still current.
fn current_notices(bench: &Bench) -> Vec<(NoticeKind, Recipient)> {
    let record = &bench.delivery.record;
    let notices = record.notices.iter().filter(|n| pending_notices(bench).contains(&n.no));
    let holding = notices.filter(|notice| decide::notice_still_holds(record, notice, bench.now));
    holding.map(|notice| (notice.kind, notice.to)).collect()
}

#[derive(Clone, Debug)]
enum Command {
    Answer { file: u16 },
    Remove { file: u16 },
    Replace { file: u16 },
    Report { file: u16, kind: usize, note: u8 },
    Send,
    Wait,
}

fn command() -> impl Strategy<Value = Command> {
    let file = 1..4_u16;
    prop_oneof![
        8 => (file.clone(), 0..4_usize, 0..3_u8)
            .prop_map(|(file, kind, note)| Command::Report { file, kind, note }),
        3 => file.clone().prop_map(|file| Command::Answer { file }),
        2 => file.clone().prop_map(|file| Command::Replace { file }),
        1 => file.prop_map(|file| Command::Remove { file }),
        2 => Just(Command::Send),
        2 => Just(Command::Wait),
    ]
}

proptest! {
    /// Compares with a model that keeps the last note of each file and kind, and whether it is
    /// open.
    #[test]
    fn each_kind_of_problem_is_kept_once_and_emailed_before_it_is_removed(
        commands in prop::collection::vec(command(), 0..60),
    ) {
        let mut bench = Bench::new(Policy::illume());
        for _ in 1..4 {
            bench.attach();
        }
        bench.ship();
        let mut model: BTreeMap<(u16, ProblemKind), (String, bool)> = BTreeMap::new();
        let mut removed = [false; 4];
        // The time of the last email about each file, since a delivery does not keep all of them.
        let mut sent_at: BTreeMap<u16, desktop_delivery::Timestamp> = BTreeMap::new();
        for command in commands {
            match command {
                Command::Report { file, kind, note } => {
                    let (no, kind, note) =
                        (AttachmentNo::new(file), KINDS[kind], format!("note {note}"));
                    let done = bench.act(|d, c| decide::report_problem(d, no, kind, &note, c));
                    prop_assert_eq!(done.is_ok(), !removed[usize::from(file)]);
                    if done.is_ok() {
                        model.insert((file, kind), (note, true));
                    }
                }
                Command::Answer { file } => {
                    let no = AttachmentNo::new(file);
                    let done = bench.act(|d, c| decide::answer_problem(d, no, "as it is", c));
                    let of_file = model.iter_mut().filter(|((of, _), _)| *of == file);
                    let open: Vec<_> =
                        of_file.map(|(_, (_, open))| open).filter(|open| **open).collect();
                    prop_assert_eq!(done, if open.is_empty() { Err(Refusal::Stale) } else { Ok(()) });
                    open.into_iter().for_each(|open| *open = false);
                }
                Command::Replace { file } => {
                    let better =
                        article().replacing(AttachmentNo::new(file), ReplaceReason::MissingPages);
                    if bench.upload(better).is_ok() {
                        model.retain(|(of, _), _| *of != file);
                    }
                }
                Command::Remove { file } => {
                    let no = AttachmentNo::new(file);
                    bench.act(|d, c| decide::remove(d, no, c)).expect("it is there or was");
                    removed[usize::from(file)] = true;
                    model.retain(|(of, _), _| *of != file);
                }
                Command::Send => {
                    let reports = bench.delivery.record.notices.iter().filter(|notice| {
                        notice.kind == NoticeKind::ProblemReported
                            && matches!(notice.state, NoticeState::Waiting { .. })
                    });
                    let files = reports.filter_map(|notice| notice.attachment);
                    sent_at.extend(files.map(|file| (file.get(), bench.now)));
                    send_all(&mut bench);
                }
                Command::Wait => bench.advance(1),
            }
            let record = &bench.delivery.record;
            let kept: BTreeMap<_, _> = record
                .problems
                .iter()
                .map(|p| ((p.attachment.get(), p.kind), (p.note.clone(), p.is_open())))
                .collect();
            prop_assert_eq!(kept.len(), record.problems.len(), "one for each file and kind");
            prop_assert_eq!(&kept, &model);
            for file in 1..4 {
                let of_file = |n: &&desktop_delivery::notices::Notice| {
                    n.kind == NoticeKind::ProblemReported && n.attachment == Some(AttachmentNo::new(file))
                };
                let notices: Vec<_> = record.notices.iter().filter(of_file).collect();
                let waits = |n: &desktop_delivery::notices::Notice| matches!(n.state, NoticeState::Waiting { .. });
                prop_assert!(notices.iter().filter(|n| waits(n)).count() <= 1, "at most one notice is pending for each file");
                for open in record.open_problems(AttachmentNo::new(file)) {
                    // An email lists the problems that are open when it is sent.
                    let is_pending = sent_at.get(&file).is_some_and(|at| *at >= open.at)
                        || notices.iter().any(|n| waits(n));
                    prop_assert!(is_pending, "no notice is pending for {:?}", open);
                }
            }
        }
    }
}

#[test]
fn the_note_of_an_open_problem_is_replaced_without_another_email() {
    let mut bench = shipped(Policy::illume());
    report(&mut bench, ProblemKind::MissingPage, "page 7\u{7}\nand 8").expect("it is shipped");
    send_all(&mut bench);
    bench.advance(60);
    let before = bench.delivery.revision;
    report(&mut bench, ProblemKind::MissingPage, "page 7\nand 8").expect("it is the same");
    assert_eq!(bench.delivery.revision, before, "nothing changes");
    report(&mut bench, ProblemKind::MissingPage, "page 9").expect("it is shipped");
    let [problem] = &*bench.delivery.record.problems else { panic!("it is kept once") };
    assert_eq!((problem.note.as_str(), problem.at), ("page 9", START));
    assert!(problem.by.is_some());
    assert_eq!(pending_notices(&bench), []);
    let refusal = Refusal::OverLimit { what: Limit::NoteBytes, limit: 1_000 };
    let long = "x".repeat(1_001);
    assert_eq!(report(&mut bench, ProblemKind::Other, &long), Err(refusal.clone()));
    assert_eq!(answer(&mut bench, &long), Err(refusal));
    assert_eq!(report(&mut bench, ProblemKind::Other, &long[1..]), Ok(()));
}

#[test]
fn a_problem_is_closed_by_an_answer_a_replacement_a_removal_or_the_end_of_the_request() {
    use NoticeKind::{ProblemAnswered, ProblemReported, Replaced};
    use Recipient::{RequesterStaff, SupplierStaff};
    type End = fn(&mut Bench);
    type Left = (usize, &'static [(NoticeKind, Recipient)]);
    let ends: [(&str, End, Left); 6] = [
        ("nothing", |_| (), (1, &[(ProblemReported, SupplierStaff)])),
        (
            "answered",
            |b| answer(b, "that is how it is").expect("one waits"),
            (1, &[(ProblemAnswered, RequesterStaff)]),
        ),
        (
            "replaced",
            |b| {
                let better = article().replacing(FILE, ReplaceReason::MissingPages);
                b.upload(better).expect("it exists");
            },
            (0, &[(Replaced, RequesterStaff)]),
        ),
        (
            "answered, then replaced",
            |b| {
                answer(b, "we scan it again").expect("one waits");
                let better = article().replacing(FILE, ReplaceReason::MissingPages);
                b.upload(better).expect("it exists");
            },
            (0, &[(Replaced, RequesterStaff)]),
        ),
        ("removed", |b| b.act(|d, c| decide::remove(d, FILE, c)).expect("it exists"), (0, &[])),
        (
            "withdrawn",
            |b| b.act(|d, c| decide::withdraw(d, "", c)).expect("it is shipped"),
            (0, &[]),
        ),
    ];
    for (name, end, (problems, notices)) in ends {
        let mut bench = shipped(Policy::illume());
        report(&mut bench, ProblemKind::Unreadable, "").expect("it is shipped");
        bench.advance(1);
        end(&mut bench);
        assert_eq!(bench.delivery.record.problems.len(), problems, "{name}");
        assert_eq!(current_notices(&bench), notices, "{name}");
        assert_eq!(bench.delivery.record.waits_for_supplier(), name == "nothing", "{name}");
    }
}

#[test]
fn replacing_a_file_without_problems_does_not_notify_staff() {
    let mut bench = shipped(Policy::illume());
    bench.upload(article().replacing(FILE, ReplaceReason::Other)).expect("it exists");
    assert_eq!(current_notices(&bench), []);
}

#[test]
fn a_partner_gets_one_email_about_a_replacement() {
    let mut bench = Bench::new(Policy::illume());
    bench.attach();
    let ship = Ship::new(Shipment::WithFiles).with_notify_partner(true);
    bench.act(|d, c| decide::ship(d, &ship, c)).expect("a file is attached");
    bench
        .act(|d, c| decide::report_problem(d, FILE, ProblemKind::WrongArticle, "", c))
        .expect("the host may report for it");
    send_all(&mut bench);
    bench.upload(article().replacing(FILE, ReplaceReason::WrongDocument)).expect("it exists");
    assert_eq!(current_notices(&bench), [(NoticeKind::Replaced, Recipient::Partner)]);
}

#[test]
fn an_answered_problem_reopens_when_reported_again() {
    let mut bench = shipped(Policy::illume());
    report(&mut bench, ProblemKind::Unreadable, "too dark").expect("it is shipped");
    answer(&mut bench, "the original is").expect("one waits");
    assert_eq!(answer(&mut bench, "again"), Err(Refusal::Stale));
    bench.advance(5);
    report(&mut bench, ProblemKind::Unreadable, "too dark").expect("it is shipped");
    let [problem] = &*bench.delivery.record.problems else { panic!("it is kept once") };
    assert!(problem.is_open());
    assert_eq!(problem.at, bench.now);
}

#[test]
fn an_email_is_resent_once_at_a_time() {
    for (command, kind) in [(TO_PATRON, NoticeKind::Received), (TO_PARTNER, NoticeKind::Shipped)] {
        let mut bench = shipped(Policy::illume());
        assert_eq!(sync(&mut bench, command), Ok(Resent::Written(NoticeNo::new(1))));
        let before = bench.delivery.revision;
        assert_eq!(sync(&mut bench, command), Ok(Resent::Waiting(NoticeNo::new(1))));
        assert_eq!(bench.delivery.revision, before, "nothing changes");
        let notice = bench.delivery.record.notices[0].clone();
        assert_eq!((notice.kind, notice.to, notice.asked_for), (kind, command.to, true));
        send_all(&mut bench);
        assert_eq!(sync(&mut bench, command), Ok(Resent::Written(NoticeNo::new(2))));
        let links = &bench.delivery.record.links;
        assert_eq!(links.len(), 1, "with the same link");
        assert_eq!(bench.delivery.record.notices[1].link, Some(links[0].no));
        bench.act(|d, c| decide::revoke_link(d, LinkNo::new(1), c)).expect("it exists");
        assert_eq!(
            sync(&mut bench, command),
            Ok(Resent::Written(NoticeNo::new(3))),
            "the second is void"
        );
        assert_eq!(bench.delivery.record.notices[2].link, Some(LinkNo::new(2)));
    }
}

#[test]
fn an_email_is_resent_at_most_three_times_an_hour() {
    for command in [TO_PATRON, TO_PARTNER] {
        let mut bench = shipped(Policy::illume());
        assert_eq!(
            sync(&mut bench, command),
            Ok(Resent::Written(NoticeNo::new(1))),
            "the first is no resend"
        );
        send_all(&mut bench);
        bench.advance(600);
        let start = bench.now;
        for no in 2..=4 {
            assert_eq!(sync(&mut bench, command), Ok(Resent::Written(NoticeNo::new(no))));
            send_all(&mut bench);
            bench.advance(600);
        }
        let from = start.plus_seconds(3_600);
        let refused = Refusal::TooManyResends { limit: 3, from };
        let before = bench.delivery.clone();
        assert_eq!(sync(&mut bench, command), Err(refused.clone()));
        assert_eq!(bench.delivery, before, "nothing changes");
        bench.advance(from.seconds_since(bench.now) - 1);
        assert_eq!(sync(&mut bench, command), Err(refused));
        bench.advance(1);
        assert_eq!(
            sync(&mut bench, command),
            Ok(Resent::Written(NoticeNo::new(5))),
            "at the time given"
        );
        send_all(&mut bench);
        let from = start.plus_seconds(3_600 + 600);
        assert_eq!(sync(&mut bench, command), Err(Refusal::TooManyResends { limit: 3, from }));
    }
}

#[test]
fn resend_limits_are_per_person_and_ignore_automatic_notices() {
    let mut bench = shipped(Policy::illume());
    bench.act(|d, c| decide::receive(d, true, c)).expect("it is shipped");
    send_all(&mut bench);
    for no in 2..=4 {
        assert_eq!(sync(&mut bench, TO_PATRON), Ok(Resent::Written(NoticeNo::new(no))));
        send_all(&mut bench);
    }
    assert!(matches!(sync(&mut bench, TO_PATRON), Err(Refusal::TooManyResends { .. })));
    assert_eq!(sync(&mut bench, TO_PARTNER), Ok(Resent::Written(NoticeNo::new(5))));
}

#[test]
fn an_automatic_notice_that_staff_send_early_is_not_a_resend() {
    let mut bench = shipped(Policy::illume());
    bench.act(|d, c| decide::receive(d, true, c)).expect("it is shipped");
    assert_eq!(sync(&mut bench, TO_PATRON), Ok(Resent::Waiting(NoticeNo::new(1))));
    send_all(&mut bench);
    for no in 2..=4 {
        assert_eq!(sync(&mut bench, TO_PATRON), Ok(Resent::Written(NoticeNo::new(no))));
        send_all(&mut bench);
    }
    assert!(matches!(sync(&mut bench, TO_PATRON), Err(Refusal::TooManyResends { .. })));
}

#[test]
fn a_pending_automatic_notice_becomes_a_requested_one() {
    let mut bench = shipped(Policy::illume());
    bench.act(|d, c| decide::receive(d, true, c)).expect("it is shipped");
    assert!(!bench.delivery.record.notices[0].asked_for);
    assert_eq!(sync(&mut bench, TO_PATRON), Ok(Resent::Waiting(NoticeNo::new(1))));
    assert!(bench.delivery.record.notices[0].asked_for);
    let event = EventKind::Resent { notice: NoticeNo::new(1), to: Recipient::Patron };
    assert_eq!(bench.events.last(), Some(&event));
}

#[test]
fn a_patron_notified_before_receipt_is_notified_of_grants_and_replacements() {
    let mut bench = shipped(Policy::illume());
    sync(&mut bench, TO_PATRON).expect("the patron is known");
    send_all(&mut bench);
    bench.attach();
    bench.upload(article().replacing(FILE, ReplaceReason::MissingPages)).expect("it exists");
    let notified =
        [(NoticeKind::Received, Recipient::Patron), (NoticeKind::Replaced, Recipient::Patron)];
    assert_eq!(current_notices(&bench), notified);
}

#[test]
fn no_email_is_sent_without_a_recipient_or_a_file() {
    type Change = fn(&mut Bench);
    let terms = Terms::new(5, 1).with_expiry(Expiry::At(START.plus_seconds(100)));
    let expired = Refusal::Expired { since: START.plus_seconds(100) };
    let remove: Change = |b| b.act(|d, c| decide::remove(d, FILE, c)).expect("it exists");
    let cases: [(Resend, Change, Refusal); 6] = [
        (TO_PATRON, |b| b.delivery.record.facts.patron = None, Refusal::NoRecipient),
        (TO_PARTNER.with_partner(false), |_| (), Refusal::NoRecipient),
        (Resend::new(Recipient::RequesterStaff).with_address(true), |_| (), Refusal::Forbidden),
        (TO_PATRON, remove, Refusal::NothingAttached),
        (TO_PATRON, |b| b.advance(100), expired.clone()),
        (TO_PARTNER, |b| b.advance(100), expired),
    ];
    for (command, change, refusal) in cases {
        let mut bench = Bench::new(Policy::illume());
        bench.upload(article().with_terms(terms)).expect("the terms are allowed");
        bench.ship();
        change(&mut bench);
        assert_eq!(sync(&mut bench, command), Err(refusal), "{command:?}");
        assert!(bench.delivery.record.notices.is_empty());
    }
    let mut bench = shipped(Policy::illume());
    bench.attach();
    bench.act(|d, c| decide::remove(d, FILE, c)).expect("it exists");
    assert!(sync(&mut bench, TO_PATRON).is_ok(), "one is left");
}

#[test]
fn resending_does_not_issue_unlimited_links() {
    let mut bench = shipped(Policy::illume());
    for no in 1..=1_000 {
        assert_eq!(sync(&mut bench, TO_PATRON), Ok(Resent::Written(NoticeNo::new(no))));
        let link = bench.delivery.record.links.last().expect("it was made").no;
        bench.act(|d, c| decide::revoke_link(d, link, c)).expect("it exists");
    }
    let refusal = Refusal::OverLimit { what: Limit::Links, limit: 1_000 };
    assert_eq!(sync(&mut bench, TO_PATRON), Err(refusal));
}

/// Who can preview, by profile, side and status.
#[test]
fn the_supplier_can_always_preview_and_the_requester_if_previews_are_free() {
    type Change = fn(&mut Bench);
    let pending: Change = |_| ();
    let shipped: Change = |b| b.ship();
    let early: Change = |b| {
        b.ship();
        b.now = START.plus_seconds(9);
    };
    let ended: Change = |b| {
        b.ship();
        b.now = START.plus_seconds(100);
    };
    let withdrawn: Change = |b| {
        b.ship();
        b.act(|d, c| decide::withdraw(d, "", c)).expect("it is shipped");
    };
    let removed: Change = |b| b.act(|d, c| decide::remove(d, FILE, c)).expect("it exists");
    let rows: [(&str, Change, [&str; 4]); 6] = [
        ("pending", pending, ["ok", "not-shipped", "not-shipped", "unknown"]),
        ("shipped", shipped, ["ok", "no-free-preview", "ok", "unknown"]),
        ("before its first instant", early, ["ok", "no-free-preview", "not-yet-valid", "unknown"]),
        ("expired", ended, ["ok", "no-free-preview", "expired", "unknown"]),
        ("withdrawn", withdrawn, ["ok", "withdrawn", "withdrawn", "unknown"]),
        ("removed", removed, ["removed", "not-shipped", "not-shipped", "unknown"]),
    ];
    let who = [
        (Policy::illume(), staff("CA-OTU")),
        (Policy::illume(), staff("CA-BVAU")),
        (Policy::recommended(), staff("CA-BVAU")),
        (Policy::recommended(), staff("CA-NBFU")),
    ];
    for (name, change, results) in rows {
        for ((policy, actor), expected) in who.iter().zip(results) {
            let mut bench = Bench::new(policy.clone());
            let end = Expiry::At(START.plus_seconds(100));
            let terms = Terms::new(5, 1).with_not_before(START.plus_seconds(10)).with_expiry(end);
            bench.upload(article().with_terms(terms)).expect("the terms are allowed");
            bench.now = START.plus_seconds(10);
            change(&mut bench);
            let before = bench.delivery.usage.clone();
            let seen = bench.try_as(actor, |d, c| decide::preview(d, FILE, c));
            let code = seen.as_ref().map_or_else(Refusal::code, |_| "ok");
            assert_eq!(code, expected, "{name}, {}, {actor:?}", policy.name);
            assert_eq!(bench.delivery.usage, before, "it counts no download");
            if let Ok(version) = seen {
                let event = EventKind::Previewed { attachment: FILE, version: version.no };
                assert_eq!(bench.events.last(), Some(&event));
            }
        }
    }
}

#[test]
fn a_preview_is_charged_to_the_staff_member() {
    let mut bench = shipped(Policy::recommended());
    for (actor, limit) in [(Actor::Host, None), (staff("CA-BVAU"), Some(200))] {
        bench.try_as(&actor, |d, c| decide::preview(d, FILE, c)).expect("it is shipped");
        let charged = bench.charges.first().map(|charge| {
            assert!(matches!(&charge.quota, Quota::StaffPreviews { day: 20_780, .. }));
            (charge.amount, charge.limit)
        });
        assert_eq!(charged, limit.map(|limit| (1, Some(limit))));
    }
    bench.policy.quotas.staff_previews_per_day = None;
    bench.try_as(&staff("CA-BVAU"), |d, c| decide::preview(d, FILE, c)).expect("it is shipped");
    assert!(bench.charges.is_empty());
}

#[test]
fn another_patron_is_emailed_a_separate_link() {
    let mut bench = shipped(Policy::illume());
    sync(&mut bench, TO_PATRON).expect("the patron is known");
    let mut update = crate::support::update(&bench.policy, bench.delivery.record.status);
    bench.advance(1);
    update.as_of = Some(bench.now);
    update.facts.patron = Some(PatronId::new("p-0007").expect("the id is short and plain"));
    bench.act(|d, c| decide::sync(Some(d), &update, c)).expect("the update is accepted");
    assert_eq!(current_notices(&bench), [], "the first one's is void");
    assert_eq!(sync(&mut bench, TO_PATRON), Ok(Resent::Written(NoticeNo::new(2))));
    assert_eq!(bench.delivery.record.notices[1].link, Some(LinkNo::new(2)));
}
