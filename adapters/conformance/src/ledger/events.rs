use super::support::{NOW, On, agency, change, committed, handle, made};
use crate::check::Run;
use desktop_delivery::events::{Event, EventDocument, EventKind, EventPosition};
use desktop_delivery::ids::{ClaimNo, LinkNo, VersionNo};
use desktop_delivery::ledger::Change;
use desktop_delivery::{Actor, AttachmentNo, Audience, FileName, StaffId};

/// Events of several kinds in several commits.
fn history() -> Vec<Vec<Event>> {
    let staff = Actor::staff(agency("CA-OTU"), StaffId::new("s-17 'é\"").expect("a valid id"));
    let (link, audience) = (LinkNo::new(1), Audience::Patron);
    let holder = Actor::LinkHolder { link, audience };
    let attachment = AttachmentNo::new(1);
    let claimed = |number| EventKind::Claimed {
        claim: ClaimNo::new(number),
        attachment,
        version: VersionNo::new(1),
        link,
        audience,
        copyright_version: Some(7),
    };
    let document = EventDocument {
        attachment,
        version: VersionNo::new(1),
        file_name: FileName::new("l'âge \"glaciaire\" \u{1F4DA}.pdf").expect("a valid name"),
    };
    let why = "because 'it' was \"wrong\" \u{1F4DA}".to_owned();
    vec![
        vec![Event::new(NOW, Actor::Host, EventKind::Created)],
        vec![
            Event::new(NOW, staff.clone(), EventKind::Shipped { attachments: 1 }),
            Event::new(NOW, Actor::System, EventKind::LinkIssued { link, audience }),
        ],
        vec![Event::new(NOW.plus_seconds(1), holder.clone(), claimed(1)).with_document(document)],
        vec![
            Event::new(NOW.plus_seconds(2), holder, claimed(2)),
            Event::new(NOW.plus_seconds(2), Actor::System, EventKind::Expired { attachment }),
            Event::new(NOW.plus_seconds(3), staff, EventKind::Withdrawn { why }),
        ],
    ]
}

pub(super) async fn events_are_read_in_order_and_paged(on: On, _: Run) {
    committed(&on, made(handle(9), "another")).await;
    let history = history();
    for (events, expected) in history.iter().zip([None, Some(1), Some(2), Some(3)]) {
        let base = match expected {
            None => made(handle(1), "2026-00417"),
            Some(_) => change(handle(1), expected),
        };
        committed(&on, Change { events: events.clone(), ..base }).await;
    }
    let all: Vec<(EventPosition, Event)> = (1..)
        .zip(&history)
        .flat_map(|(revision, events)| {
            (0..)
                .zip(events)
                .map(move |(index, event)| (EventPosition { revision, index }, event.clone()))
        })
        .collect();
    for limit in [1, 2, 3, 100] {
        let (mut after, mut read) = (None, Vec::new());
        loop {
            let page =
                on.adapter.events(handle(1), after, limit).await.expect("the adapter answers");
            assert!(page.len() <= limit, "a page exceeds its limit");
            let Some(last) = page.last() else { break };
            after = Some(last.position);
            for recorded in page {
                assert_eq!(recorded.handle, handle(1));
                read.push((recorded.position, recorded.event));
            }
        }
        assert_eq!(read, all, "in pages of {limit}");
    }
    assert_eq!(on.adapter.events(handle(2), None, 10).await.expect("the adapter answers"), []);
}
