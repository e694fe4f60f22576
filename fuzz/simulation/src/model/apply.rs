//! What each event means, and when it may happen.

use super::Intent;
use super::request::{Document, Link, Request, Version, acts_for, end_of, recalls};
use crate::violation::{Verdict, Violation, ensure};
use bytes::Bytes;
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::{Event, EventKind};
use desktop_delivery::ids::{BlobKey, Digest};
use desktop_delivery::policy::GrantsBy;
use desktop_delivery::{Actor, AttachmentNo, Audience, Status, Terms, Timestamp};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

type Blobs = BTreeMap<BlobKey, Bytes>;

pub(super) const EXACT: &str = "1 a claim is counted wrongly";
pub(super) const LOST: &str = "4 an event contradicts the ones before it";
pub(super) const TICKET: &str = "3 a download is refunded or cut off wrongly";
pub(super) const VISIBLE: &str = "6 the request does not allow this";
const RIGHTS: &str = "5 this actor may not do this";
const BYTES: &str = "9 attached bytes are not those that were sent";

pub(super) fn no_document(no: AttachmentNo) -> Violation {
    Violation { check: LOST, detail: format!("document {no} is gone or unknown") }
}

impl Request {
    /// Applies one event; the ones before it in the same commit are applied already.
    pub(crate) fn apply(
        &mut self,
        event: &Event,
        intent: &Intent,
        caller: &Actor,
        after: &Delivery,
        blobs: &Blobs,
    ) -> Verdict {
        let now = event.at;
        self.may(event, caller)?;
        match &event.kind {
            EventKind::Attached { attachment, size, digest } => {
                self.attach(*attachment, (*size, *digest), intent, now, (after, blobs))?;
            }
            EventKind::CancelAnswered { accepted } => {
                ensure!(self.cancel_requested, LOST, "nobody asked to cancel");
                ensure!(
                    !accepted || self.status == Status::Pending,
                    VISIBLE,
                    "cancelled after Shipped"
                );
                self.cancel_requested = false;
            }
            EventKind::CancelRequested => {
                ensure!(!self.cancel_requested && !self.is_over(), LOST, "{} already", self.status);
                self.cancel_requested = true;
            }
            EventKind::Cancelled => self.end(&[Status::Pending], Status::Cancelled, now)?,
            EventKind::Claimed { claim, attachment, version, link, audience, .. } => {
                let what = (claim.get(), attachment.get(), version.get(), link.get());
                self.claim(what, *audience, intent, now)?;
            }
            EventKind::Described { attachment, description } => {
                let document = self.live_document(attachment.get());
                document
                    .ok_or_else(|| no_document(*attachment))?
                    .description
                    .clone_from(description);
            }
            EventKind::Expired { attachment } => {
                let document = self.live_document(attachment.get());
                let document = document.ok_or_else(|| no_document(*attachment))?;
                let is_due = document.expires_at.is_some_and(|end| now >= end);
                ensure!(
                    is_due && !document.expiry_recorded,
                    LOST,
                    "document {attachment} expired twice or early"
                );
                document.expiry_recorded = true;
            }
            EventKind::Forgotten => {
                let by_request = matches!(intent, Intent::ForgetPatron);
                ensure!(self.facts.patron.is_some(), LOST, "no patron to forget");
                let is_kept = self.live().next().is_some() || !self.uploads.is_empty();
                let is_early = self.status == Status::Pending || is_kept;
                ensure!(
                    by_request || !is_early,
                    "3 a patron is forgotten too early",
                    "{}",
                    self.status
                );
                self.facts.patron = None;
                self.is_forgotten |= !by_request;
            }
            EventKind::Refunded { claim, attachment } => {
                self.refund(claim.get(), attachment.get())?
            }
            EventKind::Granted { attachment, downloads, expires_at } => {
                self.grant(*attachment, (*downloads, *expires_at), intent, caller, now)?;
            }
            EventKind::LinkIssued { link, audience } => self.issue(link.get(), *audience, now)?,
            EventKind::LinkRevoked { link } => {
                let link = self.links.get_mut(&link.get()).filter(|link| !link.is_revoked);
                ensure!(link.is_some(), LOST, "no such link to revoke");
                link.into_iter().for_each(|link| link.is_revoked = true);
            }
            EventKind::MoreRequested { attachment, link } => {
                let is_valid = self.links.get(&link.get()).is_some_and(|link| !link.is_revoked);
                let is_live = self.live_document(attachment.get()).is_some();
                ensure!(is_valid && is_live && self.is_visible(), VISIBLE, "link {link} asks");
                ensure!(
                    self.asks.insert((link.get(), attachment.get())),
                    LOST,
                    "link {link} asks twice"
                );
            }
            EventKind::NoticeTried { notice, state, .. } => {
                let ended = self.notices.get_mut(&notice.get());
                let Some(ended) = ended else {
                    return Err(Violation { check: LOST, detail: format!("no notice {notice}") });
                };
                let waits = matches!(state, desktop_delivery::notices::NoticeState::Waiting { .. });
                *ended |= !waits;
            }
            EventKind::Previewed { attachment, version }
            | EventKind::StaffRead { attachment, version } => {
                let document = self.live_document(attachment.get());
                let current = document.ok_or_else(|| no_document(*attachment))?.current();
                ensure!(current == version.get(), LOST, "version {version} of {current}");
            }
            EventKind::ProblemAnswered { attachment } => {
                ensure!(
                    self.problems.remove(&attachment.get()),
                    LOST,
                    "no problem with {attachment}"
                );
            }
            EventKind::ProblemReported { attachment, .. } => {
                let is_live = self.live_document(attachment.get()).is_some();
                ensure!(
                    is_live && self.is_visible(),
                    VISIBLE,
                    "a problem with document {attachment}"
                );
                self.problems.insert(attachment.get());
            }
            EventKind::Purged { attachment } => self.purge(*attachment, now)?,
            EventKind::Received => {
                ensure!(self.status == Status::Shipped, VISIBLE, "received while {}", self.status);
                (self.status, self.since) = (Status::Received, now);
            }
            EventKind::Removed { attachment } => {
                let document = self.live_document(attachment.get());
                document.ok_or_else(|| no_document(*attachment))?.is_removed = true;
                self.close_document(attachment.get());
            }
            EventKind::Reopened => {
                ensure!(self.status == Status::Unfilled, VISIBLE, "reopened while {}", self.status);
                (self.status, self.since, self.is_forgotten) = (Status::Pending, now, false);
                self.sync(intent, now)?;
            }
            EventKind::Replaced { attachment, reason, size, digest, version } => {
                let blob =
                    current_blob(after, *attachment).ok_or_else(|| no_document(*attachment))?;
                same_bytes(blob, (*size, *digest), intent, blobs)?;
                let document = self.live_document(attachment.get());
                let document = document.ok_or_else(|| no_document(*attachment))?;
                let old = document.current();
                ensure!(version.get() == old + 1, LOST, "version {version} after {old}");
                if recalls(*reason) {
                    document.recalled = old;
                }
                document.versions.push(Version::new(blob, *size, *digest));
                // Answered: the new version starts with all its downloads.
                self.problems.remove(&attachment.get());
            }
            EventKind::Shipped { attachments } => self.ship(*attachments, caller, now)?,
            EventKind::Synced => self.sync(intent, now)?,
            EventKind::TermsChanged { attachment, before, after, .. } => {
                self.change_terms(*attachment, (before, after), intent, now)?;
            }
            EventKind::Unfilled => self.end(&[Status::Pending], Status::Unfilled, now)?,
            EventKind::UploadBegun { upload } => {
                let begun = after.record.uploads.iter().find(|begun| begun.no == *upload);
                let is_next = upload.get() == self.last_upload + 1;
                ensure!(
                    is_next && !self.is_over(),
                    LOST,
                    "upload {upload} after {}",
                    self.last_upload
                );
                self.last_upload = upload.get();
                self.uploads.extend(begun.map(|begun| (upload.get(), begun.blob)));
            }
            EventKind::UploadEnded { upload } => {
                ensure!(
                    self.uploads.remove(&upload.get()).is_some(),
                    LOST,
                    "no upload {upload} to end"
                );
            }
            EventKind::Withdrawn { .. } => {
                self.end(&[Status::Shipped, Status::Received], Status::Withdrawn, now)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Checks that the actor may cause the event.
    fn may(&self, event: &Event, caller: &Actor) -> Verdict {
        let is_callers = event.actor == *caller
            || event.actor == Actor::System
            || matches!(event.actor, Actor::LinkHolder { .. });
        ensure!(is_callers, RIGHTS, "{:?} in a call of {caller:?}", event.actor);
        let facts = &self.facts;
        let is_allowed = match &event.kind {
            EventKind::Attached { .. }
            | EventKind::CancelAnswered { .. }
            | EventKind::Described { .. }
            | EventKind::ProblemAnswered { .. }
            | EventKind::Removed { .. }
            | EventKind::Reordered
            | EventKind::Replaced { .. }
            | EventKind::Shipped { .. }
            | EventKind::StaffRead { .. }
            | EventKind::TermsChanged { .. }
            | EventKind::UploadBegun { .. }
            | EventKind::Withdrawn { .. } => acts_for(&event.actor, &facts.supplier),
            EventKind::CancelRequested
            | EventKind::ProblemReported { .. }
            | EventKind::Received => acts_for(&event.actor, &facts.requester),
            EventKind::Claimed { .. } => match &event.actor {
                Actor::LinkHolder { .. } => true,
                actor => *actor != Actor::System && acts_for(actor, &facts.requester),
            },
            EventKind::Granted { .. } => {
                acts_for(&event.actor, &facts.supplier)
                    || (self.policy.grants_by == GrantsBy::Both
                        && acts_for(&event.actor, &facts.requester))
            }
            _ => true,
        };
        ensure!(is_allowed, RIGHTS, "{:?} by {:?}", event.kind, event.actor);
        Ok(())
    }

    fn attach(
        &mut self,
        no: AttachmentNo,
        (size, digest): (u64, Digest),
        intent: &Intent,
        now: Timestamp,
        (after, blobs): (&Delivery, &Blobs),
    ) -> Verdict {
        let Intent::Upload { terms, .. } = intent else {
            return Err(Violation { check: LOST, detail: format!("document {no} from nowhere") });
        };
        let usual = Terms::new(self.policy.max_downloads, self.policy.max_days);
        let blob = current_blob(after, no).ok_or_else(|| no_document(no))?;
        same_bytes(blob, (size, digest), intent, blobs)?;
        let last = self.documents.keys().last().copied().unwrap_or(0);
        ensure!(no.get() == last + 1 && !self.is_over(), LOST, "document {no} after {last}");
        let mut document = Document {
            versions: vec![Version::new(blob, size, digest)],
            terms: terms.unwrap_or(usual),
            description: String::new(),
            shipped_at: None,
            expires_at: None,
            expiry_recorded: false,
            is_removed: false,
            is_purged: false,
            recalled: 0,
            refunds: 0,
        };
        if self.is_visible() {
            document.ship(now);
        }
        self.is_forgotten = false;
        self.documents.insert(no.get(), document);
        Ok(())
    }

    fn change_terms(
        &mut self,
        no: AttachmentNo,
        (before, after): (&Terms, &Terms),
        intent: &Intent,
        now: Timestamp,
    ) -> Verdict {
        let Intent::Terms(wanted) = intent else {
            return Err(Violation { check: LOST, detail: "nobody changed the terms".to_owned() });
        };
        let is_wanted = (wanted.terms.not_before, wanted.terms.expiry)
            == (after.not_before, after.expiry)
            && after.max_downloads >= wanted.terms.max_downloads;
        ensure!(is_wanted, LOST, "{after:?}, not {:?}", wanted.terms);
        let document = self.live_document(no.get()).ok_or_else(|| no_document(no))?;
        ensure!(document.terms == *before, LOST, "terms were {:?}", document.terms);
        document.terms = *after;
        if after.expiry != before.expiry {
            document.expires_at = document.shipped_at.map(|from| end_of(after, from));
            document.expiry_recorded = document.expires_at.is_some_and(|end| now >= end);
        }
        Ok(())
    }

    fn issue(&mut self, no: u16, audience: Audience, now: Timestamp) -> Verdict {
        let last = self.links.keys().last().copied().unwrap_or(0);
        ensure!(no == last + 1 && !self.is_over(), LOST, "link {no} after {last}");
        let has_lasting = self.links.values().any(|link| {
            let lasts = link.hard_expires_at() >= now.plus_days(200);
            link.audience == audience && !link.is_revoked && lasts
        });
        ensure!(!has_lasting, LOST, "a second link of {audience:?}");
        let patron = self.facts.patron.clone();
        let is_theirs = audience != Audience::Patron || patron.is_some();
        ensure!(is_theirs, "5 a link belongs to nobody", "link {no}");
        self.links.insert(no, Link { audience, issued_at: now, is_revoked: false, patron });
        Ok(())
    }

    fn purge(&mut self, no: AttachmentNo, now: Timestamp) -> Verdict {
        let kept = i64::from(self.policy.keep_days);
        let from = match self.is_over() {
            true => Some(self.since),
            false => self.documents.get(&no.get()).and_then(|document| document.expires_at),
        };
        let is_late = from.is_some_and(|from| now >= from.plus_days(kept));
        let is_open = self
            .claims
            .values()
            .any(|claim| claim.document == no.get() && self.is_open(claim, now));
        ensure!(is_late && !is_open, "3 bytes are purged too early", "document {no} at {now}");
        self.live_document(no.get()).ok_or_else(|| no_document(no))?.is_purged = true;
        self.close_document(no.get());
        Ok(())
    }

    fn ship(&mut self, attachments: u32, caller: &Actor, now: Timestamp) -> Verdict {
        ensure!(self.status == Status::Pending, VISIBLE, "shipped while {}", self.status);
        (self.status, self.since, self.was_shipped) = (Status::Shipped, now, true);
        let mut count = 0;
        for document in self.documents.values_mut().filter(|document| document.is_live()) {
            document.ship(now);
            let has_ended = document.expires_at.is_some_and(|end| now >= end);
            ensure!(*caller == Actor::Host || !has_ended, VISIBLE, "shipped after its end");
            count += 1;
        }
        ensure!(count == attachments, LOST, "{attachments} of {count} documents shipped");
        Ok(())
    }

    /// Takes the host's facts, unless they are older than those known.
    fn sync(&mut self, intent: &Intent, now: Timestamp) -> Verdict {
        let Intent::Sync { facts, as_of, .. } = intent else {
            return Err(Violation { check: LOST, detail: "facts from nowhere".to_owned() });
        };
        // Only a date that was accepted while a clock was wrong may be passed over.
        let is_sound = self.as_of <= now.plus_seconds(300);
        let is_older = is_sound && as_of.is_some_and(|as_of| as_of < self.as_of);
        ensure!(
            !is_older,
            "4 an older update replaces a newer one",
            "{as_of:?} after {}",
            self.as_of
        );
        let undated = if is_sound { self.as_of.max(now) } else { now };
        self.as_of = as_of.unwrap_or(undated);
        let patron = facts.patron.clone().filter(|_| !self.is_forgotten);
        self.patrons.extend(patron.clone());
        self.facts = facts.clone();
        self.facts.patron = patron;
        Ok(())
    }

    fn end(&mut self, from: &[Status], to: Status, now: Timestamp) -> Verdict {
        ensure!(from.contains(&self.status), VISIBLE, "{to} while {}", self.status);
        (self.status, self.since, self.cancel_requested) = (to, now, false);
        self.asks.clear();
        self.problems.clear();
        Ok(())
    }

    /// Forgets what people asked about a document that is gone.
    fn close_document(&mut self, no: u16) {
        self.asks.retain(|(_, document)| *document != no);
        self.problems.remove(&no);
    }
}

impl Version {
    const fn new(blob: BlobKey, size: u64, digest: Digest) -> Self {
        Self { blob, size, digest, used: BTreeMap::new(), granted: BTreeMap::new() }
    }
}

fn current_blob(after: &Delivery, no: AttachmentNo) -> Option<BlobKey> {
    Some(after.record.attachment(no)?.current().blob)
}

/// Checks that the store has exactly the bytes that were sent.
fn same_bytes(
    blob: BlobKey,
    (size, digest): (u64, Digest),
    intent: &Intent,
    blobs: &Blobs,
) -> Verdict {
    let sent = match intent {
        Intent::Upload { bytes, .. } => Some(bytes),
        _ => None,
    };
    let stored = blobs.get(&blob);
    ensure!(stored.is_some() && stored == sent, BYTES, "{blob:?}");
    let bytes = stored.map_or(&[][..], |bytes| &bytes[..]);
    let hash = Sha256::digest(bytes);
    let is_right = size == bytes.len() as u64 && hash.as_slice() == digest.as_bytes();
    ensure!(is_right, BYTES, "{blob:?} is recorded with another length or digest");
    Ok(())
}
