//! Extension requests, and what answers them.

use crate::patrons_link::{DAY, FILE, LINK, claim, grant, kinds, shipped};
use crate::support::article;
use desktop_delivery::decide;
use desktop_delivery::delivery::ReplaceReason;
use desktop_delivery::desk::TermsChange;
use desktop_delivery::error::Limit;
use desktop_delivery::notices::{NoticeKind, Recipient};
use desktop_delivery::{Audience, Policy, Refusal, Terms};

#[test]
fn extensions_are_requested_and_granted_for_used_up_or_expired_files() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    claim(&mut bench, 1).expect("one download is left");
    bench.advance(3 * DAY);
    for _ in 0..2 {
        bench.act(|d, c| decide::ask(d, LINK, FILE, "still\u{7} reading", c)).expect("it is open");
    }
    let [request] = &*bench.delivery.record.extension_requests else {
        panic!("a repeated request replaces the first")
    };
    assert_eq!(request.note, "still reading");
    bench.act(|d, c| decide::grant(d, &grant(0, Some(1)), c)).expect("days may be granted");
    assert_eq!(
        bench.delivery.record.extension_requests.len(),
        1,
        "nothing is left to download yet"
    );
    bench.act(|d, c| decide::grant(d, &grant(2, None), c)).expect("downloads may be granted");
    assert!(bench.delivery.record.extension_requests.is_empty());
    assert_eq!(
        kinds(&bench),
        [
            (NoticeKind::MoreRequested, Recipient::SupplierStaff, Some(1)),
            (NoticeKind::MoreGranted, Recipient::Patron, Some(1)),
        ]
    );
    assert!(claim(&mut bench, 2).is_ok());
    let refusal = Refusal::OverLimit { what: Limit::ExtraDownloads, limit: 5 };
    assert_eq!(bench.act(|d, c| decide::grant(d, &grant(4, None), c)), Err(refusal));
}

#[test]
fn a_replacement_answers_requests_from_people_who_can_download_again() {
    let mut bench = shipped(Policy::recommended(), Terms::new(1, 1));
    let staff = bench.act(|d, c| decide::issue_link(d, Audience::RequesterStaff, c));
    for link in [LINK, staff.expect("it is shipped")] {
        bench.act(|d, c| decide::ask(d, link, FILE, "", c)).expect("it is open");
    }
    let before = kinds(&bench).len();
    bench.upload(article().replacing(FILE, ReplaceReason::Other)).expect("it exists");
    assert!(bench.delivery.record.extension_requests.is_empty());
    assert_eq!(
        kinds(&bench)[before..],
        [(NoticeKind::Replaced, Recipient::RequesterStaff, Some(1))],
        "no email about granted downloads"
    );

    let mut bench = shipped(Policy::illume(), Terms::new(1, 1));
    bench.advance(3 * DAY);
    bench.act(|d, c| decide::ask(d, LINK, FILE, "", c)).expect("it is open");
    bench.upload(article().replacing(FILE, ReplaceReason::Other)).expect("it exists");
    assert_eq!(
        bench.delivery.record.extension_requests.len(),
        1,
        "the new version is also expired"
    );
}

#[test]
fn more_downloads_of_an_expired_file_do_not_answer_a_request() {
    let mut bench = shipped(Policy::illume(), Terms::new(5, 1));
    bench.advance(3 * DAY);
    bench.act(|d, c| decide::ask(d, LINK, FILE, "", c)).expect("it is open");
    bench.act(|d, c| decide::grant(d, &grant(2, None), c)).expect("downloads may be granted");
    assert_eq!(bench.delivery.record.extension_requests.len(), 1, "it is still expired");
}

#[test]
fn a_grant_answers_the_requests_of_its_budget() {
    for (policy, waits) in [(Policy::illume(), 0), (Policy::recommended(), 1)] {
        let mut bench = shipped(policy, Terms::new(5, 1));
        let partner = bench.act(|d, c| decide::issue_link(d, Audience::Partner, c));
        let partner = partner.expect("it is shipped");
        for link in [LINK, partner] {
            bench.act(|d, c| decide::ask(d, link, FILE, "", c)).expect("it is open");
        }
        bench.act(|d, c| decide::grant(d, &grant(2, None), c)).expect("it is allowed");
        let extension_requests = &bench.delivery.record.extension_requests;
        assert_eq!(
            (
                extension_requests.len(),
                extension_requests.iter().filter(|a| a.link == partner).count()
            ),
            (waits, waits)
        );
        bench.act(|d, c| decide::grant(d, &grant(0, Some(9)), c)).expect("it is allowed");
        assert!(bench.delivery.record.extension_requests.is_empty(), "more days apply to everyone");
    }
}

#[test]
fn raising_the_terms_answers_requests_and_lowering_does_not() {
    let mut bench = shipped(Policy::illume(), Terms::new(1, 9));
    claim(&mut bench, 1).expect("one download is left");
    bench.act(|d, c| decide::ask(d, LINK, FILE, "", c)).expect("it is open");
    for (terms, left) in [(Terms::new(1, 8), 1), (Terms::new(3, 8), 0)] {
        let change = TermsChange::new(FILE, terms, "as agreed");
        bench.act(|d, c| decide::change_terms(d, &change, c)).expect("the terms are allowed");
        assert_eq!(bench.delivery.record.extension_requests.len(), left, "{terms:?}");
    }
}

#[test]
fn a_purged_file_cannot_be_extended_and_the_page_shows_why() {
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
