//! Checks whether a stored delivery matches its events.

use super::request::{Document, Purse, Request};
use crate::violation::{Verdict, Violation, ensure};
use desktop_delivery::delivery::{Attachment, BudgetName, Delivery, DeliveryRecord, DeliveryUsage};
use desktop_delivery::events::EventKind;
use desktop_delivery::ids::BlobKey;
use desktop_delivery::ledger::Change;
use desktop_delivery::notices::NoticeState;
use desktop_delivery::{Audience, Timestamp};
use std::collections::BTreeSet;

const EXACT: &str = "1 the counts are not those of the claims";
const LOST: &str = "4 something acknowledged is lost";
const OUTBOX: &str = "4 a notice is not in the outbox";
const TICKET: &str = "3 an open ticket is lost";
const OPEN: &str = "5 a link stays open";

const fn purse_of(name: BudgetName) -> Option<Purse> {
    match name {
        BudgetName::Partner => Some(Purse::Partner),
        BudgetName::Patron => Some(Purse::Patron),
        BudgetName::Shared => Some(Purse::Everyone),
        BudgetName::Staff => Some(Purse::Staff),
        _ => None,
    }
}

impl Request {
    /// Compares a delivery with this request after a commit.
    pub(super) fn agree(&mut self, change: &Change, after: &Delivery) -> Verdict {
        self.latest = change.events.iter().map(|event| event.at).fold(self.latest, Timestamp::max);
        // What has ended on one clock may be gone, though it goes on for a few seconds on another.
        let now = self.latest;
        let (record, usage) = (&after.record, &after.usage);
        self.agree_on_facts(record)?;
        self.agree_on_documents(record, usage, now)?;
        self.agree_on_links(record, now)?;
        self.agree_on_claims(usage, now)?;
        self.agree_on_wishes(change, record)?;
        self.agree_on_uploads(change, record)?;
        self.agree_on_notices(change, record)
    }

    fn agree_on_facts(&self, record: &DeliveryRecord) -> Verdict {
        let has_facts = record.facts == self.facts && record.as_of == self.as_of;
        ensure!(has_facts, LOST, "the host's facts as of {}", self.as_of);
        let cancel_requested = record.cancel_requested_at.is_some();
        let stored = (record.status, cancel_requested);
        let expected = (self.status, self.cancel_requested);
        ensure!(stored == expected, LOST, "status {stored:?} instead of {expected:?}");
        Ok(())
    }

    fn agree_on_documents(
        &self,
        record: &DeliveryRecord,
        usage: &DeliveryUsage,
        now: Timestamp,
    ) -> Verdict {
        for (no, document) in &self.documents {
            let stored = record.attachments.iter().find(|stored| stored.no.get() == *no);
            let Some(stored) = stored else {
                ensure!(document.is_removed, LOST, "document {no}");
                continue;
            };
            ensure!(!document.is_removed, LOST, "the removal of document {no}");
            self.agree_on_document(*no, document, stored, now)?;
            for purse in self.purses() {
                self.agree_on_budget(*no, document, *purse, usage)?;
            }
            let refunds = usage.refunded.iter().find(|(refunded, _)| refunded.get() == *no);
            let refunds = refunds.map_or(0, |(_, times)| u32::from(*times));
            ensure!(refunds == document.refunds, EXACT, "{refunds} refunds of document {no}");
        }
        let known = record.attachments.iter().all(|a| self.documents.contains_key(&a.no.get()));
        ensure!(known, LOST, "a document comes from nowhere");
        Ok(())
    }

    fn agree_on_document(
        &self,
        no: u16,
        document: &Document,
        stored: &Attachment,
        now: Timestamp,
    ) -> Verdict {
        let of_stored =
            (stored.current().no.get(), stored.terms, stored.expires_at, stored.is_live());
        let expected =
            (document.current(), document.terms, document.expires_at, document.is_live());
        ensure!(
            of_stored == expected,
            LOST,
            "document {no} is {of_stored:?} instead of {expected:?}"
        );
        let recalled = stored.recalled.map_or(0, |recalled| recalled.version.get());
        ensure!(recalled == document.recalled, TICKET, "the recall of document {no}");
        for version in document.needed(no, self, now) {
            let is_kept = stored.versions.iter().any(|kept| {
                (kept.blob, kept.size, kept.digest) == (version.blob, version.size, version.digest)
            });
            ensure!(is_kept, TICKET, "a version of document {no}");
        }
        Ok(())
    }

    fn agree_on_budget(
        &self,
        no: u16,
        document: &Document,
        purse: Purse,
        usage: &DeliveryUsage,
    ) -> Verdict {
        let Some(version) = document.versions.last() else { return Ok(()) };
        let count = |counts: &std::collections::BTreeMap<Purse, u32>| {
            counts.get(&purse).copied().unwrap_or(0)
        };
        let (used, granted) = (count(&version.used), count(&version.granted));
        let stored = usage.budgets.iter().find(|stored| {
            (stored.attachment.get(), stored.version.get()) == (no, document.current())
                && purse_of(stored.name) == Some(purse)
        });
        let stored = stored.map_or((0, 0), |stored| (stored.used, stored.granted));
        ensure!(
            stored == (used, granted),
            EXACT,
            "{purse:?} of document {no}: {stored:?} instead of {:?}",
            (used, granted)
        );
        let limit = self.allowance(document, purse) + granted;
        ensure!(
            used <= limit,
            "1 more claims than the limit",
            "{purse:?} of document {no}: {used} of {limit}"
        );
        Ok(())
    }

    fn agree_on_links(&self, record: &DeliveryRecord, now: Timestamp) -> Verdict {
        for (no, link) in &self.links {
            let stored = record.links.iter().find(|stored| stored.no.get() == *no);
            let is_open = !link.is_revoked && now < link.hard_expires_at();
            ensure!(stored.is_some() || !is_open, LOST, "link {no}");
            let is_revoked = stored.is_none_or(|stored| stored.revoked_at.is_some());
            ensure!(is_revoked == link.is_revoked || !is_open, OPEN, "link {no}");
            let is_anothers = link.audience == Audience::Patron && link.patron != self.facts.patron;
            ensure!(link.is_revoked || !is_anothers, OPEN, "link {no} of another patron");
            ensure!(
                !is_open || !self.is_over(),
                OPEN,
                "link {no} of a request that is {}",
                self.status
            );
        }
        Ok(())
    }

    fn agree_on_claims(&self, usage: &DeliveryUsage, now: Timestamp) -> Verdict {
        for (no, claim) in &self.claims {
            let stored = usage.claims.iter().find(|stored| stored.no.get() == *no);
            ensure!(stored.is_some() || !self.is_open(claim, now), TICKET, "claim {no}");
            if let Some(stored) = stored {
                let of_stored = (stored.link.get(), stored.attachment.get(), stored.version.get());
                let expected = (claim.link, claim.document, claim.version);
                ensure!(
                    of_stored == expected && !claim.is_refunded,
                    EXACT,
                    "claim {no} is {of_stored:?}"
                );
                let ends = (stored.claimed_at, stored.ends_at) == (claim.claimed_at, claim.ends_at);
                ensure!(ends, "2 a ticket's end moves", "claim {no}: {}", stored.ends_at);
            }
        }
        let known = usage.claims.iter().all(|claim| self.claims.contains_key(&claim.no.get()));
        ensure!(known, EXACT, "a claim comes from nowhere");
        for made in &usage.page_claims {
            let expected = self.page_claims.get(&(made.link.get(), made.attachment.get()));
            ensure!(
                expected == Some(&made.count),
                EXACT,
                "{} from the page, not {expected:?}",
                made.count
            );
        }
        Ok(())
    }

    /// Extension requests and problems vanish only with an event that answers them.
    fn agree_on_wishes(&mut self, change: &Change, record: &DeliveryRecord) -> Verdict {
        let stored: BTreeSet<_> = record
            .extension_requests
            .iter()
            .map(|asked| (asked.link.get(), asked.attachment.get()))
            .collect();
        let new = stored.iter().any(|asked| !self.asks.contains(asked));
        ensure!(!new, LOST, "an extension request comes from nowhere");
        for (link, document) in &self.asks {
            let is_answered = change.events.iter().any(|event| match &event.kind {
                EventKind::Granted { attachment, .. }
                | EventKind::Replaced { attachment, .. }
                | EventKind::TermsChanged { attachment, .. } => attachment.get() == *document,
                EventKind::LinkRevoked { link: revoked } => revoked.get() == *link,
                EventKind::Synced | EventKind::Forgotten => true,
                _ => false,
            });
            let is_kept = stored.contains(&(*link, *document));
            ensure!(is_kept || is_answered, LOST, "link {link} asked about document {document}");
        }
        self.asks = stored;
        let open: BTreeSet<_> = record
            .problems
            .iter()
            .filter(|problem| problem.is_open())
            .map(|problem| problem.attachment.get())
            .collect();
        ensure!(open == self.problems, LOST, "problems {open:?} instead of {:?}", self.problems);
        Ok(())
    }

    fn agree_on_uploads(&mut self, change: &Change, record: &DeliveryRecord) -> Verdict {
        let attached = change.events.iter().filter(|event| {
            matches!(event.kind, EventKind::Attached { .. } | EventKind::Replaced { .. })
        });
        let stored: std::collections::BTreeMap<_, BlobKey> =
            record.uploads.iter().map(|upload| (upload.no.get(), upload.blob)).collect();
        let (before, after, settled) = (self.uploads.len(), stored.len(), attached.count());
        let are_known = stored.iter().all(|(no, blob)| self.uploads.get(no) == Some(blob));
        ensure!(
            are_known && before == after + settled,
            LOST,
            "{after} uploads of {before}, {settled} attached"
        );
        let is_pending = |blob: &BlobKey| {
            let pending = record.pending_deletions.iter().any(|pending| pending.blob == *blob);
            let versions = record.attachments.iter().flat_map(|attachment| &attachment.versions);
            pending || versions.into_iter().any(|version| version.blob == *blob)
        };
        let gone = self.uploads.iter().filter(|(no, _)| !stored.contains_key(no));
        for (no, blob) in gone {
            ensure!(is_pending(blob), LOST, "the bytes of upload {no}");
        }
        self.uploads = stored;
        Ok(())
    }

    fn agree_on_notices(&mut self, change: &Change, record: &DeliveryRecord) -> Verdict {
        for notice in &record.notices {
            let no = notice.no.get();
            let waits = matches!(notice.state, NoticeState::Waiting { .. });
            if let std::collections::btree_map::Entry::Vacant(new) = self.notices.entry(no) {
                let is_sent = change.outbox.iter().any(|entry| entry.notice == notice.no);
                ensure!(is_sent || !waits, OUTBOX, "notice {no}");
                new.insert(false);
            }
        }
        let lost =
            change.outbox.iter().find(|entry| !self.notices.contains_key(&entry.notice.get()));
        lost.map_or(Ok(()), |entry| {
            Err(Violation { check: OUTBOX, detail: format!("no notice {}", entry.notice) })
        })
    }
}
