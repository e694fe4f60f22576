//! Claims, tickets and bytes.

use crate::model::{Expected, Intent};
use crate::operation::{Call, Draw, Operation, Seen};
use crate::shared::HeldTicket;
use crate::violation::{Verdict, Violation, ensure};
use crate::world::MAX_SKEW;
use desktop_delivery::desk::TicketPage;
use desktop_delivery::error::{Error, Refusal, StoreErrorKind, TokenError};
use desktop_delivery::events::EventKind;
use desktop_delivery::{
    Actor, AttachmentNo, ClaimKey, ClaimRequest, Download, IssuedTicket, RequestHandle,
};
use futures_util::TryStreamExt as _;
use std::time::Duration;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "claim by page",
        methods: &["claim"],
        weight: 14,
        records: &["Claimed"],
        draw: claim_by_page,
    },
    Operation {
        name: "claim by key",
        methods: &["claim"],
        weight: 10,
        records: &["Claimed"],
        draw: claim_by_key,
    },
    Operation {
        name: "claim as staff",
        methods: &["claim_as_staff"],
        weight: 6,
        records: &["Claimed", "LinkIssued"],
        draw: claim_as_staff,
    },
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

const EXACT: &str = "1 a ticket without a durable claim";
const REPEAT: &str = "2 a repeat is not the same ticket";
const REFUSED: &str = "7 a claim is refused wrongly";
/// How many seconds a token may end earlier than its ticket or link, so that its text ends in a
/// letter or a digit.
pub(super) const MAX_EARLY: i64 = 32;
const TICKET: &str = "3 a ticket opens or closes wrongly";

/// What is claimed, and how a repeat is recognized.
#[derive(Clone)]
struct Wanted {
    handle: RequestHandle,
    /// The link, unless it is the staff's.
    link: Option<u16>,
    document: AttachmentNo,
    identity: String,
    request: ClaimRequest,
}

fn claim_by_page(draw: &mut Draw<'_>) -> Option<Call> {
    let link = draw.link()?;
    let request = std::sync::Arc::clone(draw.state.model.latest(link.handle)?);
    let document = draw.document(&request);
    let made = request.page_claims.get(&(link.no.get(), document.get())).copied().unwrap_or(0);
    // A second click, a page that is old, or a number that is made up.
    let ordinal = match draw.choices.below(12) {
        0 | 1 => made,
        2 => made + 2,
        3 => u32::try_from(draw.choices.below(4)).unwrap_or(0),
        _ => made + 1,
    };
    let identity = format!("page {ordinal}");
    let acknowledged = !draw.choices.chance(4);
    let claim =
        ClaimRequest::new(document, ClaimKey::Ordinal(ordinal)).with_acknowledged(acknowledged);
    let wanted = Wanted {
        handle: link.handle,
        link: Some(link.no.get()),
        document,
        identity,
        request: claim,
    };
    let text = format!(
        "claim by page, link {} of {}, document {document}, number {ordinal}",
        link.no, link.handle
    );
    Some(claim_by_link(text, link.token, wanted))
}

fn claim_by_key(draw: &mut Draw<'_>) -> Option<Call> {
    let link = draw.link()?;
    let request = std::sync::Arc::clone(draw.state.model.latest(link.handle)?);
    let document = draw.document(&request);
    let key = format!("key-{}", draw.choices.below(6));
    let identity = format!("key  {key}");
    let acknowledged = !draw.choices.chance(4);
    let text = format!("claim by {key}, link {} of {}, document {document}", link.no, link.handle);
    let claim = ClaimRequest::new(document, ClaimKey::Key(key)).with_acknowledged(acknowledged);
    let wanted = Wanted {
        handle: link.handle,
        link: Some(link.no.get()),
        document,
        identity,
        request: claim,
    };
    Some(claim_by_link(text, link.token, wanted))
}

fn intent(wanted: &Wanted) -> Intent {
    match wanted.request.acknowledged {
        true => Intent::Claim(wanted.identity.clone()),
        false => Intent::Plain,
    }
}

fn claim_by_link(text: String, token: String, wanted: Wanted) -> Call {
    let intent = intent(&wanted);
    let (claim, refused) = (wanted.request.clone(), wanted.clone());
    Call::strict(
        text,
        Actor::System,
        intent,
        move |desk| {
            let (token, claim) = (token.clone(), claim.clone());
            async move { desk.claim(&token, &claim).await }
        },
        move |seen, ticket| judge_claim(seen, &wanted, ticket),
        move |seen, error| judge_refused_claim(seen, &refused, error),
    )
}

fn claim_as_staff(draw: &mut Draw<'_>) -> Option<Call> {
    let (handle, request) = draw.request()?;
    let (actor, document) = (draw.requester(&request), draw.document(&request));
    let key = format!("key-{}", draw.choices.below(4));
    let caller = match &actor {
        Actor::Staff { id, .. } => id.as_str(),
        _ => "",
    };
    let identity = format!("key {caller} {key}");
    let text = format!("claim document {document} of {handle} as staff by {key}");
    let claim =
        ClaimRequest::new(document, ClaimKey::Key(key)).with_acknowledged(!draw.choices.chance(4));
    let wanted = Wanted { handle, link: None, document, identity, request: claim };
    let (by, claim) = (actor.clone(), wanted.request.clone());
    Some(Call::new(
        text,
        actor,
        intent(&wanted),
        move |desk| {
            let (by, claim) = (by.clone(), claim.clone());
            async move { desk.claim_as_staff(handle, &by, &claim).await }
        },
        move |seen, ticket| judge_claim(seen, &wanted, ticket),
    ))
}

fn judge_claim(
    seen: &mut Seen<'_>,
    wanted: &Wanted,
    ticket: &IssuedTicket,
) -> Result<String, Violation> {
    let no = ticket.claim.get();
    let Some(request) = seen.request() else {
        return Err(Violation { check: EXACT, detail: format!("claim {no} of nothing") });
    };
    let claim = request.claims.get(&no).filter(|claim| {
        let is_wanted =
            (claim.document, &claim.identity) == (wanted.document.get(), &wanted.identity);
        is_wanted && wanted.link.is_none_or(|link| link == claim.link)
    });
    let Some(claim) = claim else {
        return Err(Violation { check: EXACT, detail: format!("claim {no} is not in the ledger") });
    };
    ensure!(
        ticket.ends_at == claim.ends_at,
        REPEAT,
        "it ends at {}, not {}",
        ticket.ends_at,
        claim.ends_at
    );
    let is_counted =
        seen.recorded(|kind| matches!(kind, EventKind::Claimed { claim, .. } if claim.get() == no));
    ensure!(
        is_counted != ticket.is_repeat,
        REPEAT,
        "counted: {is_counted}, repeat: {}",
        ticket.is_repeat
    );
    let calls = seen.notes.store_calls;
    let most = if wanted.link.is_some() { 2 } else { 4 };
    let is_cheap = seen.notes.disturbed || calls <= most;
    ensure!(is_cheap, "8 a claim costs too much", "{calls} calls of stores");
    let document = request.documents.get(&claim.document);
    let audience = request.links.get(&claim.link).map(|link| link.audience);
    let left = document
        .zip(audience)
        .map_or(0, |(document, audience)| request.left(document, request.purse(audience)));
    let text = format!("claim {no}{}, {left} left", if ticket.is_repeat { " again" } else { "" });
    let held = HeldTicket {
        handle: wanted.handle,
        claim: ticket.claim,
        token: ticket.ticket.expose().to_owned(),
    };
    seen.state.tickets.push(held);
    Ok(text)
}

fn judge_refused_claim(seen: &Seen<'_>, wanted: &Wanted, error: &Error) -> Verdict {
    let Some(request) = seen.request() else { return Ok(()) };
    let (Error::Refused(refusal), Some(link)) = (error, wanted.link) else {
        return judge_token_error(seen, wanted, error);
    };
    if matches!(refusal, Refusal::Busy | Refusal::OverQuota { .. }) {
        return Ok(());
    }
    if matches!(refusal, Refusal::Unknown) && seen.notes.store_calls > 1 {
        // The request was loaded again to find out whether the token is genuine.
        return Ok(());
    }
    let (document, acknowledged) = (wanted.document.get(), wanted.request.acknowledged);
    let expected = request.expect_claim(link, document, &wanted.identity, acknowledged, seen.now);
    let code = refusal.code();
    // The supplier before may have removed it, which the request no longer tells.
    let is_removed = code == "unknown" && expected == Expected::Refused("removed");
    ensure!(expected == Expected::Refused(code) || is_removed, REFUSED, "{expected:?}, not {code}");
    Ok(())
}

fn judge_token_error(seen: &Seen<'_>, wanted: &Wanted, error: &Error) -> Verdict {
    let link =
        seen.state.model.latest(wanted.handle).and_then(|request| {
            request.links.get(&wanted.link?).map(|link| link.hard_expires_at())
        });
    match error {
        Error::Token(TokenError::Expired) => {
            let is_late = link.is_none_or(|end| seen.now.plus_seconds(MAX_EARLY) >= end);
            ensure!(is_late, "5 a token expires early", "{link:?}");
        }
        // A key is dropped 400 days after its last link was signed.
        Error::Token(_) => {
            let is_over = link.is_none_or(|end| seen.now >= end);
            ensure!(is_over, "5 a genuine token is rejected", "of {}", wanted.handle);
        }
        _ => {}
    }
    Ok(())
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
            ensure!(open == Some(got), TICKET, "{got:?}, not {open:?}");
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
            let early =
                download.ends_at.map_or(0, |end| claim.ends_at.as_seconds() - end.as_seconds());
            of == (claim.document, claim.version) && (0..MAX_EARLY).contains(&early)
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
            // A node whose clock is ahead has dropped a ticket that ends in a few seconds.
            let is_ending = ends_at.is_some_and(|end| seen.now.plus_seconds(2 * MAX_SKEW) >= end);
            let is_right = closed == Some(code) || is_removed || is_ending;
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
            // A node whose clock is ahead deletes the bytes a few seconds before.
            let now = seen.now.plus_seconds(2 * MAX_SKEW);
            let (no, version) = (missing.attachment.get(), missing.version.get());
            let is_needed = latest
                .zip(document)
                .is_some_and(|(request, document)| document.needs(no, version, request, now));
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
