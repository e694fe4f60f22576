//! Claims.

use super::tickets::{MAX_EARLY, may_end};
use crate::model::{Expected, Intent};
use crate::operation::{Call, Draw, Operation, Seen};
use crate::shared::HeldTicket;
use crate::violation::{Verdict, Violation, ensure};
use desktop_delivery::error::{Error, Refusal, TokenError};
use desktop_delivery::events::EventKind;
use desktop_delivery::{Actor, AttachmentNo, ClaimKey, ClaimRequest, IssuedTicket, RequestHandle};

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
];

const EXACT: &str = "1 a ticket without a durable claim";
const REPEAT: &str = "2 a repeat is not the same ticket";
const REFUSED: &str = "7 a claim is refused wrongly";

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
        may_end(claim.ends_at, ticket.ends_at),
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
    let is_cheap = seen.notes.disturbed || calls <= 2;
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
    // The previous supplier may have removed it, which the request no longer records.
    let is_removed = code == "unknown" && expected == Expected::Refused("removed");
    // The token of a claim may end before the claim does.
    let is_ending = matches!(&expected, Expected::Repeated(no) if code == "ended"
        && request.claims.get(no).is_some_and(|c| seen.now.plus_seconds(MAX_EARLY) > c.ends_at));
    let is_right = expected == Expected::Refused(code) || is_removed || is_ending;
    ensure!(is_right, REFUSED, "{expected:?}, not {code}");
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
