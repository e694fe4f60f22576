//! Links and their revocation.

use super::tickets::may_end;
use crate::model::Intent;
use crate::operation::{Call, Draw, Operation, Seen};
use crate::shared::HeldLink;
use crate::violation::{Violation, ensure};
use desktop_delivery::{Audience, IssuedLink, RequestHandle};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "issue link",
        methods: &["issue_link"],
        weight: 8,
        records: &["LinkIssued"],
        draw: issue_link,
    },
    Operation {
        name: "issue patron link",
        methods: &["issue_patron_link"],
        weight: 4,
        records: &["LinkIssued"],
        draw: issue_patron_link,
    },
    Operation {
        name: "issued link",
        methods: &["issued_link"],
        weight: 3,
        records: &[],
        draw: issued_link,
    },
    Operation {
        name: "revoke link",
        methods: &["revoke_link"],
        weight: 3,
        records: &["LinkRevoked"],
        draw: revoke_link,
    },
];

const LINK: &str = "5 a link is issued or opens wrongly";

fn keep(
    seen: &mut Seen<'_>,
    handle: RequestHandle,
    link: &IssuedLink,
    audience: Audience,
) -> Result<String, Violation> {
    let no = link.no.get();
    let expected = seen.request().is_some_and(|request| {
        let stored = request.links.get(&no);
        stored.is_some_and(|stored| {
            stored.audience == audience
                && !stored.is_revoked
                && may_end(stored.hard_expires_at(), link.hard_expires_at)
        })
    });
    ensure!(expected, LINK, "link {no} of {handle} for {audience:?}");
    let token = link.token.expose().to_owned();
    seen.state.links.push(HeldLink { handle, no: link.no, audience, token });
    Ok(format!("link {no}"))
}

fn issue_link(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let audience = draw.audience();
    let actor =
        if draw.choices.chance(50) { draw.supplier(&request) } else { draw.requester(&request) };
    let by = actor.clone();
    Some(Call::new(
        format!("issue link of {handle} to {audience:?}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.issue_link(handle, &by, audience).await }
        },
        move |seen, link| keep(seen, handle, link, audience),
    ))
}

fn issue_patron_link(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let actor = draw.patron(&request);
    let by = actor.clone();
    Some(Call::new(
        format!("issue the patron's own link of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.issue_patron_link(handle, &by).await }
        },
        move |seen, link| {
            let actor = seen.notes.actor.clone();
            let is_theirs = seen.request().is_some_and(|r| !crate::model::is_stranger(r, &actor));
            ensure!(is_theirs, LINK, "a link of another patron");
            keep(seen, handle, link, Audience::Patron)
        },
    ))
}

fn issued_link(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, audience) = (draw.supplier(&request), draw.audience());
    let by = actor.clone();
    Some(Call::new(
        format!("issued link of {handle} to {audience:?}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.issued_link(handle, &by, audience).await }
        },
        move |seen, link| match link {
            Some(link) => keep(seen, handle, link, audience),
            None => Ok("none".to_owned()),
        },
    ))
}

fn revoke_link(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, no) = (draw.requester(&request), draw.link_no(&request));
    let by = actor.clone();
    Some(Call::new(
        format!("revoke link {no} of {handle}"),
        actor,
        Intent::Plain,
        move |desk| {
            let by = by.clone();
            async move { desk.revoke_link(handle, &by, no).await }
        },
        move |seen, ()| {
            seen.expect("5 a revocation is lost", "revoked", |request| {
                request.links.get(&no.get()).is_some_and(|link| link.is_revoked)
            })
        },
    ))
}
