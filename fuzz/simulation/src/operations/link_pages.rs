//! What the holders of links see and ask.

use super::tickets::{MAX_EARLY, may_end};
use crate::model::{Intent, Request, open_links};
use crate::operation::{Call, Draw, Operation, Seen};
use crate::shared::HeldLink;
use crate::violation::{Verdict, Violation, ensure};
use desktop_delivery::error::{Error, TokenError};
use desktop_delivery::views::{Availability, DeliveryView};
use desktop_delivery::{Actor, Audience, Refusal, Timestamp};
use std::sync::Arc;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "open link",
        methods: &["open_link"],
        weight: 6,
        records: &[],
        draw: open_link,
    },
    Operation {
        name: "link page",
        methods: &["link_page"],
        weight: 3,
        records: &[],
        draw: link_page,
    },
    Operation {
        name: "link context",
        methods: &["link_context"],
        weight: 3,
        records: &[],
        draw: link_context,
    },
    Operation {
        name: "forged token",
        methods: &["open_link"],
        weight: 2,
        records: &[],
        draw: forged_token,
    },
    Operation { name: "ask", methods: &["ask"], weight: 4, records: &["MoreRequested"], draw: ask },
];

const LINK: &str = "5 a link is issued or opens wrongly";
const VIEW: &str = "2 a page shows other counts";

/// Compares what a link's holder sees with the model.
fn judge_view(request: &Request, view: &DeliveryView, now: Timestamp) -> Verdict {
    let link = view.link.get();
    ensure!(view.facts.patron.is_none(), "5 a page names the patron", "link {link}");
    let shown: Vec<_> = view.files.iter().map(|file| file.no.get()).collect();
    let mut sorted = shown.clone();
    sorted.sort_unstable();
    let expected = request.documents.iter().filter(|(_, document)| !document.is_removed);
    ensure!(sorted.iter().eq(expected.map(|(no, _)| no)), VIEW, "documents {shown:?}");
    let purse = request.purse(view.audience);
    for file in &view.files {
        let no = file.no.get();
        let Some(document) = request.documents.get(&no) else { continue };
        let made = request.page_claims.get(&(link, no)).copied().unwrap_or(0);
        let expected =
            (request.left(document, purse), document.current(), made + 1, document.expires_at);
        let got = (file.left, file.version.get(), file.next_ordinal, file.expires_at);
        ensure!(got == expected, VIEW, "document {no}: {got:?} instead of {expected:?}");
        let is_open = document.is_live() && document.closed(now).is_none() && expected.0 > 0;
        // The patron's daily quota can close a document that is otherwise open.
        let limit = request.policy.quotas.patron_claims_per_day;
        let is_over_quota = view.audience == Audience::Patron
            && matches!(file.availability, Availability::Refused(Refusal::OverQuota {
                used, limit: stated, ..
            }) if Some(stated) == limit && used >= stated);
        ensure!(
            (file.availability == Availability::Open || is_over_quota) == is_open,
            VIEW,
            "document {no}: {:?}",
            file.availability
        );
    }
    Ok(())
}

/// Checks that a genuine link was closed for the right reason.
fn judge_closed(seen: &Seen<'_>, link: &HeldLink, error: &Error) -> Verdict {
    let no = link.no.get();
    match error {
        Error::Refused(refusal) => {
            let expected = seen.request().and_then(|request| request.closed_link(no, seen.now));
            let code = refusal.code();
            // A document may be gone behind an open link.
            let is_of_document = expected.is_none()
                && matches!(code, "removed" | "purged" | "unknown" | "over-limit" | "busy");
            ensure!(expected == Some(code) || is_of_document, LINK, "{code}, not {expected:?}");
        }
        // A key is dropped 400 days after its last link was signed.
        Error::Token(_) => {
            let latest = seen.state.model.latest(link.handle);
            let end = latest.and_then(|request| Some(request.links.get(&no)?.hard_expires_at()));
            let is_late = end.is_none_or(|end| seen.now.plus_seconds(MAX_EARLY) >= end);
            let is_expired = matches!(error, Error::Token(TokenError::Expired));
            let is_over = is_expired || end.is_none_or(|end| seen.now >= end);
            ensure!(
                is_late && is_over,
                "5 a genuine token is rejected",
                "link {no}, until {end:?}"
            );
        }
        _ => {}
    }
    Ok(())
}

fn open_link(draw: &mut Draw<'_>) -> Option<Call> {
    draw.link().map(open_held_link)
}

/// A call that opens a link which somebody holds.
pub(crate) fn open_held_link(link: HeldLink) -> Call {
    let (held, closed, token) = (link.clone(), link.clone(), link.token);
    Call::strict(
        format!("open link {} of {}", held.no, held.handle),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let token = token.clone();
            async move { desk.open_link(&token).await }
        },
        move |seen, view| {
            let now = seen.now;
            let Some(request) = seen.request() else { return Ok(String::new()) };
            let is_open = open_links(request, held.audience, now).contains(&held.no.get());
            ensure!(is_open, LINK, "link {} opens", held.no);
            judge_view(request, view, now)?;
            Ok(format!("{} documents", view.files.len()))
        },
        move |seen, error| judge_closed(seen, &closed, error),
    )
}

fn link_page(draw: &mut Draw<'_>) -> Option<Call> {
    let link = draw.link()?;
    let (held, closed, token) = (link.clone(), link.clone(), link.token);
    Some(Call::strict(
        format!("page of link {} of {}", held.no, held.handle),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let token = token.clone();
            async move { desk.link_page(&token).await }
        },
        move |seen, page| {
            for (_, ticket) in &page.tickets {
                let claim = ticket.claim.get();
                let ends_at = seen.request().and_then(|r| Some(r.claims.get(&claim)?.ends_at));
                ensure!(
                    ends_at.is_some_and(|end| may_end(end, ticket.ends_at)),
                    "2 a repeat is not the same ticket",
                    "claim {claim} ends at {ends_at:?}, its ticket at {}",
                    ticket.ends_at
                );
            }
            let is_closed = page.view.is_err();
            let expected =
                seen.request().and_then(|request| request.closed_link(held.no.get(), seen.now));
            // Looking up the libraries takes time, in which a link may expire.
            ensure!(
                is_closed || expected.is_none_or(|code| code == "expired"),
                LINK,
                "{expected:?}"
            );
            Ok(if is_closed { "closed" } else { "open" }.to_owned())
        },
        move |seen, error| judge_closed(seen, &closed, error),
    ))
}

fn link_context(draw: &mut Draw<'_>) -> Option<Call> {
    let link = draw.link()?;
    let (held, token) = (link.clone(), link.token);
    Some(Call::new(
        format!("context of link {} of {}", held.no, held.handle),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let token = token.clone();
            async move { desk.link_context(&token).await }
        },
        move |seen, context| {
            ensure!(context.link == held.no, LINK, "link {}", context.link);
            seen.expect(LINK, context.status.as_str(), |request| request.status == context.status)
        },
    ))
}

/// Changes one character of a genuine token.
fn forged_token(draw: &mut Draw<'_>) -> Option<Call> {
    let link = draw.link()?;
    let place = draw.choices.below(link.token.len());
    let mut token = link.token.into_bytes();
    let changed = token.get_mut(place)?;
    *changed = if *changed == b'A' { b'B' } else { b'A' };
    let token: Arc<str> = String::from_utf8(token).ok()?.into();
    Some(Call::strict(
        format!("open a forged link of {}", link.handle),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let token = Arc::clone(&token);
            async move { desk.open_link(&token).await }
        },
        |_, view| {
            let detail = format!("link {}", view.link);
            Err(Violation { check: "5 a forged token opens something", detail })
        },
        |_, error| {
            let is_invalid = matches!(error, Error::Token(TokenError::Invalid));
            ensure!(is_invalid, "5 a forged token is refused with a reason", "{error:?}");
            Ok(())
        },
    ))
}

fn ask(draw: &mut Draw<'_>) -> Option<Call> {
    let link = draw.link()?;
    let request = Arc::clone(draw.state.model.latest(link.handle)?);
    let (document, note) = (draw.document(&request), draw.note());
    let (no, closed, token) = (link.no.get(), link.clone(), link.token);
    Some(Call::strict(
        format!("ask for more of document {document} by link {no} of {}", closed.handle),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let (token, note) = (token.clone(), note.clone());
            async move { desk.ask(&token, document, &note).await }
        },
        move |seen, ()| {
            seen.expect("4 an extension request is lost", "asked", |request| {
                request.asks.contains(&(no, document.get()))
            })
        },
        move |seen, error| judge_closed(seen, &closed, error),
    ))
}
