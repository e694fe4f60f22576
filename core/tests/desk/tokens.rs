//! The tokens that a desk issues.

use crate::support::{World, by_key, refusal};
use desktop_delivery::{Actor, Audience, Clock as _, Policy, Refusal};
use futures_executor::block_on;

/// One text in 32 needs an earlier end, so that its last character is a letter or a digit.
#[test]
fn a_ticket_and_a_link_report_the_end_in_their_tokens() {
    block_on(async {
        let world = World::with(Policy::illume().with_max_downloads(1_000));
        let (handle, token) = world.shipped(1_000).await;
        let (now, keys) = (world.clock.now(), world.desk.keys());
        let mut early = Vec::new();
        for number in 0..300 {
            let key = by_key(format!("k-{number}"));
            let issued = world.desk.claim(&token, &key).await.expect("1,000 are left");
            let ticket = keys.verify_ticket(issued.ticket.expose(), now).expect("it is genuine");
            assert_eq!(issued.ends_at, ticket.ends_at());
            let wrapped = format!("<{}>", issued.ticket.expose());
            let repaired = keys.repair_ticket(&wrapped).expect("it is genuine");
            assert_eq!((repaired.ends_at(), &repaired), (issued.ends_at, &issued.ticket));
            if issued.ends_at < now.plus_seconds(7_200) {
                early.push((key, issued));
            }
        }
        let (key, issued) = early.first().expect("one of 300 ends early");
        world.clock.set(issued.ends_at.plus_seconds(-1));
        let again = world.desk.claim(&token, key).await.expect("it is a repeat");
        assert_eq!((again.is_repeat, again.ends_at), (true, issued.ends_at));
        world.clock.set(issued.ends_at);
        let ended = refusal(world.desk.claim(&token, key).await);
        assert_eq!(ended, Refusal::Ended { since: issued.ends_at }, "its token opens nothing");
        world.clock.set(now);
        let mut earlier = 0;
        for _ in 0..300 {
            let issued = world.desk.issue_link(handle, &Actor::Host, Audience::Partner).await;
            let issued = issued.expect("there is room");
            let link = keys.verify_link(issued.token.expose(), now).expect("it is genuine");
            assert_eq!(issued.hard_expires_at, link.hard_expires_at());
            earlier += u32::from(issued.hard_expires_at < now.plus_days(400));
            world.desk.revoke_link(handle, &Actor::Host, issued.no).await.expect("it exists");
        }
        assert!(earlier > 0, "none of 300 expires early");
    });
}
