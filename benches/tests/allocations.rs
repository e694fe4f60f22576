//! Operations that must not allocate.

use allocation_counter::measure;
use desktop_delivery_benches::tokens::Tokens;

#[test]
fn minting_and_verifying_allocate_nothing() {
    let tokens = Tokens::new();
    let (link, ticket) = (tokens.mint_link(), tokens.mint_ticket());
    let forged = link.expose().replace('A', "B");
    let allocations = measure(|| {
        assert!(tokens.verify_link(link.expose()));
        assert!(tokens.verify_ticket(ticket.expose()));
        assert!(!tokens.verify_link(ticket.expose()));
        assert!(!tokens.verify_link(&forged));
        assert_eq!(tokens.mint_link(), link);
        assert_eq!(tokens.mint_ticket(), ticket);
    });
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn the_counter_counts() {
    assert_eq!(measure(|| drop(std::hint::black_box(Box::new(7)))).count_total, 1);
}
