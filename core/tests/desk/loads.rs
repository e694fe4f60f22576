//! Every call loads the request once, however many files it has, unless others change the request
//! in the meantime.

use crate::support::{
    FILE, World, article, borrower, by_key, by_ordinal, facts, lender, pdf, stream,
};
use desktop_delivery::notices::Recipient;
use desktop_delivery::policy::Quotas;
use desktop_delivery::views::Availability;
use desktop_delivery::{
    Actor, AttachmentNo, Audience, PatronId, Policy, Refusal, RequestHandle, Shipment, Status,
};
use futures_executor::block_on;

#[test]
fn every_call_loads_the_request_once() {
    block_on(async {
        let world = World::new();
        let desk = &world.desk;
        let facts = facts("2026-00417", "CA-BVAU");
        let patron = PatronId::new("p-2211").expect("the id is short and plain");
        let patron = Actor::patron(facts.requester.clone(), patron);
        let handle =
            desk.sync(facts.clone(), Status::Pending, None).await.expect("it is new").handle;
        for _ in 0..3 {
            let file = stream(&pdf(5_000));
            desk.upload(handle, &lender(), article(), file).await.expect("the file is allowed");
        }
        let loads = || world.ledger.loads();
        macro_rules! once {
            ($call:expr) => {{
                let before = loads();
                let answer = $call.await.expect("it is allowed");
                assert_eq!(loads() - before, 1, "{}", stringify!($call));
                answer
            }};
        }
        once!(desk.sync(facts.clone(), Status::Pending, None));
        once!(desk.ship(handle, &lender(), Shipment::WithFiles));
        let link = once!(desk.issue_link(handle, &lender(), Audience::Patron));
        once!(desk.issue_patron_link(handle, &patron));
        let token = link.token.expose();
        let page = once!(desk.link_page(token));
        assert_eq!(page.view.expect("it is shipped").files.len(), 3);
        once!(desk.claim(token, &by_key("k-1")));
        once!(desk.claim(token, &by_key("k-1")));
        let granted = once!(desk.claim(token, &by_ordinal(1)));
        once!(desk.open_ticket(granted.ticket.expose()));
        once!(desk.ticket_page(granted.ticket.expose()));
        once!(desk.ask(token, AttachmentNo::new(2), "for a class"));
        once!(desk.receive(handle, &borrower()));
        once!(desk.resend(handle, &borrower(), Recipient::Patron));
        once!(desk.patron_view(handle, &patron));
        once!(desk.staff_view(handle, &lender()));
        let page = once!(desk.requester_page(handle, &borrower()));
        assert!(page.patron_link.is_some() && page.tickets.is_empty());
        // The first call also issues the link that the staff share.
        once!(desk.claim_as_staff(handle, &borrower(), &by_key("k-1")));
        once!(desk.claim_as_staff(handle, &borrower(), &by_key("k-2")));
        once!(desk.remove(handle, &lender(), FILE));
    });
}

#[test]
fn a_patrons_requests_take_one_load_and_one_read_of_their_quota() {
    block_on(async {
        let quotas = Quotas::default().with_patron_claims_per_day(Some(2));
        let world = World::with(Policy::illume().with_quotas(quotas));
        let mut handles = Vec::new();
        for name in ["2026-00417", "2026-00418", "2026-00419"] {
            let (handle, token) = world.shipped_as(name, 5).await;
            handles.insert(0, handle);
            if handles.len() <= 2 {
                world.desk.claim(&token, &by_key("k-1")).await.expect("two are left today");
            }
        }
        let other = PatronId::new("p-9").expect("the id is short and plain");
        let others = facts("2026-00420", "CA-BVAU").with_patron(other);
        let others = world.desk.sync(others, Status::Pending, None).await.expect("it is new");
        let unknown = RequestHandle::from_bytes([9; 8]);
        let wanted = [others.handle, handles[0], unknown, handles[1], handles[2]];
        let patron = PatronId::new("p-2211").expect("the id is short and plain");
        let patron = Actor::patron(facts("2026-00417", "CA-BVAU").requester, patron);

        let (loads, counts) = (world.ledger.loads(), world.ledger.counter_reads());
        let views = world.desk.patron_views(&wanted, &patron).await.expect("the ledger answers");
        assert_eq!(world.ledger.loads() - loads, 1);
        assert_eq!(world.ledger.counter_reads() - counts, 1);

        let mut expected = Vec::new();
        for handle in handles {
            let view = world.desk.patron_view(handle, &patron).await.expect("it is theirs");
            let availability = &view.files[0].availability;
            assert!(
                matches!(availability, Availability::Refused(Refusal::OverQuota { .. })),
                "{availability:?}"
            );
            expected.push((handle, view));
        }
        assert_eq!(views, expected);
        for stranger in [lender(), Actor::Host] {
            let views = world.desk.patron_views(&wanted, &stranger).await;
            assert_eq!(views.expect("the ledger answers"), [], "{stranger:?}");
        }
    });
}
