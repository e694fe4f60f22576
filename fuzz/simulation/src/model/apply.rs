//! What each event means, and when it may happen.

use super::Intent;
use super::checks::{LOST, VISIBLE, no_document};
use super::documents::{Blobs, current_blob, same_bytes};
use super::request::{Link, Request, Version, recalls};
use crate::violation::{Verdict, Violation, ensure};
use desktop_delivery::delivery::Delivery;
use desktop_delivery::events::{Event, EventKind};
use desktop_delivery::{Actor, Audience, Facts, Status, Timestamp};

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
        self.facts = Facts::clone(facts);
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
}
