//! What claims, refunds and grants count.

use super::Intent;
use super::checks::{EXACT, LOST, TICKET, VISIBLE, no_document};
use super::request::{Claim, Request, end_of_day};
use crate::violation::{Verdict, Violation, ensure};
use desktop_delivery::{Actor, AttachmentNo, Audience, Timestamp};

impl Request {
    pub(super) fn claim(
        &mut self,
        (no, document, version, link): (u32, u16, u16, u16),
        audience: Audience,
        intent: &Intent,
        now: Timestamp,
    ) -> Verdict {
        let Intent::Claim(identity) = intent else {
            return Err(Violation { check: EXACT, detail: "nobody acknowledged it".to_owned() });
        };
        let last = self.claims.keys().last().copied().unwrap_or(0);
        ensure!(no == last + 1, EXACT, "claim {no} after {last}");
        let is_theirs = self.links.get(&link).is_some_and(|link| link.audience == audience);
        ensure!(is_theirs, EXACT, "link {link} is not of {audience:?}");
        let expected = self.expect_claim(link, document, identity, true, now);
        ensure!(expected == super::Expected::Counted, EXACT, "claim {no}: {expected:?} is right");
        let purse = self.purse(audience);
        if let Some(of) = self.live_document(document) {
            ensure!(of.current() == version, EXACT, "version {version} of {}", of.current());
            if let Some(current) = of.versions.last_mut() {
                *current.used.entry(purse).or_default() += 1;
            }
        }
        if identity.starts_with("page ") {
            *self.page_claims.entry((link, document)).or_default() += 1;
        }
        let ends_at = now.plus_seconds(i64::from(self.policy.ticket_seconds));
        let identity = identity.clone();
        let is_refunded = false;
        let claim =
            Claim { link, document, version, identity, claimed_at: now, ends_at, is_refunded };
        self.claims.insert(no, claim);
        Ok(())
    }

    pub(super) fn refund(&mut self, no: u32, document: u16) -> Verdict {
        let claim = self.claims.get_mut(&no).filter(|claim| !claim.is_refunded);
        let Some(claim) = claim.filter(|claim| claim.document == document) else {
            return Err(Violation { check: TICKET, detail: format!("no claim {no} to refund") });
        };
        claim.is_refunded = true;
        let claim = claim.clone();
        let audience = self.links.get(&claim.link).map(|link| link.audience);
        let purse = audience.map(|audience| self.purse(audience));
        if let Some(of) = self.documents.get_mut(&document) {
            of.refunds += 1;
            ensure!(of.refunds <= 3, TICKET, "{} refunds of document {document}", of.refunds);
            let version = of.versions.get_mut(usize::from(claim.version).saturating_sub(1));
            let used = version.zip(purse).and_then(|(version, purse)| version.used.get_mut(&purse));
            used.into_iter().for_each(|used| *used = used.saturating_sub(1));
        }
        let count = self.page_claims.get_mut(&(claim.link, document));
        if let Some(count) = count.filter(|count| claim.identity == format!("page {count}")) {
            *count -= 1;
        }
        Ok(())
    }

    pub(super) fn grant(
        &mut self,
        no: AttachmentNo,
        (downloads, expires_at): (u32, Option<Timestamp>),
        intent: &Intent,
        caller: &Actor,
        now: Timestamp,
    ) -> Verdict {
        let Intent::Grant(wanted) = intent else {
            return Err(Violation { check: LOST, detail: "nobody granted this".to_owned() });
        };
        ensure!(self.is_visible(), VISIBLE, "granted while {} by {caller:?}", self.status);
        let (purse, most) = (self.purse(wanted.audience), self.policy.max_granted);
        let document = self.live_document(no.get()).ok_or_else(|| no_document(no))?;
        let end = wanted.days.map(|days| end_of_day(now, days));
        let end = end.filter(|end| document.expires_at.is_none_or(|known| *end > known));
        let is_wanted = (downloads, expires_at) == (wanted.downloads, end);
        ensure!(is_wanted, LOST, "{downloads} until {expires_at:?}, not {wanted:?}");
        if let Some(end) = end {
            (document.expires_at, document.expiry_recorded) = (Some(end), false);
        }
        if let Some(version) = document.versions.last_mut() {
            let granted = version.granted.entry(purse).or_default();
            *granted += downloads;
            ensure!(downloads == 0 || *granted <= most, EXACT, "{granted} of {most} granted");
        }
        Ok(())
    }
}
