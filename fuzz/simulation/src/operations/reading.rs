//! What the host, staff and patrons see.

use crate::model::{Intent, Request, is_requester_only, is_stranger};
use crate::operation::{Call, Draw, Operation, Seen};
use crate::violation::{Verdict, ensure};
use desktop_delivery::events::{EventName, FeedQuery, FeedStart};
use desktop_delivery::ledger::{DeliveryKey, ListQuery, Party, Search};
use desktop_delivery::{Actor, Error, RequestReference, Status};

const fn reads(
    name: &'static str,
    methods: &'static [&'static str],
    draw: fn(&mut Draw<'_>) -> Option<Call>,
) -> Operation {
    Operation { name, methods, weight: 2, records: &[], draw }
}

pub(super) const OPERATIONS: &[Operation] = &[
    reads("find", &["find"], find),
    reads("delivery", &["delivery"], delivery),
    reads("list", &["list"], list),
    reads("events", &["events"], events),
    reads("feed", &["events_since"], feed),
    reads("staff view", &["staff_view"], staff_view),
    reads("patron view", &["patron_view"], patron_view),
    reads("patron views", &["patron_views"], patron_views),
    reads("open as requester", &["open_as_requester"], open_as_requester),
    reads("requester page", &["requester_page"], requester_page),
    reads("check access", &["check_access"], check_access),
];

const VISIBLE: &str = "6 somebody sees too much";

/// Checks that the actor may know of the request.
fn may_see(seen: &Seen<'_>) -> Verdict {
    let is_theirs = seen.request().is_some_and(|request| !is_stranger(request, &seen.notes.actor));
    ensure!(is_theirs, VISIBLE, "{:?} sees the request", seen.notes.actor);
    Ok(())
}

/// Returns whether the actor may see documents.
fn sees_documents(seen: &Seen<'_>) -> bool {
    let actor = &seen.notes.actor;
    seen.request().is_some_and(|request| request.is_visible() || !is_requester_only(request, actor))
}

fn find(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let is_known = draw.choices.chance(80);
    let reference = if is_known {
        request.facts.reference.clone()
    } else {
        RequestReference::new("none").ok()?
    };
    Some(Call::new(
        format!("find {reference}"),
        Actor::Host,
        Intent::Plain,
        move |desk| {
            let reference = reference.clone();
            async move { desk.find(&reference).await }
        },
        move |_, found| {
            ensure!(*found == is_known.then_some(handle), "4 a request is not found", "{found:?}");
            Ok(format!("{found:?}"))
        },
    ))
}

fn delivery(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, _) = draw.request()?;
    Some(Call::new(
        format!("delivery {handle}"),
        Actor::Host,
        Intent::Plain,
        move |desk| async move { desk.delivery(DeliveryKey::Handle(handle)).await },
        |seen, found| {
            let revision = found.as_ref().map(|delivery| delivery.revision);
            let basis = seen.notes.basis.map(|(_, revision)| revision);
            ensure!(revision == basis, "4 a request is not found", "revision {revision:?}");
            Ok(format!("revision {revision:?}"))
        },
    ))
}

fn party(draw: &mut Draw<'_>) -> Option<Party> {
    let requester = draw.choices.pick(&draw.cast.requesters)?.clone();
    Some(match draw.choices.below(4) {
        0 => Party::Anyone,
        1 => Party::Patron(requester, draw.choices.pick(&draw.cast.patrons)?.clone()),
        2 => Party::Requester(requester),
        _ => Party::Supplier(draw.choices.pick(&draw.cast.suppliers)?.clone()),
    })
}

fn list(draw: &mut Draw<'_>) -> Option<Call> {
    let party = party(draw)?;
    let statuses = [None, Some(Status::Pending), Some(Status::Shipped), Some(Status::Received)];
    let status = *draw.choices.pick(&statuses)?;
    let waiting = draw.choices.chance(20);
    let search = if draw.choices.chance(20) { Search::of("ice") } else { None };
    let query = ListQuery::of(party, 1 + draw.choices.below(5))
        .with_status(status)
        .with_waiting(waiting)
        .with_search(search);
    let asked = query.clone();
    Some(Call::new(
        format!("list {:?}, waiting: {}", query.status, query.waiting),
        Actor::Host,
        Intent::Plain,
        move |desk| {
            let query = query.clone();
            async move { desk.list(&query).await }
        },
        move |_, page| {
            let sees_all = matches!(asked.party, Party::Anyone | Party::Supplier(_));
            for summary in page {
                let is_hidden = summary.attachments == 0 || sees_all || summary.status.is_visible();
                ensure!(is_hidden, VISIBLE, "{} documents before Shipped", summary.attachments);
            }
            Ok(format!("{} requests", page.len()))
        },
    ))
}

fn any_staff(draw: &mut Draw<'_>, request: &Request) -> Actor {
    if draw.choices.chance(40) { draw.supplier(request) } else { draw.requester(request) }
}

fn events(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, limit) = (any_staff(draw, &request), 1 + draw.choices.below(60));
    let by = actor.clone();
    Some(Call::new(
        format!("events of {handle}, at most {limit}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.events(handle, &by, None, limit).await }
        },
        move |seen, events| {
            may_see(seen)?;
            let is_ordered = events.is_sorted_by(|one, other| one.position < other.position);
            ensure!(
                is_ordered && events.len() <= limit,
                "4 events are out of order",
                "of {handle}"
            );
            let shows = events.iter().any(|recorded| {
                matches!(
                    &*crate::operation::event_name(&recorded.event.kind),
                    "Attached" | "UploadBegun"
                )
            });
            ensure!(!shows || sees_documents(seen), VISIBLE, "events of documents before Shipped");
            Ok(format!("{} events", events.len()))
        },
    ))
}

fn feed(draw: &mut Draw<'_>) -> Option<Call> {
    let (_, request) = draw.request()?;
    let is_host = draw.choices.chance(60);
    let actor = if is_host { Actor::Host } else { any_staff(draw, &request) };
    let names: &[EventName] =
        if draw.choices.chance(30) { &[EventName::Claimed, EventName::Shipped] } else { &[] };
    let limit = 1 + draw.choices.below(40);
    let start = if draw.choices.chance(80) { FeedStart::Beginning } else { FeedStart::Latest };
    let query = FeedQuery::of(start, limit).with_kinds(names.iter().copied());
    let by = actor.clone();
    Some(Call::new(
        format!("feed from {start:?}, at most {limit} of {names:?}"),
        actor,
        Intent::Plain,
        move |desk| {
            let (query, by) = (query.clone(), by.clone());
            async move {
                let first = desk.events_since(&query, &by).await?;
                let next = query.with_start(FeedStart::After(first.next));
                Ok::<_, Error>([first, desk.events_since(&next, &by).await?])
            }
        },
        move |seen, pages| {
            const CHECK: &str = "4 the feed is not what was committed";
            let is_small = pages.iter().all(|page| page.entries.len() <= limit);
            let entries: Vec<_> = pages.iter().flat_map(|page| &page.entries).collect();
            let is_ordered = entries.is_sorted_by(|one, other| one.position < other.position);
            ensure!(is_small && is_ordered, CHECK, "{} entries out of order", entries.len());
            let places = entries.iter().map(|e| (e.recorded.handle, e.recorded.position));
            let mut committed = seen.state.reference.feed();
            if is_host && names.is_empty() && start == FeedStart::Beginning {
                let are_all = places.eq(committed.take(entries.len()));
                let is_full = pages[0].entries.len() == limit || !pages[0].more;
                ensure!(are_all && is_full, CHECK, "the host misses an event");
            } else {
                let mut places = places;
                let are_some = places.all(|place| committed.any(|other| other == place));
                ensure!(are_some, CHECK, "an event that was not committed");
            }
            for entry in &entries {
                let name = entry.recorded.event.kind.name();
                let is_asked = names.is_empty() || names.contains(&name);
                ensure!(is_asked, CHECK, "{name} in a feed of {names:?}");
                let is_theirs = match &seen.notes.actor {
                    Actor::Staff { agency, .. } => {
                        *agency == entry.requester || *agency == entry.supplier
                    }
                    _ => true,
                };
                ensure!(is_theirs, VISIBLE, "an event of {}", entry.recorded.handle);
            }
            Ok(format!("{} events", entries.len()))
        },
    ))
}

fn staff_view(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let actor = any_staff(draw, &request);
    let by = actor.clone();
    Some(Call::new(
        format!("staff view of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.staff_view(handle, &by).await }
        },
        |seen, view| {
            may_see(seen)?;
            let is_hidden = view.files.is_empty() || sees_documents(seen);
            ensure!(is_hidden, VISIBLE, "{} documents before Shipped", view.files.len());
            Ok(format!("{} documents, {}", view.files.len(), view.status))
        },
    ))
}

fn patron_view(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let actor = draw.patron(&request);
    let by = actor.clone();
    Some(Call::new(
        format!("patron view of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.patron_view(handle, &by).await }
        },
        |seen, view| {
            may_see(seen)?;
            let is_visible = seen.request().is_some_and(Request::is_visible);
            ensure!(
                is_visible || view.files.is_empty(),
                VISIBLE,
                "documents while {}",
                view.status
            );
            Ok(format!("{} documents, {}", view.files.len(), view.status))
        },
    ))
}

fn patron_views(draw: &mut Draw<'_>) -> Option<Call> {
    let (_, request) = draw.request()?;
    let (actor, handles) = (draw.patron(&request), draw.state.model.handles());
    let by = actor.clone();
    Some(Call::new(
        format!("patron views of {} requests", handles.len()),
        actor,
        Intent::Plain,
        move |desk| {
            let (by, handles) = (by.clone(), handles.clone());
            async move { desk.patron_views(&handles, &by).await }
        },
        |seen, views| {
            let loaded = seen.loaded();
            let theirs = loaded.values().filter(|request| !is_stranger(request, &seen.notes.actor));
            let expected = theirs.count();
            ensure!(views.len() == expected, VISIBLE, "{} of {expected} requests", views.len());
            for (handle, view) in views {
                let request = loaded.get(handle);
                let is_theirs = request.is_some_and(|one| !is_stranger(one, &seen.notes.actor));
                ensure!(is_theirs, VISIBLE, "{:?} sees {handle}", seen.notes.actor);
                let is_hidden =
                    view.files.is_empty() || request.is_some_and(|one| one.is_visible());
                ensure!(is_hidden, VISIBLE, "documents while {}", view.status);
            }
            Ok(format!("{} requests", views.len()))
        },
    ))
}

fn open_as_requester(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let actor = draw.requester(&request);
    let by = actor.clone();
    Some(Call::new(
        format!("open {handle} as requester"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.open_as_requester(handle, &by).await }
        },
        |seen, view| {
            may_see(seen)?;
            let text = format!("{} documents", view.files.len());
            seen.expect(VISIBLE, &text, Request::is_visible)
        },
    ))
}

fn requester_page(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let actor = draw.requester(&request);
    let by = actor.clone();
    Some(Call::new(
        format!("requester page of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.requester_page(handle, &by).await }
        },
        |seen, page| {
            may_see(seen)?;
            let is_visible = seen.request().is_some_and(Request::is_visible);
            ensure!(is_visible || page.offer.is_err(), VISIBLE, "an offer before Shipped");
            Ok(format!("{} documents", page.view.files.len()))
        },
    ))
}

fn check_access(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let actor = any_staff(draw, &request);
    let by = actor.clone();
    Some(Call::new(
        format!("check access to {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.check_access(handle, &by).await }
        },
        |seen, ()| {
            may_see(seen)?;
            Ok("may see".to_owned())
        },
    ))
}
