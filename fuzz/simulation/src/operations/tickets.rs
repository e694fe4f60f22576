//! Tickets, and the bytes that they open.

use crate::model::Intent;
use crate::operation::{Call, Draw, Operation, Seen};
use crate::shared::HeldTicket;
use crate::violation::{Verdict, Violation, ensure};
use desktop_delivery::desk::TicketPage;
use desktop_delivery::error::{Error, StoreErrorKind, TokenError};
use desktop_delivery::{Actor, Download, Timestamp};
use futures_util::TryStreamExt as _;
use std::time::Duration;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation { name: "resume", methods: &["resume"], weight: 3, records: &[], draw: resume },
    Operation {
        name: "open ticket",
        methods: &["open_ticket"],
        weight: 12,
        records: &[],
        draw: open_ticket,
    },
    Operation {
        name: "ticket page",
        methods: &["ticket_page"],
        weight: 5,
        records: &[],
        draw: ticket_page,
    },
    Operation { name: "read", methods: &["read"], weight: 7, records: &[], draw: read },
    Operation { name: "direct", methods: &["direct"], weight: 8, records: &[], draw: direct },
    Operation { name: "recheck", methods: &["recheck"], weight: 6, records: &[], draw: recheck },
    Operation {
        name: "refund",
        methods: &["refund"],
        weight: 8,
        records: &["Refunded"],
        draw: refund,
    },
];

const TICKET: &str = "3 a ticket opens or closes wrongly";

/// How many seconds a token may end earlier than its ticket or link, so that its text ends in a
/// letter or a digit.
pub(super) const MAX_EARLY: i64 = 32;

/// Returns whether a token for what ends at `end` may itself end at `token_end`.
pub(super) fn may_end(end: Timestamp, token_end: Timestamp) -> bool {
    (0..MAX_EARLY).contains(&(end.as_seconds() - token_end.as_seconds()))
}

fn resume(draw: &mut Draw<'_>) -> Option<Call> {
    let link = draw.link()?;
    let request = std::sync::Arc::clone(draw.state.model.latest(link.handle)?);
    let document = draw.document(&request);
    let (no, token) = (link.no.get(), link.token);
    Some(Call::new(
        format!("resume document {document} by link {no} of {}", link.handle),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let token = token.clone();
            async move { desk.resume(&token, document).await }
        },
        move |seen, ticket| {
            let now = seen.now;
            let open = seen.request().map(|request| {
                let current = request.documents.get(&document.get()).map_or(0, |d| d.current());
                let mut claims = request.claims.iter().rev();
                claims
                    .find(|(_, claim)| {
                        (claim.link, claim.document, claim.version) == (no, document.get(), current)
                            && request.is_open(claim, now)
                    })
                    .map(|(no, claim)| (*no, claim.ends_at))
            });
            let got = ticket.as_ref().map(|ticket| (ticket.claim.get(), ticket.ends_at));
            let is_right = match (open, got) {
                (Some(Some((open, end))), Some((no, ends_at))) => {
                    open == no && may_end(end, ends_at)
                }
                // The token ends before the claim does.
                (Some(Some((_, end))), None) => now.plus_seconds(MAX_EARLY) > end,
                (open, got) => open == Some(got),
            };
            ensure!(is_right, TICKET, "{got:?}, not {open:?}");
            Ok(format!("{got:?}"))
        },
    ))
}

fn open_ticket(draw: &mut Draw<'_>) -> Option<Call> {
    let ticket = draw.ticket()?;
    let (held, refused, token) = (ticket.clone(), ticket.clone(), ticket.token);
    Some(Call::strict(
        format!("open the ticket of claim {} of {}", held.claim, held.handle),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let token = token.clone();
            async move { desk.open_ticket(&token).await }
        },
        move |seen, download| judge_open(seen, &held, download),
        move |seen, error| judge_closed(seen, &refused, error),
    ))
}

fn judge_open(
    seen: &mut Seen<'_>,
    held: &HeldTicket,
    download: &Download,
) -> Result<String, Violation> {
    let closed = seen.request().map(|request| request.closed_ticket(held.claim.get(), seen.now));
    ensure!(closed == Some(None), TICKET, "it opens, but {closed:?}");
    let is_right = seen.request().is_some_and(|request| {
        let claim = request.claims.get(&held.claim.get());
        claim.is_some_and(|claim| {
            let of = (download.attachment.get(), download.version.get());
            of == (claim.document, claim.version)
                && download.ends_at.is_none_or(|end| may_end(claim.ends_at, end))
        })
    });
    ensure!(is_right, TICKET, "it opens another document: {download:?}");
    seen.state.downloads.push(download.clone());
    Ok(format!("document {}, version {}", download.attachment, download.version))
}

fn judge_closed(seen: &Seen<'_>, held: &HeldTicket, error: &Error) -> Verdict {
    let latest = seen.state.model.latest(held.handle);
    let ends_at = latest.and_then(|request| Some(request.claims.get(&held.claim.get())?.ends_at));
    match error {
        Error::Token(TokenError::Expired) => {
            let is_late = ends_at.is_some_and(|end| seen.now.plus_seconds(MAX_EARLY) >= end);
            ensure!(is_late, TICKET, "it ends at {ends_at:?}");
        }
        Error::Token(_) => {
            let is_over = ends_at.is_some_and(|end| seen.now >= end);
            ensure!(is_over, "5 a genuine token is rejected", "of {}", held.handle);
        }
        Error::Refused(refusal) => {
            let closed = seen.request().and_then(|r| r.closed_ticket(held.claim.get(), seen.now));
            let code = refusal.code();
            let is_removed = code == "unknown" && closed == Some("removed");
            let is_right = closed == Some(code) || is_removed;
            ensure!(is_right, TICKET, "{code}, not {closed:?}");
        }
        _ => {}
    }
    Ok(())
}

fn ticket_page(draw: &mut Draw<'_>) -> Option<Call> {
    let ticket = draw.ticket()?;
    let (held, token) = (ticket.clone(), ticket.token);
    Some(Call::new(
        format!("ticket page of claim {} of {}", held.claim, held.handle),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let token = token.clone();
            async move { desk.ticket_page(&token).await }
        },
        move |seen, page| match page {
            TicketPage::Open(download) => judge_open(seen, &held, download),
            // Looking up the libraries takes time, in which the request may change.
            TicketPage::Closed { refusal, .. } => Ok(format!("closed: {refusal}")),
        },
    ))
}

fn read(draw: &mut Draw<'_>) -> Option<Call> {
    let download = draw.download()?;
    let size = download.size;
    let range = match draw.choices.below(3) {
        0 => None,
        1 => Some(0..size),
        _ => {
            let from = u64::try_from(draw.choices.below(3_000)).unwrap_or(0).min(size);
            Some(from..(from + 500).min(size))
        }
    };
    let text = format!("read document {} of {}, {range:?}", download.attachment, download.handle);
    let (opened, wanted, missing) = (download.clone(), range.clone(), download.clone());
    Some(Call::strict(
        text,
        Actor::System,
        Intent::Plain,
        move |desk| {
            let (opened, range) = (opened.clone(), range.clone());
            async move {
                let bytes = desk.read(&opened, range).await?;
                let pieces: Result<Vec<bytes::Bytes>, _> = bytes.try_collect().await;
                Ok(pieces.map(|pieces| pieces.concat()).map_err(|error| error.kind()))
            }
        },
        move |seen, bytes| {
            let Ok(bytes) = bytes else {
                ensure!(seen.notes.disturbed, "9 sound bytes are refused", "{bytes:?}");
                return Ok("breaks off".to_owned());
            };
            let sent = seen.state.contents.get(download.digest.as_bytes());
            let whole = 0..download.size;
            let range = wanted.as_ref().unwrap_or(&whole);
            let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
            let sent = sent.and_then(|sent| sent.get(place(range.start)..place(range.end)));
            ensure!(sent == Some(&bytes[..]), "9 other bytes are read", "{} bytes", bytes.len());
            Ok(format!("{} bytes", bytes.len()))
        },
        move |seen, error| {
            let Error::Store(error) = error else { return Ok(()) };
            if error.kind() != StoreErrorKind::Corrupt || seen.notes.disturbed {
                return Ok(());
            }
            let latest = seen.state.model.latest(missing.handle);
            let document =
                latest.and_then(|request| request.documents.get(&missing.attachment.get()));
            let (no, version) = (missing.attachment.get(), missing.version.get());
            let is_needed = latest
                .zip(document)
                .is_some_and(|(request, document)| document.needs(no, version, request, seen.now));
            ensure!(!is_needed, "4 the bytes of a document are missing", "{missing:?}");
            Ok(())
        },
    ))
}

fn direct(draw: &mut Draw<'_>) -> Option<Call> {
    let may_redirect = |download: &&Download| download.may_redirect;
    let downloads: Vec<_> = draw.state.downloads.iter().filter(may_redirect).collect();
    let last = downloads.get(downloads.len().saturating_sub(4)..)?;
    let download = (*draw.choices.pick(last)?).clone();
    Some(Call::new(
        format!("direct address of document {} of {}", download.attachment, download.handle),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let download = download.clone();
            async move { desk.direct(&download, "attachment", Duration::from_secs(60)).await }
        },
        |_, address| {
            ensure!(address.is_none(), "3 a store without addresses has one", "{address:?}");
            Ok("none".to_owned())
        },
    ))
}

fn recheck(draw: &mut Draw<'_>) -> Option<Call> {
    let download = draw.download()?;
    let (opened, closed) = (download.clone(), download.clone());
    Some(Call::strict(
        format!("recheck document {} of {}", download.attachment, download.handle),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let opened = opened.clone();
            async move { desk.recheck(&opened).await }
        },
        move |seen, ()| {
            let expected = transfer(seen, &download);
            ensure!(expected.is_none(), TICKET, "the transfer continues: {expected:?}");
            Ok("continues".to_owned())
        },
        move |seen, error| {
            let Error::Refused(refusal) = error else { return Ok(()) };
            let (code, expected) = (refusal.code(), transfer(seen, &closed));
            let is_removed = code == "unknown" && expected == Some("removed");
            ensure!(expected == Some(code) || is_removed, TICKET, "{code}, not {expected:?}");
            Ok(())
        },
    ))
}

/// Returns the code of the refusal that ends a transfer in progress.
fn transfer(seen: &Seen<'_>, download: &Download) -> Option<&'static str> {
    let request = seen.request()?;
    let claim = download.claim.and_then(|no| request.claims.get(&no.get()));
    if let Some(claim) = claim {
        let is_revoked = request.links.get(&claim.link).is_none_or(|link| link.is_revoked);
        let over = crate::model::over(request.status);
        if let Some(code) = over.or_else(|| is_revoked.then_some("revoked")) {
            return Some(code);
        }
    }
    let no = download.attachment.get();
    let recalled = request.documents.get(&no).map_or(0, |document| document.recalled);
    request.gone(no).or_else(|| (download.version.get() <= recalled).then_some("replaced"))
}

fn refund(draw: &mut Draw<'_>) -> Option<Call> {
    let download = draw.download()?;
    let opened = download.clone();
    Some(Call::new(
        format!("refund claim {:?} of {}", download.claim.map(|no| no.get()), download.handle),
        Actor::System,
        Intent::Plain,
        move |desk| {
            let opened = opened.clone();
            async move { desk.refund(&opened).await }
        },
        move |seen, refunded| {
            let Some(claim) = download.claim else {
                ensure!(!refunded, TICKET, "a free download is refunded");
                return Ok("free".to_owned());
            };
            let no = download.attachment.get();
            let (is_refunded, times) = seen.request().map_or((false, 0), |request| {
                let claim = request.claims.get(&claim.get());
                let times = request.documents.get(&no).map_or(0, |document| document.refunds);
                (claim.is_some_and(|claim| claim.is_refunded), times)
            });
            let is_right = if *refunded { is_refunded } else { times >= 3 };
            ensure!(is_right, TICKET, "refunded: {refunded}, {times} times");
            Ok(format!("{refunded}, {times} of 3"))
        },
    ))
}
