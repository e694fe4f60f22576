//! What the model expects of a claim, a ticket or a refusal.

use super::request::{Request, acts_for, over};
use desktop_delivery::error::{Limit, Refusal};
use desktop_delivery::{Actor, Audience, Timestamp};

/// How long an idempotency key is remembered, in seconds.
const KEY_SECONDS: i64 = 86_400;

/// What becomes of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Counted,
    Refused(&'static str),
    /// The same ticket as that of this claim.
    Repeated(u32),
}

impl Request {
    /// Returns the code of the refusal that closes a link.
    pub(crate) fn closed_link(&self, no: u16, now: Timestamp) -> Option<&'static str> {
        if let Some(code) = over(self.status) {
            return Some(code);
        }
        let Some(link) = self.links.get(&no) else { return Some("unknown") };
        if link.is_revoked {
            return Some("revoked");
        }
        if now >= link.hard_expires_at() {
            return Some("expired");
        }
        (!self.is_visible()).then_some("not-shipped")
    }

    /// Returns the code of the refusal for a document that is gone.
    pub(crate) fn gone(&self, no: u16) -> Option<&'static str> {
        match self.documents.get(&no) {
            None => Some("unknown"),
            Some(document) if document.is_removed => Some("removed"),
            Some(document) if document.is_purged => Some("purged"),
            Some(_) => None,
        }
    }

    pub(crate) fn expect_claim(
        &self,
        link: u16,
        no: u16,
        identity: &str,
        acknowledged: bool,
        now: Timestamp,
    ) -> Expected {
        let is_closed = self.closed_link(link, now).or_else(|| self.gone(no));
        if let Some(code) = is_closed {
            return Expected::Refused(code);
        }
        let (Some(document), Some(holder)) = (self.documents.get(&no), self.links.get(&link))
        else {
            return Expected::Refused("unknown");
        };
        if !acknowledged {
            return Expected::Refused("unacknowledged");
        }
        let same = |claim: &super::request::Claim| {
            (claim.link, claim.document, &*claim.identity) == (link, no, identity)
                && !claim.is_refunded
        };
        let earlier = self.claims.iter().rev().find(|(_, claim)| same(claim));
        let ordinal = identity.strip_prefix("page ").map(|text| text.parse::<u32>().unwrap_or(0));
        if let Some((number, claim)) = earlier {
            if now < claim.ends_at {
                return match claim.version <= document.recalled {
                    true => Expected::Refused("replaced"),
                    false => Expected::Repeated(*number),
                };
            }
            if ordinal.is_some() || now.seconds_since(claim.claimed_at) < KEY_SECONDS {
                return Expected::Refused("ended");
            }
        }
        if let Some(ordinal) = ordinal {
            let count = self.page_claims.get(&(link, no)).copied().unwrap_or(0);
            if ordinal != count.saturating_add(1) {
                let code = if (1..=count).contains(&ordinal) { "ended" } else { "stale" };
                return Expected::Refused(code);
            }
        }
        if let Some(code) = document.closed(now) {
            return Expected::Refused(code);
        }
        match self.left(document, self.purse(holder.audience)) {
            0 => Expected::Refused("exhausted"),
            _ => Expected::Counted,
        }
    }

    /// Returns the code of the refusal for a ticket whose token is genuine and has not expired.
    pub(crate) fn closed_ticket(&self, no: u32, now: Timestamp) -> Option<&'static str> {
        let Some(claim) = self.claims.get(&no) else { return Some("ended") };
        let document = self.documents.get(&claim.document);
        if document.is_some_and(|document| claim.version <= document.recalled) {
            return Some("replaced");
        }
        if let Some(code) = over(self.status) {
            return Some(code);
        }
        if claim.is_refunded || now >= claim.ends_at {
            return Some("ended");
        }
        if self.links.get(&claim.link).is_none_or(|link| link.is_revoked) {
            return Some("revoked");
        }
        self.gone(claim.document)
    }
}

/// Returns whether a refusal is true of a request.
pub(crate) fn holds(refusal: &Refusal, request: &Request, actor: &Actor, now: Timestamp) -> bool {
    let any_document = |code| request.documents.keys().any(|no| request.gone(*no) == Some(code));
    let any_link = |is: fn(&super::request::Link) -> bool| request.links.values().any(is);
    match refusal {
        Refusal::Cancelled { .. } | Refusal::Withdrawn { .. } => {
            over(request.status) == Some(refusal.code())
        }
        Refusal::WrongStatus { status } => *status == request.status,
        Refusal::NotShipped => !request.is_visible(),
        Refusal::NothingAttached => request.live().next().is_none(),
        Refusal::NoRecipient => true,
        Refusal::Purged { .. } | Refusal::Removed { .. } => any_document(refusal.code()),
        Refusal::Revoked { .. } => any_link(|link| link.is_revoked),
        Refusal::Replaced { .. } => {
            request.documents.values().any(|document| document.recalled > 0)
        }
        Refusal::Exhausted { .. } => request.live().any(|(_, document)| {
            request.purses().iter().any(|purse| request.left(document, *purse) == 0)
        }),
        Refusal::Ended { .. } => !request.claims.is_empty(),
        Refusal::Expired { .. } => {
            let ended = |end: Option<Timestamp>| end.is_some_and(|end| now >= end);
            request.documents.values().any(|document| ended(document.expires_at))
                || request.links.values().any(|link| now >= link.hard_expires_at())
        }
        Refusal::NotYetValid { from } => now < *from,
        Refusal::PastEnd { end } => now >= *end,
        Refusal::InFuture { as_of, .. } => *as_of > now.plus_seconds(300),
        Refusal::OverLimit { what: Limit::Attachments, limit } => {
            let begun = request.documents.values().filter(|d| !d.is_removed).count();
            (begun + request.uploads.len()) as u64 >= *limit
        }
        Refusal::Forbidden => match actor {
            Actor::Staff { .. } => {
                !acts_for(actor, &request.facts.supplier)
                    || !acts_for(actor, &request.facts.requester)
            }
            _ => true,
        },
        _ => true,
    }
}

/// Returns whether an actor may know of a request.
pub(crate) fn is_stranger(request: &Request, actor: &Actor) -> bool {
    match actor {
        Actor::Patron { agency, id } => {
            request.facts.requester != *agency || request.facts.patron.as_ref() != Some(id)
        }
        Actor::LinkHolder { .. } => false,
        _ => {
            !acts_for(actor, &request.facts.supplier) && !acts_for(actor, &request.facts.requester)
        }
    }
}

/// Returns whether an audience shares its files with the actor: whether the actor is the
/// requester's staff and nothing else.
pub(crate) fn is_requester_only(request: &Request, actor: &Actor) -> bool {
    matches!(actor, Actor::Staff { .. }) && !acts_for(actor, &request.facts.supplier)
}

/// Returns the links of one audience that are open.
pub(crate) fn open_links(request: &Request, audience: Audience, now: Timestamp) -> Vec<u16> {
    let links = request.links.iter().filter(|(_, link)| link.audience == audience);
    links.map(|(no, _)| *no).filter(|no| request.closed_link(*no, now).is_none()).collect()
}
