//! Every call loads the request once, however many files it has, unless others change the request
//! in the meantime.

use crate::support::{
    FILE, World, article, borrower, by_key, by_ordinal, facts, lender, pdf, stream,
};
use desktop_delivery::notices::Recipient;
use desktop_delivery::{Actor, AttachmentNo, Audience, PatronId, Shipment, Status};
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
